# A scanner that takes no connections is named by the log, once, and shown by the status since
# when; each under its own name, also where one of two is there.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Peer;
use SG::Signatures;

my $mta = SG::MTA->start;
my $clean = SG::Peer->start(sub ($connection) {
    SG::Peer::read_until($connection, qr/zFILDES\0/) // return;
    print {$connection} "fd[1]: OK\0";
    SG::Peer::hang($connection);
});
my $nobody = SG::Peer->nobody;
my $daemon = SG::Daemon->start(
    core    => { statefile_type => 'flat' },
    plugins => [
        '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port },
        '60-av-clamd'  => { socket => $clean->at, keep => 0 },
        '70-as-spamd'  => { socket => $nobody, on_error => 'pass' },
    ]);

sub mail () {
    my $c = SG::Client->connect($daemon->port)->hello;
    my $reply = $c->mail(SG::Signatures::harmless());
    $c->quit;
    $c->close;
    return $reply;
}
sub shown ($key) { return $daemon->status =~ /^plugins\.\Q$key\E: (\d+)$/m ? $1 : undef }

my $before = time;
like mail(), qr/^250 /, 'a mail passes';
is scalar(my @down = $daemon->log =~ /PEER:DOWN/g), 1, 'one is gone';
like $daemon->log, qr/PEER:DOWN peer=\Q$nobody\E, .*plugin=\d+-as-spamd/, 'the log says which';
like $daemon->log, qr/PLUGIN:ERROR hook=end, plugin=70-as-spamd, .*\Q$nobody\E/, 'and what it means for the mail';
like mail(), qr/^250 /, 'another one';
is scalar(@down = $daemon->log =~ /PEER:DOWN/g), 1, 'is told once';
cmp_ok shown('70-as-spamd.down_since'), '>=', $before, 'the status shows since when';
is shown('60-av-clamd.down_since'), 0, 'and that the other one is there';
is shown('60-av-clamd.asked'), 2, 'how often it was asked as well';

my $back = SG::Peer->start(sub ($connection) {
    SG::Peer::read_until($connection, qr/\r\n\r\n/) // return;
    print {$connection} "SPAMD/1.1 0 EX_OK\r\nSpam: False ; 0.1 / 5.0\r\n\r\n";
}, path => $nobody);
like mail(), qr/^250 /, 'when it is back';
$daemon->wait_log(qr/PEER:UP peer=\Q$nobody\E/);
is shown('70-as-spamd.down_since'), 0, 'the status shows that, too';
SG::Daemon->finish_all;
done_testing;
