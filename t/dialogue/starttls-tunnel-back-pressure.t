# A peer that does not read makes the other wait; nothing piles up between.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'In the tunnel a slow reader slows the writer.' => sub {
    my ($c, $mta, $d) = SG::relay(mta => { with => ['STARTTLS'], tunnel => 'silent' });
    $c->hello->cmd('STARTTLS');
    $c->send_raw("\x16\x03");
    $mta->hold('READ');
    my $chunk = 'x' x 65536;
    my $chunks = 0;
    $c->{timeout} = 0.5;
    $chunks++ while $chunks < 640 && eval { $c->send_raw($chunk); 1 };
    cmp_ok $chunks, '<', 640, 'the client has to wait';
    $mta->release('READ');
    $c->{timeout} = 10;
    $c->send_raw('end');
    SG::wait_for { $mta->session->{tunnel} =~ /end\z/ } 10, 'the rest';
    pass 'then all of it goes through';
}, only => ['whole'];
