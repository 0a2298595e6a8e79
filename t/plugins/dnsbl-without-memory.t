# A check for which there is no memory is not left out: the worker ends, and the
# client has not passed.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

plan skip_all => 'the sanitizers have their own calloc()' if $ENV{SG_SANITIZED};
my $poor = SG::build_dir() . '/t/plugins/.libs/poor.so';

# So many lists that what dnsbl needs for one client is what is asked for at once.
my @lists = map { "list$_.test" } 1 .. 3000;
my $mta = SG::MTA->start;
my $file = SG::tempdir() . '/poor';
my $daemon = SG::Daemon->start(
    env => { LD_PRELOAD => $poor, SG_TEST_POOR => $file, SG_TEST_MOST => 24 * @lists },
    plugins => [
        '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port },
        '45-dnsbl' => { zones => \@lists, nameservers => ['127.0.0.1:9'] },
    ]);

SG::Conf::write_file($file, '');
my $c = SG::Client->connect($daemon->port);
ok $c->closed, 'without memory for the check the connection ends, and the client is not greeted';
$daemon->wait_log(qr/out of memory, this process ends/);
pass 'the worker ends, and says why';
done_testing;
