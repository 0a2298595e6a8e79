# Nobody wants the message: nothing is kept of it.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

sub memory_files ($daemon) {
    return grep { (readlink // '') =~ /memfd:message/ } map { glob "/proc/$_/fd/*" } $daemon->worker_pids;
}

SG::dialogue 'Without a plugin that wants it there is no spool.' => sub {
    for my $keeps (0, 1) {
        my ($c, $mta, $daemon) = SG::relay(
            $keeps ? (core => { spool_leave_on => ['always'], spool_memory => '10M' }) : ());
        $c->hello->envelope;
        $c->send_raw("the first half\r\n");
        $daemon->wait_log(qr/DATA:GOING/);
        is scalar(() = memory_files($daemon)), $keeps, $keeps ? 'kept on request' : 'none by itself';
        $c->send_raw(".\r\n");
        like $c->reply, qr/^250/, 'taken';
        is scalar(() = memory_files($daemon)), 0, 'and none is left';
        $c->quit;
        $_->finish_all for qw(SG::Client SG::Daemon SG::MTA);
    }
};
