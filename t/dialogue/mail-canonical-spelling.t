# What the server reads is what the checks read: an odd spelling is put right.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'MAIL and RCPT in odd spellings reach the server in the canonical one.' => sub {
    my ($c, $mta) = SG::relay();
    $c->hello;
    like $c->cmd('MAIL  FROM : <a@client.test>  SIZE=100'), qr/^250/, 'MAIL';
    like $c->cmd('RCPT TO:  b@server.test'), qr/^250/, 'RCPT';
    my (undef, $mail, $rcpt) = @{ $mta->session->{commands} };
    is $mail, 'MAIL FROM:<a@client.test> SIZE=100', 'as RFC 5321 has it';
    like $rcpt, qr/^RCPT TO:<?b\@server\.test>?\z/, 'this one, too';
};
