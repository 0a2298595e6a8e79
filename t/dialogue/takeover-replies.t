# The table of 1.4, except that a client which insists on STARTTLS or AUTH is told that
# it may work later.  The x.y.z part is there only if the server had advertised
# ENHANCEDSTATUSCODES: the client was told of it then.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my @TABLE = (
    [ 'NOOP',                          250, '2.0.0', 'OK', '' ],
    [ 'RSET',                          250, '2.0.0', 'OK', '' ],
    [ 'HELO client.test',              250, '2.0.0', 'SMTP Proxy, hello' ],
    [ 'EHLO client.test',              250, '2.0.0', 'SMTP Proxy, hello' ],
    [ 'MAIL FROM:<a@client.test>',     451, '4.3.2', undef ],
    [ 'RCPT TO:<b@server.test>',       503, '5.5.1', 'Protocol error' ],
    [ 'DATA',                          503, '5.5.1', 'Protocol error' ],
    [ 'STARTTLS',                      454, '4.7.0', 'Service temporarily unavailable' ],
    [ 'AUTH PLAIN',                    454, '4.7.0', 'Service temporarily unavailable' ],
    [ 'VRFY someone',                  502, '5.5.2', 'Command not implemented' ],
    [ 'XFROB',                         502, '5.5.2', 'Command not implemented' ],
    [ 'QUIT',                          221, '2.0.0', 'Signing off.' ],
);
SG::dialogue 'A session that was taken over is answered as by 1.4.' => sub {
    for my $enhanced (1, 0) {
        my ($c, $mta) = SG::relay(
            mta => { without => [ $enhanced ? () : 'ENHANCEDSTATUSCODES' ] },
            core => { on_takeover_cmds => 20, on_takeover_mail => 'refuse' }, verdict => { mail => 'takeover if evil', text => 'taken' });
        $c->hello;
        my $x = $enhanced ? '5.7.1 ' : '';
        is $c->cmd('MAIL FROM:<evil@client.test>'), "550 ${x}proxy.test taken", 'the refusal';
        for my $row (@TABLE) {
            my ($command, $code, $status, $text, $name) = @$row;
            my $head = "$code " . ($enhanced ? "$status " : '') . ($name // 'proxy.test ');
            my $reply = $c->cmd($command);
            defined $text ? is $reply, "$head$text", $command : like $reply, qr/^\Q$head\E./, $command;
        }
        is $c->closed, 'eof', 'QUIT ends it';
        SG::finish();
    }
};
