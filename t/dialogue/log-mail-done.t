# One line tells all of a message: what became of it, and why.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my %addresses = (log_mail_from => [ 'accepted', 'rejected' ], log_rcpt_to => ['accepted']);

sub relay (%opt) {
    my %shown = delete $opt{hidden} ? () : %addresses;
    my %core = (log_level => 'info', %shown, %{ delete $opt{core} // {} });
    return SG::relay(core => \%core, verdict => { end => 'reject if evil', text => 'Not that' }, %opt);
}

sub done ($d) { return scalar $d->wait_log(qr/MAIL:DONE (.*)$/m) }

SG::dialogue 'Each message has one line with all there is to know.' => sub {
    my ($c, $mta, $d) = relay(mta => { reply => { DOT => '250 2.0.0 Ok: queued as 4F3C2A' } });
    $c->hello->mail("Subject: good\r\n\r\nx\r\n", 'a@client.test', 'b@server.test', 'c@server.test');
    my $line = done($d);
    like $line, qr/^result=delivered, code=250, queue=4F3C2A, size=20, time=\d+\.\d{3}, src=127\.0\.0\.1, ident=, /,
        'what became of it';
    like $line, qr/ dst=127\.0\.0\.1, rcpts=2, from=<a\@client\.test>, checks=50-verdict:pass:\d+ms, /, 'the checks';
    like $line, qr/ reply=2\.0\.0 Ok: queued as 4F3C2A, to=<b\@server\.test> <c\@server\.test>$/, 'the reply';
    SG::finish();

    ($c, $mta, $d) = relay();
    like $c->hello->mail("evil\r\n"), qr/^550 /, 'a find';
    like done($d), qr/^result=refused, code=550, queue=, size=6, .* checks=50-verdict:reject:\d+ms, reply=Not that, /,
        'is told with its check';
    SG::finish();

    ($c, $mta, $d) = relay(mta => { reply => { DOT => '452 4.3.1 queued as nothing' } });
    like $c->hello->mail("x\r\n"), qr/^452 /, 'the server refuses';
    like done($d), qr/^result=rejected, code=452, queue=, .* reply=4\.3\.1 queued as nothing, /, 'is told with its words';
    SG::finish();

    ($c, $mta, $d) = relay(core => { size_limit => 100 }, mta => { ehlo => ['PIPELINING'] });
    like $c->hello->mail('x' x 200 . "\r\n"), qr/^552 /, 'too large';
    like done($d), qr/^result=refused, code=552, .* checks=, reply=Message too large, /, 'no check was asked';
    SG::finish();

    ($c, $mta, $d) = relay();
    $c->hello->envelope;
    $c->send_raw('half');
    $c->close;
    like done($d), qr/^result=aborted, code=0, /, 'the client is gone';
    SG::finish();

    ($c, $mta, $d) = relay(verdict => { end => 'never if x', timeout => '300ms' });
    like $c->hello->mail("x\r\n"), qr/^451 /, 'a check that takes too long';
    like done($d), qr/^result=refused, code=451, .* checks=50-verdict:timeout:\d{3,}ms, /, 'is told with its time';
    SG::finish();

    ($c, $mta, $d) = relay(hidden => 1);
    $c->hello->mail("x\r\n");
    like done($d), qr/ from=-, .* to=-$/, 'addresses are hidden unless they are to be logged';
};
