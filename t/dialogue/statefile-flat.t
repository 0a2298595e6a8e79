
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my @KEYS = qw(
    version time.dump.unix time.dump.string time.start.unix time.start.string time.restart.unix
    time.restart.string uptime.ticks uptime.string Resource children.current children.max
    children.crashes children.crash_last children.bugs children.bug_last found.viruses
    found.spams found.noauths found.spf found.regex found.earlytalk requests.total
    requests.direct requests.empty rejects.host rejects.ident rejects.lock rejects.dnsbl
    rejects.rate rejects.ratelimit rejects.other errors.pipeline auth.accepts auth.rejects
    plugins.quarantined plugins.quarantines
);
# Behind them all that is counted, by the names of the manual.
push @KEYS, map { "counters.$_" } (do { open(my $in, '<', SG::src_dir() . '/daemon/base/counters.def') or die $!; map { /^COUNTER\((\w+)/ ? $1 : () } <$in> });
SG::dialogue 'The flat statefile has the keys of 1.4 in their order.' => sub {
    my ($c, $mta, $d) = SG::relay(core => { statefile_type => 'flat+slots' });
    $c->hello;
    my @lines = split /\n/, $d->status;
    my @keys = map { /^([\w.]+):/ ? $1 : "?$_" } @lines;
    my @slots = grep { /^slot\./ } @keys;
    is join(' ', grep { !/^slot\./ } @keys), "@KEYS", 'the keys';
    is join(' ', map { s/^slot\.\d+\.//r } @slots),
        'pid start.unix start.string state src.ip flags', 'and the slot\'s';
    my %value = map { /^([\w.]+): *(.*)/ } @lines;
    is $value{'children.current'}, 1, 'one session';
    is $value{'requests.total'}, 1, 'one connection';
};
