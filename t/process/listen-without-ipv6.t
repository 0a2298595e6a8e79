# A kernel without IPv6 is no error, unless IPv6 was asked for by name.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

plan skip_all => 'the numbers of x86_64 are used' if (POSIX::uname())[4] ne 'x86_64';
my $dir = SG::tempdir();
not_left_behind("$dir/pid");
mkdir "$dir/conf.d";
mkdir "$dir/spool";

# Runs what it is given with a seccomp filter: socket(AF_INET6) is EAFNOSUPPORT.
SG::Conf::write_file("$dir/without-ipv6", <<'END');
my ($load, $equal, $return) = (0x20, 0x15, 0x06);
my $filter = pack '(SCCL)*', $load, 0, 0, 0, $equal, 0, 3, 41,
    $load, 0, 0, 16, $equal, 0, 1, 10, $return, 0, 0, 0x00050000 | 97, $return, 0, 0, 0x7fff0000;
syscall 157, 38, 1, 0, 0, 0;
syscall(157, 22, 2, my $program = pack 'Sx![P]P', 6, $filter) == 0 or die "seccomp: $!";
exec @ARGV;
END

sub try (@addresses) {
    my $conf = SG::Conf::write_file("$dir/smtp-gated.conf", SG::Conf::text({
        (@addresses ? (bind_address => \@addresses) : ()), port => 0, pidfile => "$dir/pid",
        statefile => "$dir/state", plugin_path => SG::build_dir() . '/plugins/.libs',
        log_target => 'syslog', spool_path => "$dir/spool" }));
    my $said = `$^X $dir/without-ipv6 @{[SG::build_dir()]}/smtp-gated $conf 2>&1`;
    my $status = $? >> 8;
    is +(command('-K', $conf))[0], 0, 'it serves' if $status == 0;
    return ($status, $said);
}

my ($status, $said) = try();
is $status, 0, 'the default starts without IPv6' or diag $said;
like $said, qr/option 'bind_address'.*'::'.*not there/, 'with a remark';
SG::wait_for { !-e "$dir/pid" } 10, 'the end of the daemon';
($status, $said) = try('0.0.0.0', '::');
is $status, 0, 'which is the same as the default by name';
SG::wait_for { !-e "$dir/pid" } 10, 'the end of the daemon';
($status, $said) = try('0.0.0.0', '::1');
is $status, 2, 'an IPv6 address by name is an error';
like $said, qr/'::1'.*cannot listen/, 'and is named';
done_testing;
