# While no name server answers, spf says so once, counts what it could not check, and on_error
# decides.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::DNS;

my $mta = SG::MTA->start;
my $nobody = SG::Port::nobody();

sub relay (%options) {
    return SG::Daemon->start(
        core    => { statefile_type => 'flat' },
        plugins => [
            '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port },
            '55-spf' => { check => 'fixed', ip => '192.0.2.7', nameservers => [$nobody], patience => '1s', %options },
        ]);
}

for my $case ([ pass => qr/^250 / ], [ tempfail => qr/^4\d\d / ], [ reject => qr/^5\d\d / ]) {
    my ($on_error, $reply) = @$case;
    subtest "With on_error = $on_error." => sub {
        my $daemon = relay(on_error => $on_error);
        for (1 .. 3) {
            my $c = SG::Client->connect($daemon->port)->hello;
            like $c->cmd("MAIL FROM:<a\@sender$_.test>"), $reply, "client $_";
            $c->quit;
            $c->close;
        }
        is scalar(() = $daemon->log =~ /DNS:DOWN server=\Q$nobody\E, .*left=0, plugin=\d+-spf$/mg), 1, 'the log says it once';
        like $daemon->log, qr/PLUGIN:ERROR hook=mail, plugin=55-spf, .*no name server answers/, 'and what it means for the mail';
        like $daemon->status, qr/^plugins\.55-spf\.unanswered: 3$/m, 'all three are counted';
        SG::finish();
        $mta = SG::MTA->start;
    };
}
done_testing;
