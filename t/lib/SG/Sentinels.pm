# A master, a replica and three Sentinels that watch them, each real.  Gone at the end.
package SG::Sentinels;
use v5.36;
use SG::Redis;

# name: what the Sentinels call the master; password: what they ask for.
sub start ($class, %opt) {
    my $self = bless { name => 'mymaster', %opt }, $class;
    my @servers = map { SG::Redis->start('repl-diskless-sync-delay' => 0) } 1, 2;
    $self->{servers} = \@servers;
    $servers[1]->cmd(REPLICAOF => '127.0.0.1', $servers[0]->port);
    SG::wait_for { ($servers[1]->role)[3] eq 'connected' } 20, 'replication';
    $self->{sentinels} = [ map { $self->_sentinel } 1 .. 3 ];
    SG::wait_for { !grep { !$self->_knows_all($_) } @{ $self->{sentinels} } } 30, 'Sentinels that know each other';
    return $self;
}

sub _sentinel ($self) {
    my $name = $self->{name};
    my $sentinel = SG::Redis::Sentinel->start(
        ($self->{password} ? (requirepass => $self->{password}, 'sentinel sentinel-pass' => $self->{password}) : ()),
        "sentinel monitor $name" => '127.0.0.1 ' . $self->{servers}[0]->port . ' 2',
        "sentinel down-after-milliseconds $name" => 3000,
        "sentinel failover-timeout $name" => 10000);
    return $sentinel;
}

sub _knows_all ($self, $sentinel) {
    my %fact = @{ $sentinel->cmd(SENTINEL => MASTER => $self->{name}) };
    return $fact{'num-other-sentinels'} == 2 && $fact{'num-slaves'} == 1;
}

sub sentinels ($self) { return @{ $self->{sentinels} } }
sub servers ($self)   { return @{ $self->{servers} } }

# The server that the first Sentinel that answers takes for the master.
sub master ($self) {
    for my $sentinel ($self->sentinels) {
        my $place = $sentinel->cmd(SENTINEL => 'GET-MASTER-ADDR-BY-NAME' => $self->{name});
        next if ref $place ne 'ARRAY';
        my ($found) = grep { $_->port == $place->[1] } $self->servers;
        return $found;
    }
    return;
}

package SG::Redis::Sentinel;
use v5.36;
our @ISA = ('SG::Redis');

sub arguments ($self) { return '--sentinel' }

1;
