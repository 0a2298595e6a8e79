use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A command that a check has, when the server leaves, is answered.' => sub {
    my $gate = SG::gate();
    my ($c, $mta) = SG::relay(verdict => { mail => 'pass', gate => $gate });
    $c->hello->send_line('MAIL FROM:<a@client.test>');
    SG::wait_for { -e $gate && $mta->session->{raw} =~ /EHLO/ } 10, 'the check';
    $mta->hangup('close');
    like $c->reply, qr/^421/, 'with 421';
    is $c->closed, 'eof', 'the end';
    SG::open_gate($gate);
};
