# What plugins count is in the statefile: of all workers together, over crashes and reloads.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my @objects = map { SG::build_dir() . "/t/process/.libs/$_.so" } qw(counter miscount);
my ($d) = relay(core => { workers => 3, statefile_type => 'flat' },
    plugins => [ '20-counter' => { begin => 7 }, '30-counter@two' => {} ], extra_plugins => \@objects);

sub shown ($key) { return $d->status =~ /^plugins\.\Q$key\E: (\d+)$/m ? $1 : undef }
sub greet ($name, $count) {
    SG::Client->connect($d->port)->hello($name) for 1 .. $count;
    return;
}

is shown('20-counter.greetings'), 0, 'what has not happened yet is there, too';
is shown('20-counter.number'), 7, 'a number can be set when the plugin is configured';
is shown('30-counter@two.number'), 0, 'two files of one plugin count for themselves';
greet('a.test', 30);
is shown('20-counter.greetings'), 30, 'all workers count to the same';
greet('4711', 1);
is shown('20-counter.number'), 4711, 'a number is what was said last';

my $c = SG::Client->connect($d->port);
$c->banner;
$c->send_line('EHLO die');
$c->closed;
$d->wait_log(qr/CRASH/);
is shown('20-counter.greetings'), 32, 'what a worker counted outlives it';

$d->hup;
is shown('20-counter.greetings'), 32, 'and outlives a reload';
greet('b.test', 1);
is shown('20-counter.greetings'), 33, 'after which it goes on';
$d->configure(core => { workers => 3, statefile_type => 'human' }, plugins => [ @{ $d->{plugins} }[ 0, 1 ], '20-counter' => {} ]);
$d->hup;
like $d->status, qr/^Counter:  33 \(20-counter greetings\)$/m, 'the form for people has it as well';
unlike $d->status, qr/30-counter/, 'a plugin that is gone is shown no more';

SG::Conf::write_file($d->dir . '/conf.d/40-miscount.conf', '');
like +(command('-t', $d->conf))[2], qr/miscount.* has a faulty table of counters: Greet ings is not a name/,
    'a name that the statefile cannot have is refused';
unlink $d->dir . '/conf.d/40-miscount.conf';
is $d->stop, 0, 'and all of that ends';
done_testing;
