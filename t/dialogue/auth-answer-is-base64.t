# The client's part of an exchange is base64 (RFC 4954, 4).  A server whose buffer is
# shorter than the line, or that gave up the exchange, would read another line as a command.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A line in an AUTH exchange that is not base64 is not sent.' => sub {
    my ($c, $mta) = SG::relay(mta => { with => ['AUTH PLAIN'] });
    $c->hello;
    for my $line ('MAIL FROM:<smuggled@client.test>', 'RCPT smuggled', "sm\xc3\xbcggled", '**') {
        like $c->cmd('AUTH PLAIN'), qr/^334/, 'the server asks';
        like $c->cmd($line), qr/^501/, $line =~ s/[^ -~]/?/gr;
    }
    like $c->cmd('AUTH PLAIN ' . 'QUJD' x 200 . ' MAIL FROM:<smuggled@client.test>'), qr/^500/, 'nor in a long AUTH';
    is $mta->session->{auth_lines}, "*\n" x 4, 'the server is told that it is cancelled';
    unlike $mta->session->{raw}, qr/smuggled|QUJD/, 'and nothing else';
};
