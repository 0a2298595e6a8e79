# The client hears nothing before it has sent its chunk, however long that takes.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'What a server says in the middle of a chunk reaches a client that first sends the rest.' => sub {
    for my $words ('552 5.3.4 too much of it', undef) {
        my ($c, $mta, $d) = SG::relay(mta => { with => ['STARTTLS'] });
        $c->hello;
        $c->cmd($_) for 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>';
        $c->send_raw("BDAT 20 LAST\r\nfirst half");
        SG::wait_for { $mta->session->{raw} =~ /first half/ } 10, 'the first half';
        $mta->say("$words\r\n") if $words;
        $mta->hangup('close');
        $mta->wait_end;
        my $other = SG::Client->connect($d->port);    # one that lingers from now on, and does not leave
        $other->hello->send_raw("STARTTLS\r\nplain\r\n");
        like $other->reply, qr/^554/, 'another session ends';
        $d->wait_log(qr/CLOSE by=client/);
        unlike $d->log, qr/CLOSE by=server/, 'this one waits for the rest of the chunk';
        $c->send_raw('secondhalf');
        is $c->reply, $words, 'the client gets the words of the server' if $words;
        like $c->cmd('MAIL FROM:<a@client.test>'), qr/^421 /, 'and is told that it is gone';
        is $c->closed, 'eof', 'the end';
        SG::finish();
    }
}, only => ['whole'];
