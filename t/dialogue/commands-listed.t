# What is not passed is not offered either.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'With commands = listed, only listed verbs are passed and offered.' => sub {
    my ($c, $mta) = SG::relay(
        mta => { ehlo => [ 'PIPELINING', 'AUTH PLAIN', 'CHUNKING', 'BINARYMIME', 'STARTTLS', 'VRFY', 'DSN' ] },
        core => { commands => 'listed', allow_commands => [qw(EHLO mail RCPT DATA RSET QUIT)] });
    $c->hello;
    is $c->{ehlo}, "250-mta.test\n250-PIPELINING\n250 DSN", 'the offers of other verbs are gone';
    like $c->cmd($_), qr/^502/, $_ for 'VRFY a', 'NOOP', 'HELO x', 'AUTH PLAIN', 'STARTTLS', 'XFROB';
    $c->send_raw("BDAT 6 LAST\r\nNOOP\r\n");
    like $c->reply, qr/^502/, 'BDAT, with its chunk';
    like $c->mail("x\r\n"), qr/^250/, 'mail goes';
    like $c->quit, qr/^221/, 'the end';
    is_deeply [ map { s/ .*//r } @{ $mta->session->{commands} } ], [qw(EHLO MAIL RCPT DATA QUIT)], 'what the server got';
};
