# A blank line behind a reply, a tab behind the code, the code alone: clients get along.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'Blank lines, tabs and bare codes in replies are read as clients read them.' => sub {
    my ($c, $mta) = SG::relay(mta => {
        banner => \"220\tmta.test ESMTP\r\n\r\n",
        reply => {
            EHLO => \"\r\n250-mta.test\r\n\r\n250-PIPELINING\n250\tSIZE 1000\r\n",
            MAIL => \"250 2.1.0 Ok\r\n\r\n\r\n", RCPT => \"250\r\n",
            DOT => \"250-taken\r\n\r\n250\r\n", NOOP => \"250-a\r\n250\tb\r\n",
        } });
    is $c->banner, '220 mta.test ESMTP', 'the banner';
    is $c->cmd('EHLO client.test'), "250-mta.test\n250-PIPELINING\n250 SIZE 1000", 'EHLO';
    my @replies = $c->pipeline('MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>', 'DATA');
    is_deeply \@replies, [ '250 2.1.0 Ok', '250', '354 end with a dot' ], 'each is the reply to its command';
    is $c->data("body\r\n"), "250-taken\n250", 'also the last one';
    is $c->cmd('NOOP'), "250-a\n250 b", 'and the session goes on';
    is(($mta->messages)[0]{body}, "body\r\n", 'the message');
    like $c->quit, qr/^221 /, 'to its end';
};
