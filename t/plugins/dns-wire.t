# How name servers are asked: what an answer must be to be taken, what a forger would have
# to guess, and what becomes of servers that lie, are old, silent, or not there.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::DNS;

my $mta = SG::MTA->start;

sub over () { $_->finish_all for 'SG::Client', 'SG::Daemon'; return }

sub relay ($dns, %opt) {
    my %dnsbl = (zones => ['list.test'], patience => '20s', timeout => '50s', %{ $opt{dnsbl} // {} });
    return SG::Daemon->start(%{ $opt{daemon} // {} },
        plugins => [
            '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port },
            '45-dnsbl' => { %dnsbl, nameservers => ref $dns eq 'ARRAY' ? $dns : [ $dns->at ] },
        ]);
}

sub banner ($daemon) {
    my $c = SG::Client->connect($daemon->port);
    my $banner = $c->banner;
    $c->close;
    return $banner;
}

# The answer 127.0.0.2, to a question of ours or another.
sub listed ($id, $question) {
    return $id . pack('n5', 0x8180, 1, 1, 0, 0) . $question . pack('nnnNn/a', 0xc00c, 1, 1, 300, "\x7f\0\0\2");
}

subtest 'An answer with another id, name, type or class, or that is a question, is not taken.' => sub {
    my $lies = sub ($query, $question) {
        my $id = substr $query, 0, 2;
        # One bit of each half, so that no part of the id can be all that is compared.
        return map({ listed(pack('n', $_ ^ unpack 'n', $id), $question) } 1, 0x8000),
            listed($id, $question =~ s/list/last/r),
            listed($id, substr($question, 0, -4) . "\0\x1c\0\1"),
            listed($id, substr($question, 0, -1) . "\3"),
            listed($id, $question) =~ s/^(..)\x81/$1\x01/sr, $id, '';
    };
    my $dns = SG::DNS->start(sub { 'nothing' }, lies => $lies);
    like banner(relay($dns)), qr/^220 /, 'the client passes, by the answer that fits';
    over();
};

subtest 'Letters may come back in another case.' => sub {
    my $lies = sub ($query, $question) { listed(substr($query, 0, 2), $question =~ s/list/LisT/r) };
    my $dns = SG::DNS->start(sub { 'silence' }, lies => $lies);
    like banner(relay($dns)), qr/^554 /, 'it is the answer';
    over();
};

subtest 'Ids cannot be foretold, and a port is used for 50 questions at most, with chroot_path, too.' => sub {
    my $root = SG::tempdir();
    my @ids;
    for my $start ('first', 'second') {
        my $dns = SG::DNS->start(sub { 'nothing' });
        my $daemon = relay($dns, dnsbl => { zones => [ map { "list$_.test" } 1 .. 120 ] },
            daemon => { $> == 0 ? (core => { chroot_path => $root, spool_path => '/' }, env => { ASAN_OPTIONS => 'detect_leaks=0' }) : () });
        like banner($daemon), qr/^220 /, "120 lists are asked at the $start start";
        $dns->wait_questions(120);
        my (@now, %port);
        for ($dns->senders) {
            my ($id, $port) = split;
            push @now, $id;
            $port{$port}++;
        }
        cmp_ok scalar(keys %port), '>=', 3, 'from three ports at least';
        is scalar(grep { $_ > 50 } values %port), 0, 'none of them for more than 50';
        cmp_ok scalar(grep { abs($now[$_] - $now[ $_ - 1 ]) <= 1 } 1 .. $#now), '<', 4, 'the next id is another number';
        push @ids, "@now[0 .. 19]";
        over();
    }
    isnt $ids[0], $ids[1], 'the ids of two starts are not the same';
};

subtest 'A question that is not answered is asked again, and the answer to the first try counts.' => sub {
    my $times = 0;
    my $dns = SG::DNS->start(sub ($type, $) { $type eq '2' ? 'nothing' : $times++ ? 'silence' : '127.0.0.2' }, hold => 1);
    my $daemon = relay($dns, dnsbl => { patience => '3s' });
    my $c = SG::Client->connect($daemon->port);
    $dns->wait_questions(3);
    $dns->release;
    like $c->banner, qr/^554 /, 'though it comes after the third';
    my %id = map { (split)[0] => 1 } $dns->senders;
    is scalar(keys %id), 1, 'all tries have one id';
    over();
};

subtest 'So it is when the last try went to another server.' => sub {
    my $times = 0;
    my $slow = SG::DNS->start(sub ($type, $) { $type eq '2' ? 'nothing' : $times++ ? 'silence' : '127.0.0.2' }, hold => 1);
    my $other = SG::DNS->start(sub ($type, $) { $type eq '2' ? 'nothing' : 'silence' });
    my $daemon = relay([ $slow->at, $other->at ]);
    my $c = SG::Client->connect($daemon->port);
    $other->wait_questions(1);
    $slow->release;
    like $c->banner, qr/^554 /, 'the answer of the first server counts';
    over();
};

subtest 'A server from the days before EDNS is asked without it.' => sub {
    my $lies = sub ($query, $question) {
        return unpack('x10 n', $query)
            ? substr($query, 0, 2) . pack('n5', 0x8181, 0, 0, 0, 0)
            : listed(substr($query, 0, 2), $question);
    };
    my $dns = SG::DNS->start(sub { 'silence' }, lies => $lies);
    like banner(relay($dns)), qr/^554 /, 'and answers';
    is scalar($dns->questions), 2, 'twice in all';
    over();
};

for my $way ([ servfail => 'SERVFAIL' ], [ refused => 'REFUSED' ]) {
    my ($says, $name) = @$way;
    subtest "A server that answers $name is named with it, and the next one is asked." => sub {
        my $bad = SG::DNS->start(sub { $says });
        my $good = SG::DNS->start(sub { '127.0.0.2' });
        like banner(relay([ $bad->at, $good->at ])), qr/^554 /, 'the second answers';
        my $daemon = relay($bad);
        like banner($daemon), qr/^220 /, 'alone, it keeps nobody out';
        my $at = $bad->at;
        $daemon->wait_log(qr/DNSBL:FAIL domain=list\.test, result=\Q$at\E answers $name$/m);
        unlike $daemon->log, qr/DNS:DOWN/, 'the log says what it has answered, and that is not yet a server that is down';
        over();
    };
}

# Whatever is wrong with all of the servers: [how, a server that does it, the reason].
my $nobody = SG::Port::nobody();
for my $way ([ 'silent', sub { 'silence' }, 'it does not answer' ], [ 'not there', undef, 'Connection refused' ],
    [ 'refusing everything', sub { 'refused' }, 'it answers REFUSED' ])
{
    my ($how, $answer, $why) = @$way;
    my $lists = $answer ? 3 : 1;    # one question is told by the socket alone that nobody is there
    subtest "Servers that are $how: the log says so once, loudly, and on_error decides." => sub {
        my $dns = $answer ? SG::DNS->start($answer) : undef;
        my $at = $dns ? $dns->at : $nobody;
        my $daemon = relay([$at], dnsbl => { patience => '1s', zones => [ map { "list$_.test" } 1 .. $lists ] });
        like banner($daemon), qr/^220 /, "client $_ passes, as nobody has set it" for 1 .. 4;
        $daemon->wait_log(qr/PLUGIN:ERROR hook=connect, plugin=45-dnsbl.*no name server answers/);
        like $daemon->status, qr/^Counter:  [1-9]\d* \(45-dnsbl unanswered\)$/m, 'and is counted';
        is_deeply [ $daemon->log =~ /DNS:DOWN (.*)$/mg ], ["server=$at, result=$why, left=0, plugin=45-dnsbl"], 'one line';
        over();
        $daemon = relay([$at], dnsbl => { patience => '1s', zones => [ map { "list$_.test" } 1 .. $lists ], on_error => 'tempfail' });
        like banner($daemon), qr/^421 /, "with on_error = tempfail client $_ does not" for 1 .. 2;
        over();
    };
}

subtest 'While no server answers nobody waits, and when one does again the lists count.' => sub {
    my $file = SG::tempdir() . '/alive';
    my $dns = SG::DNS->start(sub { -e $file ? '127.0.0.2' : 'silence' });
    my $daemon = relay($dns, dnsbl => { patience => '1s' });
    like banner($daemon), qr/^220 /, 'silent';
    $daemon->wait_log(qr/DNS:DOWN/);
    my $before = $dns->questions;
    like banner($daemon), qr/^220 /, 'still' for 1 .. 5;
    is scalar($dns->questions), $before, 'what would not be answered is not asked';
    SG::Conf::write_file($file, '');
    SG::wait_for { banner($daemon) =~ /^554 / } 20, 'a client is refused';
    $daemon->wait_log(qr/DNS:UP server=\S+, time=\d+, plugin=\d+-dnsbl$/m);
    pass 'a client is refused again, and the log says that the server is back';
    over();
};

subtest 'A name that no server finds out about does not have the server taken for dead.' => sub {
    my $dns = SG::DNS->start(sub ($, $name) { $name =~ /dark/ ? 'silence' : '127.0.0.2' });
    my $daemon = relay($dns, dnsbl => { patience => '600ms', zones => [ 'dark.test', 'list.test' ], threshold => 2 });
    like banner($daemon), qr/^220 /, "one of two lists is dark, $_" for 1 .. 3;
    unlike $daemon->log, qr/DNS:DOWN/, 'the server is not down';
    over();
};

done_testing;
