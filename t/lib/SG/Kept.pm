# Messages kept by a daemon that has something to keep them for.
package SG::Kept;
use v5.36;
use SG;
use SG::Peer;

# as-spamd wants the message whole, and passes it, since nobody answers.
sub relay ($core, %options) {
    return SG::relay(core => $core, plugins => [
        '65-as-spamd' => { socket => SG::Peer->nobody, on_error => 'pass', max_size => 0, %options } ]);
}

# How many messages the workers have on disk.
sub on_disk ($daemon) {
    my $spool = $daemon->dir . '/spool';
    return scalar grep { (readlink($_) // '') =~ m{^\Q$spool\E/} }
        map { glob "/proc/$_/fd/*" } $daemon->worker_pids;
}

sub clients ($daemon, $count) {
    my @clients = map { SG::Client->connect($daemon->port)->hello } 1 .. $count;
    $_->envelope for @clients;
    return @clients;
}

1;
