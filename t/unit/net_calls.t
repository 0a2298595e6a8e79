# What a request and its answer cost a connection: one wait, one read, one write.
use strict;
use warnings;
use File::Temp;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG;
use Test::More;

SG::need('strace');
my $program = SG::build_dir() . '/t/unit/net_exchange';
plan skip_all => "$program is not built" unless -x $program;
my $times = 50;
$ENV{ASAN_OPTIONS} = 'detect_leaks=0'; # it cannot look for them under strace

# System calls of the parent, by name, of a run with so many exchanges.
sub calls {
    my ($exchanges) = @_;
    my $trace = File::Temp->new;
    my $status = system 'strace', '-o', "$trace", $program, $exchanges;
    plan skip_all => 'strace may not trace here' unless -s $trace;
    is($status, 0, "$exchanges exchanges are answered");
    my %calls;
    /^(\w+)\(/ and $calls{$1}++ while <$trace>;
    return \%calls;
}

my ($without, $with) = (calls(0), calls($times));
my %cost = map { $_ => $with->{$_} - ($without->{$_} // 0) } keys %$with;
delete $cost{$_} for grep { !$cost{$_} } keys %cost;
# The names differ between C libraries and architectures.
my %one = map { $_ => $times } grep { $cost{$_} } qw(epoll_wait epoll_pwait recvfrom recv sendto sendmsg);
is_deeply(\%cost, \%one, 'an exchange is one of each and nothing else') or diag(explain(\%cost));
is(scalar keys %one, 3, 'one wait, one read, one write');
done_testing;
