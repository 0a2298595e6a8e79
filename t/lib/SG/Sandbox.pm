# A daemon with a plugin that tries what a sandbox is against.
package SG::Sandbox;
use v5.36;
use Exporter 'import';
use Test::More ();
use SG;
use SG::Process;

our @EXPORT = qw(prisoner attempt confined need_sandbox);

sub _plugins ($mta, $options, $name) {
    return [ '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port }, "50-$name" => $options ];
}

# The daemon and its MTA, the plugin with these options; core: the core's; name: of the
# plugin's other self, envoy.
sub prisoner ($options, %opt) {
    my $mta = SG::MTA->start;
    my $name = delete $opt{name} // 'prisoner';
    my $d = SG::Daemon->start(
        %opt,
        extra_plugins => [ SG::build_dir() . "/t/process/.libs/$name.so" ],
        plugins       => _plugins($mta, $options, $name));
    @$d{qw(before prisoner)} = ($mta, $name);
    return $d;
}

# What becomes of it in the next generation: the reply to MAIL, '' if there was none.
sub attempt ($d, $options) {
    $d->configure(plugins => _plugins($d->{before}, $options, $d->{prisoner}));
    $d->hup;
    SG::wait_for { (() = $d->keeper_pids) == 1 } 10, 'the old generation to end';
    my $c = SG::Client->connect($d->port)->hello;
    $c->send_line('MAIL FROM:<a@client.test>');
    return scalar $c->reply;
}

# What the daemon said of its sandbox last: calls, files, why.
sub confined ($d) {
    my @said = $d->log =~ /SANDBOX calls=(\w+), files=(\w+), why=(.*)$/mg;
    return @said[ -3 .. -1 ];
}

# Skips the test where this build, or this kernel, has none.
sub need_sandbox ($d) {
    my ($calls, $files, $why) = confined($d);
    return if $calls eq 'listed' && $files eq 'granted';
    $d->stop;
    Test::More::plan(skip_all => $why);
    return;
}

1;
