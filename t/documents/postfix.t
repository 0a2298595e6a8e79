# What a document shows of Postfix' configuration is what Postfix takes: every parameter
# is one that it knows, and postfix check has no complaint.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG;
use SG::Documents;
use SG::Postfix;
use Test::More;

SG::Postfix::need();
local $ENV{PATH} = "$ENV{PATH}:/usr/sbin";

# A queue of its own; parameters besides the document's.
sub folder ($main, $master) {
    my $dir = SG::tempdir();
    mkdir "$dir/$_" for qw(queue data conf);
    chown scalar(getpwnam 'postfix'), -1, "$dir/data";
    SG::Conf::write_file("$dir/conf/main.cf",
        "compatibility_level = 3.6\nqueue_directory = $dir/queue\ndata_directory = $dir/data\nmaillog_file = $dir/log\n"
        . "maillog_file_prefixes = $dir\nmydestination =\nalias_maps =\n$main");
    # Without a log of its own Postfix says nothing at all.
    SG::Conf::write_file("$dir/conf/master.cf", "postlog unix-dgram n - n - 1 postlogd\n$master");
    return "$dir/conf";
}

sub try ($block) {
    my %files = SG::Documents::by_file($block);
    my ($main, $master) = map { $files{$_} // '' } qw(main.cf master.cf);
    my @parameters = ($main =~ /^(\w+) *=/mg, $master =~ /^\s+-o (\w+)=/mg);
    cmp_ok(scalar @parameters, '>', 0, "$block->{at} sets parameters");
    my %known = map { $_ => 1 } qx(postconf -c @{[folder('', '')]} 2>/dev/null) =~ /^(\w+) =/mg;
    is(join(' ', grep { !$known{$_} } @parameters), '', '… that Postfix knows');
    my $conf = folder($main, $master);
    my $said = qx(postconf -c $conf -M 2>&1 >/dev/null; postconf -c $conf -n 2>&1 >/dev/null; postfix -c $conf check 2>&1);
    is($said =~ s/.*(?:not owned by|Postfix is (?:using|running) with|^updating ).*\n//gmr, '', '… and Postfix finds nothing wrong');
    return;
}

my @blocks = grep { $_->{kind} eq 'postfix' } map { SG::Documents::blocks($_) } SG::Documents::all();
cmp_ok(scalar @blocks, '>', 0, 'Postfix is shown');
try($_) for @blocks;
done_testing;
