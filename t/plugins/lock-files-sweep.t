# Locks that are over go even if their clients never come again; nothing else does.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my $dir = SG::tempdir();
chmod 01777, $dir;

sub put ($name, $age, $text = "CAUSE\n") {
    SG::Conf::write_file("$dir/$name", $text);
    utime time - $age, time - $age, "$dir/$name" or die "$name: $!";
    return;
}
sub there ($name) { return -e "$dir/$name" }

put($_, 7200) for '192.0.2.1', '192.0.2.2-ident', '2001:db8::1', '2001:db8::1-a=b';
put("198.51.100.$_", 7200) for 1 .. 150;    # more than are looked at in one turn
my @stay = ('192.0.2.3', '192.0.2.4.exempt', '192.0.2.5', 'README', '192.0.2', '192.0.2.7.old', '-x');
put('192.0.2.3', 60);
put($_, 7200) for qw(192.0.2.4 192.0.2.4.exempt README 192.0.2 192.0.2.7.old -x);
SG::Conf::write_file("$dir/192.0.2.5", '');    # of root and empty: an exemption, with root
SG::Conf::write_file("$dir/192.0.2.5.exempt", '') if $>;
utime 0, 0, "$dir/192.0.2.5";
mkdir "$dir/192.0.2.6";
symlink 'README', "$dir/192.0.2.8";

my ($d) = relay(core => { workers => 3 },
    plugins => [ '30-lock-files' => { path => $dir, duration => '1h', sweep => '500ms' } ]);
SG::wait_for { !grep { m{/(198.51.100.\d+|192.0.2.[12](-ident)?|2001[^/]*)$} } glob "$dir/*" } 20,
    'the end of all that are over';
pass 'at the start all go that are over, of addresses and idents';
is scalar(grep { !there($_) } @stay), 0, 'locks that hold, exemptions and files of others stay';
ok there('192.0.2.4'), 'an exempted lock stays, too';
ok -d "$dir/192.0.2.6" && -l "$dir/192.0.2.8", 'and what is no file';
my $removed = 0;
SG::wait_for { $removed = 0; $removed += $_ for $d->log =~ /LOCK:SWEPT .*removed=(\d+), plugin=\d+-lock-files$/mg; $removed >= 154 } 10,
    'what the log says';
is $removed, 154, 'each was removed once: one worker sweeps';
like $d->status, qr/^Counter:  154 \(30-lock-files swept\)$/m, 'and is counted';

put('203.0.113.1', 7200);
SG::wait_for { !there('203.0.113.1') } 20, 'the end of a later one';
pass 'now and then they are looked at again';
$d->hup;
put('203.0.113.2', 7200);
SG::wait_for { !there('203.0.113.2') } 20, 'the end of one after a reload';
pass 'after a reload as well';
is $d->stop, 0, 'and all of that ends';
done_testing;
