# The daemon with the plugin t/plugins/asker.c, which asks Redis what a recipient says.
package SG::Asker;
use v5.36;
use Exporter qw(import);
use Test::More ();
use SG;
use SG::Check;
use SG::Redis;

our @EXPORT = qw(need_redis asker ask takes);

sub _plugin () { return SG::build_dir() . '/t/plugins/.libs/asker.so' }

sub need_redis () {
    Test::More::plan(skip_all => 'there is no Redis') if !SG::Redis::program();
    Test::More::plan(skip_all => 'built without hiredis') if !-e _plugin();
    return;
}

sub _plugins ($mta, %options) {
    return [ '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port }, '50-asker' => \%options ];
}

# Options of the plugin; core => {…} is the daemon's.  Machines that run many tests are slow.
sub asker (%options) {
    $options{redis_timeout} //= '3s';
    my $core = delete $options{core} // {};
    return SG::Daemon->start(core => $core, extra_plugins => [ _plugin() ],
        plugins => _plugins(SG::MTA->start, %options));
}

# What came of each question, in one session, all in one mail.
sub ask ($daemon, @questions) {
    my $c = SG::Client->connect($daemon->port)->hello;
    $c->cmd('MAIL FROM:<a@client.test>');
    my @found = map { $c->cmd("RCPT TO:<$_\@server.test>") =~ s/^550 (?:5\.7\.1 )?proxy\.test //r } @questions;
    $c->quit;
    return wantarray ? @found : $found[0];
}

# What -t says to options, or to a text: the exit status and the words.
sub takes (@options) {
    my $dir = SG::tempdir();
    symlink $_, "$dir/" . s{.*/}{}r for _plugin(), glob(SG::build_dir() . '/plugins/.libs/nat-*.so');
    return SG::Check::check(core => { plugin_path => $dir }, plugins => [ '50-asker' => ref $options[0] ? $options[0] : {@options} ]);
}

1;
