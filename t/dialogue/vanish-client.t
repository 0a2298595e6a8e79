# Wherever the client goes: the server is left, no message is completed, and the
# next client is served by the same worker.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my @MAIL = ('MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>');
my @STAGES = (
    [ 'before the banner' => sub ($c) { } ],
    [ 'after EHLO'        => sub ($c) { $c->hello } ],
    [ 'in a command'      => sub ($c) { $c->hello->send_raw('MAIL FROM:<a@cl') } ],
    [ 'after MAIL'        => sub ($c) { $c->hello->cmd($MAIL[0]) } ],
    [ 'with MAIL sent'    => sub ($c) { $c->hello->send_line($MAIL[0]) } ],
    [ 'with a batch sent' => sub ($c) { $c->hello->send_line(('NOOP') x 50) } ],
    [ 'with DATA sent'    => sub ($c) { $c->hello->pipeline(@MAIL); $c->send_line('DATA') } ],
    [ 'after 354'         => sub ($c) { $c->hello->envelope } ],
    [ 'in the body'       => sub ($c) { $c->hello->envelope; $c->send_raw("half a message\r\n") } ],
    [ 'before the dot'    => sub ($c) { $c->hello->envelope; $c->send_raw("x\r\n.") } ],
    [ 'in a chunk'        => sub ($c) { $c->hello->pipeline(@MAIL); $c->send_raw("BDAT 100\r\nhalf") } ],
    [ 'in AUTH'           => sub ($c) { $c->hello->cmd('AUTH LOGIN') } ],
    [ 'in the tunnel'     => sub ($c) { $c->hello->cmd('STARTTLS'); $c->send_raw("\x16\x03bc") } ],
);
SG::dialogue 'A client may vanish at any stage.' => sub {
    my ($first, $mta, $d) = SG::relay(mta => { with => [ 'AUTH LOGIN', 'STARTTLS' ] });
    $first->hello;
    for my $stage (@STAGES) {
        for my $how ('close', 'reset') {
            my $c = SG::Client->connect($d->port);
            $stage->[1]->($c);
            $c->$how;
            pass "$how $stage->[0]";
        }
    }
    SG::wait_for { 2 * @STAGES == (() = $d->log =~ /CLOSE(?: |:DIRECT)/g) } 10, 'all close lines';
    SG::wait_for { 1 == grep { !$_->{end} } $mta->summary } 10, 'the end of all other sessions at the server';
    is scalar(() = $mta->messages), 0, 'no message was completed';
    like $first->mail("x\r\n"), qr/^250/, 'a session of before goes on';
    like(SG::Client->connect($d->port)->hello->mail("x\r\n"), qr/^250/, 'and new ones are served');
};
