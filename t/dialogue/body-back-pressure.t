# No buffer grows because a peer is slow: the client of a server that does not
# read has to wait, too.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A message waits for a server that does not read, and nothing piles up.' => sub {
    my ($c, $mta, $d) = SG::relay();
    $c->hello->envelope;
    $mta->hold('READ');
    my $chunk = join '', map { sprintf "%062d\r\n", $_ } 1 .. 1024;
    my $chunks = 0;
    $c->{timeout} = 0.5;
    $chunks++ while $chunks < 640 && eval { $c->send_raw($chunk); 1 };
    cmp_ok $chunks, '<', 640, 'the client cannot send 40 MB';
    cmp_ok _memory($d), '<', 20_000, 'nothing piles up in the worker (kB)';
    $mta->release('READ');
    $c->close;
    $mta->wait_end;
    my $raw = $mta->session->{raw} =~ s/\A.*?\r\nDATA\r\n//sr;
    ok index($chunk x ($chunks + 1), $raw) == 0, 'what arrived is what was sent';
    is scalar(() = $mta->messages), 0, 'and without its end it is no message';
}, only => ['whole'];

sub _memory ($daemon) {
    my ($worker) = $daemon->worker_pids;
    open(my $in, '<', "/proc/$worker/status") or return 0;
    my ($kilobytes) = join('', <$in>) =~ /^RssAnon:\s+(\d+)/m;
    return $kilobytes;
}
