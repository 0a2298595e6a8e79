# The line after a 334 is passed unread, so nothing else may ask for one.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A 3xx asks for a line in an AUTH exchange only, and only 334 does.' => sub {
    for my $verb ('XFOO', 'NOOP', 'VRFY', 'MAIL', 'RSET', 'AUTH') {
        my $code = $verb eq 'AUTH' ? 354 : 334;
        my ($c, $mta) = SG::relay(mta => { with => ['AUTH PLAIN'], reply => { $verb eq 'AUTH' ? 'CHALLENGE' : $verb => "$code go on" } });
        $c->hello;
        my %argument = (MAIL => ' FROM:<a@client.test>', VRFY => ' x', AUTH => ' PLAIN');
        $c->send_line($verb . ($argument{$verb} // ''));
        like $c->reply, qr/^421/, "$code to $verb";
        $c->send_line('MAIL FROM:<smuggled@client.test>');
        ok $c->closed, 'the session is over';
        $mta->wait_end;
        unlike $mta->session->{raw}, qr/smuggled/, 'no line went unread';
        SG::finish();
    }
};
