# --import makes a configuration that -t accepts.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my $dir = SG::tempdir();
SG::Conf::write_file("$dir/old.conf", "port 9199\nmode fixed\nfixed_server 127.0.0.1\nfixed_server_port 2525\n"
    . "antivirus_type off\nset_user nobody\n");
my ($status, $out, $err) = command('--import', "$dir/old.conf", "$dir/new");
is $status, 0, 'an old file is imported' or diag $err;
ok -e "$dir/new/smtp-gated.conf", 'there is a core file';
ok glob("$dir/new/conf.d/*-nat-fixed.conf"), 'the mode is a plugin now';

($status, $out, $err) = command('-C', 'port', "$dir/new/smtp-gated.conf");
is $out, "9199\n", 'its options are those of the old file' or diag $err;

($status, $out, $err) = command('--import', "$dir/none.conf", "$dir/other");
is $status, 2, 'a file that is not there cannot be imported';
like $err, qr/none\.conf/, 'and is named';
done_testing;
