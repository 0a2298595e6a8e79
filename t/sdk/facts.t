# Each fact that plugin.h lets a plugin ask for, asked at the hooks of one session:
# what it says, and from when on.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG;
use SG::Tree;
use Test::More;

my $tool = built('smtp-gated-plugin');
my $facts = built('t/sdk/.libs/facts.so');
my $dir = SG::tempdir();

sub log_of ($script) {
    open my $out, '>', "$dir/script.t" or die $!;
    print {$out} $script;
    close $out;
    my $said = qx($tool play -v $facts $dir/script.t 2>$dir/log);
    my $log = slurp("$dir/log");
    ok($? == 0, 'the session goes as it should') or diag($said, $log);
    return $log;
}

# The fields of the n-th line of a kind, from a hook.
sub line ($log, $event, $match, $n = 0) {
    my $line = ($log =~ /(?: |^)$event (.*\Q$match\E(?:,.*|))$/mg)[$n] // '';
    return { map { /^([\w]+)=(.*)/s ? ($1 => $2) : () } split /, /, $line };
}

sub holds ($title, $line, %want) {
    is_deeply({ map { $_ => $line->{$_} } keys %want }, \%want, $title);
    return;
}

my $log = log_of(<<'END');
connect 192.0.2.7 4711
< 220
> EHLO one.client.test
< 250
> EHLO two.client.test
< 250
> AUTH PLAIN AGFubmEAc2VzYW1l
< 235
> MAIL FROM:<a@client.test> SIZE=20 BODY=8BITMIME
< 250
got MAIL FROM:<a@client.test> SIZE=34 BODY=8BITMIME
> RCPT TO:<one@server.test>
< 250
> RCPT TO:<two@server.test> NOTIFY=NEVER
< 250
> DATA
< 354
> Subject: x
>
> ..
> .
< 250
got X-Facts: one
> MAIL FROM:<>
< 250
> RCPT TO:<one@server.test>
< 250
> BDAT 3 LAST
> x
< 250
> XYZZY
< 500
> QUIT
< 221
closed
END

my %from = (client => '192.0.2.7:4711', ip => '192.0.2.7', local => '198.51.100.25:25');
holds('route: where the client is, and nothing of a server',
    line($log, 'FACTS', 'hook=route'), %from, server => 'NULL', helo => '', fd => 1);
my $connect = line($log, 'FACTS', 'hook=connect');
holds('connect: the server is known, too', $connect, %from, transaction => 0, authenticated => 0,
    offered => 0, tls => 0, taken => 0, early => 0, ident => '', proxy => 'proxy.test', sessions => '1/1',
    age => 1, from_client => 0);
like($connect->{server}, qr/^127\.0\.0\.1:\d+$/, '… with its port');
holds('helo: the name is the new one', line($log, 'FACTS', 'hook=helo', $_),
    helo => ('one.client.test', 'two.client.test')[$_], offered => $_) for 0, 1;
holds('mail: who has authenticated is known', line($log, 'FACTS', 'hook=mail'), authenticated => 1,
    transaction => 0, rcpts => 0);
holds('mail: what MAIL said', line($log, 'MAIL', 'hook=mail'), current => 1, from => 'a@client.test',
    with => 'SIZE=20 BODY=8BITMIME', declared => 20, size => 0, count => 0, first => 'NULL');
my %two = (count => 2, first => 'one@server.test', last => 'two@server.test', last_with => 'NOTIFY=NEVER');
holds('data: the recipients, with what stood behind them', line($log, 'MAIL', 'hook=data'), %two, size => 0);
holds('data: not yet a transaction of the count', line($log, 'FACTS', 'hook=data'), transaction => 0);
holds('end: the size, unstuffed, without the added header', line($log, 'MAIL', 'hook=end'), %two,
    size => 17, bdat => 0);
holds('end: the count has it', line($log, 'FACTS', 'hook=end'), transaction => 1, rcpts => 2);
holds('end: the file holds the same, has a name when it was asked for, and takes no header now',
    line($log, 'FILE', 'bytes=17'), name => 'NULL', path => 1, header => -1);
holds('mail_done: all of it', line($log, 'MAIL', 'hook=mail_done'), %two, size => 17, current => 1);
holds('the next mail has its own', line($log, 'MAIL', 'hook=end', 1), from => '', with => '', bdat => 1,
    size => 3, count => 1, last => 'NULL');
holds('close: the sums', line($log, 'FACTS', 'hook=close'), %from, transaction => 2, rcpts => 3,
    authenticated => 1, from_client => 1, from_server => 1, helo => 'two.client.test');

holds('reply: the banner has no command', line($log, 'REPLY', 'code=220'), command => '',
    text => 'server.test ESMTP');
holds('reply: nothing has changed by it yet', line($log, 'REPLY', 'command=AUTH'), code => 235,
    authenticated => 0);
holds('reply: … nor is the recipient counted', line($log, 'REPLY', 'command=RCPT'), rcpts => 0, mail => 1);
holds('reply: a verb that nobody knows', line($log, 'REPLY', 'command=?'), code => 500);

$log = log_of(<<'END');
server EHLO 250-server.test\n250 STARTTLS
server STARTTLS 220 Go on
< 220
> EHLO client.test
< 250
> STARTTLS
< 220
hangup
END
holds('behind STARTTLS only that is known', line($log, 'FACTS', 'hook=close'), tls => 1, transaction => 0);
done_testing;
