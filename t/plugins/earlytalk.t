# Clients that do not wait for the greeting are refused in its place.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

sub relay ($mta, %options) {
    return SG::Daemon->start(
        plugins => [
            '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port },
            '40-earlytalk' => \%options,
        ]);
}

# A client whose server keeps it waiting for the banner.
sub waiting_client ($mta, $daemon, $i) {
    my $c = SG::Client->connect($daemon->port);
    $mta->wait_sessions($i);
    return $c;
}

SG::dialogue 'A line before the greeting is answered 554, and the end.' => sub ($cut) {
    my $mta = SG::MTA->start(holds => ['BANNER']);
    my $daemon = relay($mta);
    my $c = waiting_client($mta, $daemon, 1)->send_line('EHLO early.test');
    $mta->release('BANNER');
    is $c->banner, '554 proxy.test Next time wait for MTA greeting', 'the refusal';
    ok $c->closed, 'the end';
    $daemon->wait_log(qr/FOUND:EARLYTALK src=127\.0\.0\.1 ident=, waited_before=0$/m);
    $mta->wait_end;
    ok !(grep { !/^QUIT/ } @{ $mta->session->{commands} }), 'the server got no command of it';
    like $daemon->status, qr{^Found:    0/0/0/0/0/1 }m, 'it is counted';

    $mta->hold('BANNER');
    $c = waiting_client($mta, $daemon, 2)->send_raw('EHLO half');
    $mta->release('BANNER');
    like $c->banner, qr/^220 /, 'less than a line is no talk';
    like $c->cmd('.test'), qr/^250-mta/, 'and nothing of it is lost';
};
