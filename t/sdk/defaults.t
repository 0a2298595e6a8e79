# A plugin has its own defaults for the options of every plugin; its file has the last word.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my $dir = SG::tempdir();
mkdir "$dir/$_" for qw(conf.d plugins);
symlink SG::build_dir() . "/t/sdk/.libs/$_.so", "$dir/plugins/$_.so" for qw(modest hasty);
my $core = "plugin_path = '$dir/plugins'\n";

sub with ($more, @confd) {
    unlink glob "$dir/conf.d/*";
    SG::Conf::write_confd("$dir/conf.d", \@confd);
    return SG::Conf::write_file("$dir/smtp-gated.conf", $core . $more);
}

sub value ($conf, $option) {
    my ($status, $out, $err) = command('-C', "modest.$option", $conf);
    diag $err if $err;
    return $out =~ s/\n\z//r;
}

my $conf = with('', '50-modest' => {});
is value($conf, $_->[0]), $_->[1], "$_->[0] is what the plugin says" for
    [ on_error => 'pass' ], [ timeout => '120' ], [ skip_authenticated => 'yes' ], [ log_only => 'yes' ],
    [ max_load => '1.5' ], [ only => "192.0.2.0/24\n2001:db8::/32" ], [ except => '192.0.2.1' ];

$conf = with('', '50-modest' => { timeout => '7s', skip_authenticated => 'no', only => '198.51.100.0/24' });
is value($conf, $_->[0]), $_->[1], "$_->[0] is what the file says" for
    [ timeout => '7' ], [ skip_authenticated => 'no' ], [ only => '198.51.100.0/24' ];
is value($conf, 'log_only'), 'yes', 'and the plugin has its say in the others';

my ($status, $out, $err) = command('-t', with('', '50-hasty' => {}));
is $status, 2, 'a default that the option would refuse: the plugin is not loaded';
like $err, qr/hasty.* has a default that the option timeout would refuse: at once$/m, 'and it is said why';

my $tool = SG::build_dir() . '/smtp-gated-plugin';
my $shown = qx($tool show $dir/plugins/modest.so);
like $shown, qr/^  Of those of every plugin, the default here is\n      on_error = pass\n      timeout = 2m\n/m,
    'show has the defaults of the plugin';
done_testing;
