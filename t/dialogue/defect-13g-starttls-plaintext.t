# In 1.4 plaintext after STARTTLS was forwarded.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'Plaintext behind STARTTLS ends the session and is not forwarded.' => sub {
    my ($c, $mta) = SG::relay(mta => { with => ['STARTTLS'], holds => ['STARTTLS'] });
    $c->hello;
    $c->send_raw("STARTTLS\r\nMAIL FROM:<injected\@client.test>\r\n");
    SG::wait_for {
        my ($s) = $mta->summary;
        $s->{end} || grep { /STARTTLS/ } @{ $s->{commands} };
    } 10, 'STARTTLS or the end';
    $mta->release('STARTTLS');
    $mta->wait_end;
    while (my $reply = $c->reply) { unlike $reply, qr/^2/, 'no consent' }
    ok $c->closed, 'the client is shut out';
    unlike $mta->session->{raw}, qr/injected/, 'the server saw none of it';
};
