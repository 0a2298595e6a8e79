# The number of a session is its own: after a restart, and beside another daemon.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my $mta = SG::MTA->start;
my @daemons = map {
    SG::Daemon->start(
        core    => { workers => 2 },
        plugins => [ '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port } ])
} 1 .. 2;
my %seen;

# The numbers of so many sessions, in their order.
sub numbers ($daemon, $count) {
    my $before = () = $daemon->log =~ /: NEW /g;
    for (1 .. $count) {
        my $c = SG::Client->connect($daemon->port)->hello;
        $c->quit;
        $c->closed;
    }
    SG::wait_for { $before + $count == (() = $daemon->log =~ /: NEW /g) } 10, 'NEW';
    my @all = $daemon->log =~ /\[(\d+)\]: NEW /g;
    return @all[ $before .. $#all ];
}

for my $round (1 .. 3) {
    for my $daemon (@daemons) {
        my @numbers = numbers($daemon, 5);
        is_deeply \@numbers, [ sort { $a <=> $b } @numbers ], 'numbers rise';
        ok !$seen{$_}++, "$_ is new" for @numbers;
    }
}
my ($last) = sort { $b <=> $a } numbers($daemons[0], 1);
$daemons[0]->stop;
my $again = SG::Daemon->start(
    plugins => [ '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port } ]);
cmp_ok((numbers($again, 1))[0], '>', $last - $last % 1000, 'and go on after a restart, however quick it was');
done_testing;
