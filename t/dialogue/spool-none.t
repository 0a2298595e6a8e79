# Nobody wants the message: nothing is kept of it.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

# Without a name: what is kept is in no directory.
sub spools ($daemon) {
    return grep { (readlink // '') =~ m{/#\d+ \(deleted\)$} } map { glob "/proc/$_/fd/*" } $daemon->worker_pids;
}

SG::dialogue 'Without a plugin that wants it there is no spool.' => sub {
    for my $keeps (0, 1) {
        my ($c, $mta, $daemon) = SG::relay(
            core => { spool_memory => 0, $keeps ? (spool_leave_on => ['always']) : () });
        $c->hello->envelope;
        $c->send_raw("the first half\r\n");
        $daemon->wait_log(qr/DATA:GOING/);
        SG::wait_for { $keeps == spools($daemon) } 10, 'the first half' if $keeps;
        is scalar(() = spools($daemon)), $keeps, $keeps ? 'kept on request' : 'none by itself';
        $c->send_raw(".\r\n");
        like $c->reply, qr/^250/, 'taken';
        is scalar(() = spools($daemon)), 0, 'and none is left';
        $c->quit;
        $_->finish_all for qw(SG::Client SG::Daemon SG::MTA);
    }
};
