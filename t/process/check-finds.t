# -t finds what would make a start fail, or serve badly, though each value is well by
# itself: users, directories, limits, addresses, a missing route.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

SG::need_root();
my $of_root = SG::tempdir();    # 0755: set_user cannot write there
my $open = SG::tempdir();
mkdir "$open/jail";
chmod 0777, $open;
SG::Conf::write_file("$open/no-program", "#!/bin/sh\n");
chmod 0644, "$open/no-program";
SG::Conf::write_file("$open/secret-program", "#!/bin/sh\n");
chmod 0700, "$open/secret-program";
SG::Conf::write_file("$open/program", "#!/bin/sh\n");
chmod 0755, "$open/program";

sub check ($core, @plugins) {
    my $dir = SG::tempdir();
    SG::Conf::write_confd("$dir/conf.d", \@plugins);
    my $conf = SG::Conf::write_file("$dir/smtp-gated.conf", SG::Conf::text({
        set_user => 'nobody', max_connections => 100, pidfile => "$dir/run/pid", statefile => "$dir/run/state", spool_path => $open,
        plugin_path => SG::build_dir() . '/plugins/.libs', %$core }));
    return command('-t', $conf);
}

my @nat = ('10-nat-netfilter' => {});
my @spool = ('60-av-clamd' => { socket => '127.0.0.1:3310', method => 'instream' });
my ($status, $out, $err) = check({}, @nat, @spool, '30-lock-files' => { path => $open },
    '80-action-script' => { command => "$open/program" });
is "$status $out", "0 OK\n", 'where all is well it says so' or diag $err;

my @cases = (
    'a user as a number without a group', { set_user => '4242424' }, [@nat], qr/option 'set_user'.*set_group is needed/,
    'a chroot that is not there', { chroot_path => "$open/none" }, [@nat], qr{option 'chroot_path': found '\S+/none'; No such file},
    'a spool inside the chroot that is not there', { chroot_path => "$open/jail" }, [ @nat, @spool ], qr/option 'spool_path'.*No such file/,
    'a spool of somebody else', { spool_path => $of_root }, [ @nat, @spool ], qr/option 'spool_path'.*cannot be written to by user \d+: Permission denied/,
    'too little address space', { limit_virt_size => '30M' }, [@nat], qr/option 'limit_virt_size': found '30M'; leaves less|does not live/,
    'too little data', { limit_data_size => '8M' }, [@nat], qr/option 'limit_data_size': found '8M'; leaves less than 32M/,
    'files too small for a spool', { limit_fsize => '1K' }, [ @nat, @spool ], qr/option 'limit_fsize': found '1K'; is less than 1M/,
    'no route', {}, [ '20-limits' => {} ], qr{conf\.d: no plugin here says where sessions go},
    'no plugin at all', {}, [], qr/no plugin here says where/,
    'a statefile that cannot be made', { statefile => '/proc/none/none/state' }, [@nat], qr/option 'statefile'.*cannot be written/,
    'a pidfile that cannot be made', { pidfile => "$open/a/b/c/pid" }, [@nat], qr/option 'pidfile'.*cannot be written.*No such file/,
    'locks of somebody else', {}, [ @nat, '30-lock-files' => { path => $of_root } ], qr{30-lock-files\.conf: plugin lock-files: \Q$of_root\E cannot be written to by user},
    'an address that is not ours', { bind_address => ['192.0.2.77'] }, [@nat], qr/option 'bind_address': found '192\.0\.2\.77'; this host has no such address/,
    'an address to connect from that is not ours', { outgoing_addr => ['2001:db8::77'] }, [@nat], qr/option 'outgoing_addr'.*no such address/,
    'a program that is not there', {}, [ @nat, '80-action-script' => { command => "$open/none" } ], qr/option 'command'.*cannot be run by user \d+: No such file/,
    'a program that is none', {}, [ @nat, '80-action-script' => { command => "$open/no-program" } ], qr/option 'command'.*Permission denied/,
    'a program that set_user may not run', {}, [ @nat, '80-action-script' => { command => "$open/secret-program" } ], qr/option 'command'.*Permission denied/,
    (map { +"no $_", { $_ => 0 }, [@nat], qr/option '$_': found '0'; expected more than 0/ }
        qw(timeout_idle timeout_direct timeout_connect timeout_final)),
);
while (my ($what, $core, $plugins, $said) = splice @cases, 0, 4) {
    ($status, $out, $err) = check($core, @$plugins);
    subtest $what => sub {
        is $status, 2, 'the status is 2';
        unlike $out, qr/OK/, 'it does not say OK';
        like $err, $said, 'and it is said why';
    };
}
($status, $out, $err) = check({ spool_path => $of_root, bind_address => ['192.0.2.77'] }, @spool);
is scalar(() = $err =~ /\n/g), 3, 'all of it is said in one run' or diag $err;
done_testing;
