# A service manager that does not read stops nothing: reloads go on, and it hears what
# is the case when it listens again.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my ($d) = relay();
my $generation = 1;

# Each says two things; the socket holds so many.
my ($room) = slurp('/proc/sys/net/unix/max_dgram_qlen') =~ /(\d+)/;
while ($generation < $room) {
    $d->signal('HUP');
    $generation++;
    $d->wait_log(qr/generation $generation serves/);
}
pass "$generation generations have followed each other, and nobody has read of it";
is SG::Client->connect($d->port)->hello->cmd('QUIT') =~ /^221/, 1, 'the last one serves';

$d->{said} = '';
SG::wait_for { $d->notified =~ /^STATUS=generation $generation,/m } 10, 'the last generation in the news';
like $d->notified, qr/^READY=1\n.*\nSTATUS=generation $generation,/m, 'what could not be said is said again';

$d->signal('HUP') for 1 .. 3;
is $d->stop, 0, 'and TERM is obeyed';
done_testing;
