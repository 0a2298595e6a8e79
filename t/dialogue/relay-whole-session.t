# The client cannot tell the proxy from the server: what each says is what the
# other hears, byte for byte.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A session passes through as if nothing stood between.' => sub {
    my ($c, $mta) = SG::relay(mta => { reply => { VRFY => "252-2.0.0 one\n252 2.0.0 two" } });
    is $c->banner, '220 mta.test ESMTP ready', 'the banner is the server\'s';
    my $direct = SG::Client->connect($mta->port)->hello->{ehlo};
    is $c->cmd('EHLO client.test'), $direct, 'so is the EHLO reply';
    is $c->cmd('VRFY someone'), "252-2.0.0 one\n252 2.0.0 two", 'so are all others';
    is $c->cmd('MAIL FROM:<a@client.test>'), '250 2.1.0 sender ok', 'MAIL';
    is $c->cmd('RCPT TO:<b@server.test>'), '250 2.1.5 recipient ok', 'RCPT';
    is $c->cmd('DATA'), '354 end with a dot', 'DATA';
    is $c->data("Subject: x\r\n\r\nhello\r\n"), '250 2.0.0 message taken', 'the message';
    is $c->cmd('RSET'), '250 2.0.0 OK', 'RSET';
    is $c->cmd('QUIT'), '221 2.0.0 bye', 'QUIT';
    is $c->closed, 'eof', 'and the end';
    my $sent = join "\r\n", 'EHLO client.test', 'VRFY someone', 'MAIL FROM:<a@client.test>',
        'RCPT TO:<b@server.test>', 'DATA', 'Subject: x', '', 'hello', '.', 'RSET', 'QUIT', '';
    is $mta->session(0)->{raw}, $sent, 'the server heard what the client said';
};
