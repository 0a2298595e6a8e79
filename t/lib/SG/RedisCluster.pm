# A cluster of three masters, the first with a replica, each real.  Gone at the end.
package SG::RedisCluster;
use v5.36;
use SG::Redis;

my @slots = ([ 0, 5460 ], [ 5461, 10922 ], [ 10923, 16383 ]);

sub start ($class) {
    my @servers = map { _server() } 1 .. 4;
    my $self = bless { servers => \@servers }, $class;
    $servers[$_]->cmd(CLUSTER => ADDSLOTSRANGE => @{ $slots[$_] }) for 0 .. 2;
    $servers[$_]->cmd(CLUSTER => 'SET-CONFIG-EPOCH', $_ + 1) for 0 .. 3;
    $servers[0]->cmd(CLUSTER => MEET => '127.0.0.1', $_->port, $_->{bus}) for @servers[ 1 .. 3 ];
    SG::wait_for { !grep { !$self->_is_whole($_) } @servers } 60, 'a cluster';
    $servers[3]->cmd(CLUSTER => REPLICATE => $self->id(0));
    SG::wait_for { my @role = $servers[3]->role; $role[0] eq 'slave' && $role[3] eq 'connected' } 60, 'a replica';
    return $self;
}

sub _server () {
    my $bus = SG::Redis::_free_port();
    my $server = SG::Redis->start('cluster-enabled' => 'yes', 'cluster-port' => $bus,
        'cluster-node-timeout' => 1500, 'cluster-require-full-coverage' => 'no', 'cluster-config-file' => 'nodes',
        'repl-diskless-sync-delay' => 0);
    $server->{bus} = $bus;
    return $server;
}

sub _is_whole ($self, $server) {
    my $info = $server->cmd(CLUSTER => 'INFO');
    return $info =~ /cluster_state:ok/ && $info =~ /cluster_slots_ok:16384/ && $info =~ /cluster_known_nodes:4/;
}

# 0 to 2: a master; 3: the replica of 0.
sub server ($self, $i) { return $self->{servers}[$i] }
sub id ($self, $i)     { return $self->server($i)->cmd(CLUSTER => 'MYID') }

# Questions that came to the wrong server, so far.
sub moved ($self) {
    my $count = 0;
    for my $server (grep { $_->pid } @{ $self->{servers} }) {
        $count += $1 if $server->cmd('INFO', 'errorstats') =~ /^errorstat_MOVED:count=(\d+)/m;
    }
    return $count;
}

# Who has the slot of a key; its number.
sub holder ($self, $key) {
    my $slot = $self->server(1)->cmd(CLUSTER => KEYSLOT => $key);
    my ($i) = grep { $slot >= $slots[$_][0] && $slot <= $slots[$_][1] } 0 .. 2;
    return ($i, $slot);
}

1;
