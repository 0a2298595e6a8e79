# A tunnel has its own idle timeout; inside it nothing can be said.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A tunnel that is idle for timeout_direct is closed without a word.' => sub {
    my ($c, $mta) = SG::relay(mta => { with => ['STARTTLS'] },
        core => { timeout_direct => '300ms', timeout_idle => '30s' });
    $c->hello->cmd('STARTTLS');
    $c->send_raw("\x16\x03");
    is $c->bytes(2), "\x16\x03", 'it stands';
    ok $c->closed, 'it is closed';
    is $c->rest, '', 'and nothing said';
    $mta->wait_end;
}, only => ['whole'];
