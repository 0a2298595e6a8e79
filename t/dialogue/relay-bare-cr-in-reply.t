# Some clients take a bare CR for the end of a line, others want CRLF.  One that counts
# other replies than the relay takes them for those of other commands.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'Whatever a server ends its lines with, all clients read the same replies.' => sub {
    my $long = join('', map { "214-$_ " . 'h' x 400 . "\r250 x\n" } 1 .. 100) . "214 end\n";
    my ($c) = SG::relay(mta => {
        without => ['ENHANCEDSTATUSCODES'],
        reply   => {
            BANNER => \"220-hello\n220 there\r220 again\r\r\n",
            EHLO   => \"250-mta.test\r\n250-SIZE\r250 X\r\n250 HELP\n",
            MAIL   => \"250 2.1.0 ok\r550 no\r\n",
            HELP   => \$long,
            RCPT   => \"250 2.1.5 ok\r\r\n",
            DOT    => \"250 taken\r250 and taken\n",
        } });
    # Its reading dies of a line that has no CR before its LF.
    is $c->banner, "220-hello\n220 there 220 again ", 'the banner';
    is $c->cmd('EHLO client.test'), "250-mta.test\n250-SIZE 250 X\n250 HELP", 'to EHLO';
    is $c->cmd('MAIL FROM:<a@client.test>'), '250 2.1.0 ok 550 no', 'to MAIL';
    my $help = $c->cmd('HELP');
    unlike $help, qr/\r/, 'of a reply longer than any buffer';
    is scalar(() = $help =~ /^214-\d+ h+ 250 x$/mg), 100, 'all lines';
    is $c->cmd('RCPT TO:<b@server.test>'), '250 2.1.5 ok ', 'to RCPT';
    like $c->cmd('DATA'), qr/^354/, 'to DATA';
    is $c->data("x\r\n"), '250 taken 250 and taken', 'to the message';
    like $c->cmd('NOOP'), qr/^250 2.0.0 OK$/, 'the next is the next';
};
