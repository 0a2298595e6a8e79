# Postfix and others go by the code of the last line.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'Of two codes in one reply the last counts, and the client sees no other.' => sub {
    my ($c, $mta) = SG::relay(mta => { reply => { MAIL => "250-well\n550 no" } });
    $c->hello;
    is $c->cmd('MAIL FROM:<a@client.test>'), "550-well\n550 no", 'a refusal';
    like $c->cmd('RCPT TO:<b@server.test>'), qr/^503/, 'there is no mail';
    SG::finish();
    ($c) = SG::relay(mta => { banner => "220-well\n421 too busy" });
    is $c->banner, "421-well\n421 too busy", 'a banner';
    SG::finish();
};
