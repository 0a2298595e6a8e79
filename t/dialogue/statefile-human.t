# The columns of 1.4: tools read them.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my @LINES = (
    qr/^Version: {6}\S/,
    qr/^Compile date: \S/,
    qr/^Dump time: {4}\S/,
    qr/^Start time: {3}\S/,
    qr/^Restart time: \S/,
    qr/^Last crash: {3}\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}$/,
    qr/^Last BUG: {5}\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}$/,
    qr/^Uptime: {3}\d+d \d+h \d+m \d+s$/,
    qr{^Resource: \d+/\d+/\d+/\d+ \(maxrss/ixrss/idrss/isrss\)$},
    qr{^Children: 1/1/0/0 \(current/max/crashed/bugs\)$},
    qr{^Found: {4}0/0/0/0/0/0 \(viruses/spam/no-auth/spf/regex/earlytalk\)$},
    qr{^Requests: 1/0/0 \(total/direct/empty\)$},
    qr{^Rejects: {2}0/0/0/0/0/0/0 \(host/ident/lock/dnsbl/rate/ratelimit/other\)$},
    qr/^Errors: {3}0 \(pipeline\)$/,
    qr{^Auth: {5}0/0 \(accepted/rejected\)$},
    qr{^Plugins: {2}0/0 \(quarantined/quarantines\)$},
    qr/^$/,
    qr/^ *slot pid +state +flags +time +source +target +trns +cli_rx +srv_rx +kbps +ident/,
    qr{^ *\d+ \d+ +\w+ +\. +\d\d:\d\d 127\.0\.0\.1 +127\.0\.0\.1 +1 +\d+ +\d+ +\d+\.\d ?$},
);
SG::dialogue 'The human statefile has the lines of 1.4 in their order.' => sub {
    my ($c, $mta, $d) = SG::relay(core => { statefile_type => 'human+slots' });
    $c->hello->mail("x\r\n");
    my @got = split /\n/, $d->status;
    my %counter = map { /^Counter: {2}(\d+) \((\w+)\)$/ ? ($2 => $1) : () } @got;
    is $counter{mails_passed}, 1, 'what 1.4 did not count has lines of its own';
    ok exists $counter{$_}, "also $_" for qw(plugin_errors plugin_timeouts takeovers mails_refused log_lost);
    @got = grep { !/^Counter: / } @got;
    like $got[$_], $LINES[$_], "line $_" for 0 .. $#LINES;
    is scalar @got, scalar @LINES, 'and no others';
    my $columns = '%6s %-14s %-8s %-5s %-5s %-15s %-15s %4s %8s %8s %7s ';
    is $got[-2], sprintf("${columns}ident", split ' ', $got[-2] =~ s/ ident\z//r), 'the header has the widths of 1.4, but for the session numbers, which are longer than pids';
    is $got[-1], sprintf($columns, split ' ', $got[-1]), 'and the row';
};
