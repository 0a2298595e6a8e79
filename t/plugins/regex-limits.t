# A match that takes too long is an error, not a pass: the client cannot make the
# worker busy, nor get past a pattern by it.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

sub mail_from ($address, %options) {
    my $expect_why = delete $options{why};
    my $mta = SG::MTA->start;
    my $daemon = SG::Daemon->start(
        plugins => [
            '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port },
            '50-regex'     => \%options,
        ]);
    my $c = SG::Client->connect($daemon->port)->hello;
    my $reply = $c->cmd("MAIL FROM:<$address>");
    my $why = $expect_why && $daemon->wait_log(qr/PLUGIN:ERROR .*result=reject_mail_from: (.*)$/m);
    my $alive = SG::Client->connect($daemon->port)->hello->cmd('MAIL FROM:<short@client.test>');
    SG::finish();
    return ($reply, $why, $alive);
}

my %slow = (reject_mail_from => '^(x+x+)+[yz]$');
my $address = 'x' x 200 . '@client.test';

for my $case ([ tempfail => qr/^4\d\d / ], [ reject => qr/^5\d\d / ], [ pass => qr/^250 / ]) {
    my ($on_error, $expected) = @$case;
    my ($reply, $why, $alive) = mail_from($address, %slow, on_error => $on_error, why => 1);
    like $reply, $expected, "exponential time, on_error = $on_error: $on_error";
    is $why, 'match limit exceeded', 'the log says why';
    like $alive, qr/^250 /, 'and the worker serves on';
}

my ($reply) = mail_from($address, %slow);
like $reply, qr/^4\d\d /, 'without on_error it is for now';

# Group after group, each kept on the stack.
my ($deep) = mail_from('xy' x 500 . '@client.test', reject_mail_from => '^(?:(x)|(y))*$');
like $deep, qr/^(?:250|4\d\d) /, 'a deep match is an answer or an error';

done_testing;
