# What the script is told, and for which finds it is run.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use POSIX ();
use Test::More;
use SG;
use SG::Action;
use SG::Check;

my $built = SG::build_dir() . '/t';

# found: options of the check; actions: NAME => options of action-script.
sub relay ($found, %opt) {
    my $mta = SG::MTA->start(with => ['AUTH PLAIN'], users => { joe => 'secret' });
    my %actions = %{ delete $opt{actions} };
    my $ident = delete $opt{ident} // '';
    my $daemon = SG::Daemon->start(
        extra_plugins => [ "$built/plugins/.libs/witness.so", "$built/dialogue/.libs/verdict.so" ],
        plugins       => [
            '10-witness' => { server => '127.0.0.1:' . $mta->port, ident => $ident },
            '60-verdict' => { end => 'reject if evil', %$found },
            map { $_ => $actions{$_} } sort keys %actions,
        ],
        %opt);
    return ($daemon, $mta);
}

my $evil = "Subject: evil\r\n\r\nx\r\n";

sub send_evil ($daemon) {
    my $c = SG::Client->connect($daemon->port)->hello;
    my $reply = $c->mail($evil);
    $c->close;
    return $reply;
}

subtest 'The script gets the arguments and the environment of 1.4.' => sub {
    my $action = SG::Action->new;
    my ($daemon, $mta) = relay({ event => 'virus', detail => 'Eicar-Test' }, ident => 'joe/1',
        actions => { '80-action-script' => { command => $action->command } },
        env     => { SG_TEST => 'in herited', FOUND => 'old', TZ => 'UTC', LC_ALL => 'C' });
    my $before = time;
    my $c = SG::Client->connect($daemon->port, from => '127.0.0.9')->hello('he"lo; $(x)');
    my $port = $c->port;
    $c->cmd('AUTH PLAIN AGpvZQBzZWNyZXQ=');
    like $c->mail("Subject: good\r\n\r\nx\r\n", 'a@client.test', 'b@server.test', 'c@server.test'), qr/^250 /,
        'a message before';
    like $c->mail($evil, 'evil@client.test'), qr/^550 /, 'the find';
    my $call = $action->wait_calls;
    is_deeply $call->{args}, [ 'VIRUS', '127.0.0.9', 'joe/1', '127.0.0.1' ], 'the arguments';
    my $env = $call->{env};
    my $start = delete $env->{UNIXTIME};
    ok $start >= $before && $start <= time, 'the time';
    is delete $env->{TIME}, POSIX::strftime('%c', gmtime $start), 'in words';
    my %expected = (
        PROXY_NAME => 'proxy.test', FOUND => 'VIRUS', VIRUS_NAME => 'Eicar-Test', SPAM_SCORE => '0.000',
        SOURCE_IP => '127.0.0.9', SOURCE_PORT => $port, TARGET_IP => '127.0.0.1', TARGET_PORT => $mta->port,
        LOCAL_IP => '127.0.0.1', LOCAL_PORT => $daemon->port, IDENT => 'joe/1', IDENT_COUNT => 1,
        HELO => 'he"lo; $(x)', MAIL_FROM => 'evil@client.test', RCPTS_TOTAL => 3, SIZE => length $evil,
        TRANSACTION => 2, AUTH => 1, SPOOL_NAME => '', LOCK_FILE => '', LOCK_DURATION => 0,
        SG_TEST => 'in herited',
    );
    is $env->{$_}, $expected{$_}, $_ for sort keys %expected;
    $daemon->wait_log(qr/ACTION:STARTED command=\S+script, pid=$call->{pid}, found=VIRUS, plugin=\d+-action-script$/m);
    $daemon->wait_log(qr/ACTION:ENDED command=\S+script, pid=$call->{pid}, exit=0, plugin=\d+-action-script$/m);
    SG::finish();
};

subtest 'What is not known is there and empty.' => sub {
    my $action = SG::Action->new;
    my ($daemon) = relay({ connect => 'reject', event => 'maxhost' },
        actions => { '80-action-script' => { command => $action->command } });
    like(SG::Client->connect($daemon->port)->banner, qr/^554 /, 'refused at once');
    my $call = $action->wait_calls;
    is_deeply $call->{args}, [ 'MAX_HOST', '127.0.0.1', '-', '127.0.0.1' ], 'the arguments';
    is $call->{env}{$_}, '', $_ for qw(IDENT HELO MAIL_FROM VIRUS_NAME SPOOL_NAME LOCK_FILE);
    is $call->{env}{$_}, 0, $_ for qw(IDENT_COUNT RCPTS_TOTAL SIZE TRANSACTION AUTH LOCK_DURATION);
    SG::finish();
};

subtest 'The spool has a name if it is kept under one.' => sub {
    my $action = SG::Action->new('cat "$SPOOL_NAME"');
    my ($daemon) = relay({ event => 'virus' }, core => { spool_leave_on => ['virus'] },
        actions => { '80-action-script' => { command => $action->command } });
    send_evil($daemon);
    my $call = $action->wait_calls;
    like $call->{env}{SPOOL_NAME}, qr{^\Q@{[ $daemon->dir ]}\E/spool/}, 'its name';
    is $call->{more}, $evil, 'and there is the message';
    SG::finish();
};

subtest 'Each event has its word.' => sub {
    my @cases = (
        [ virus => 'Win.Evil', 'VIRUS' ], [ spam => '15.200', 'SPAM' ], [ dnsbl => 'zone.test', 'DNSBL' ],
        [ regex => 'REGEX_HELO', 'REGEX_HELO' ], [ regex => '', 'REGEX' ], [ spf => 'x', 'SPF' ],
        [ earlytalk => '', 'EARLYTALK' ], [ maxhost => 'x', 'MAX_HOST' ], [ maxident => 'x', 'MAX_IDENT' ],
        [ ratelimit => 'RATELIMIT_MAILFROM_REJECTS', 'RATELIMIT_MAILFROM_REJECTS' ],
    );
    for my $case (@cases) {
        my ($event, $detail, $word) = @$case;
        my $action = SG::Action->new;
        my ($daemon) = relay({ event => $event, detail => $detail },
            actions => { '80-action-script' => { command => $action->command } });
        send_evil($daemon);
        my $call = $action->wait_calls;
        is $call->{args}[0], $word, "$event '$detail'";
        is $call->{env}{FOUND}, $word, 'in the environment, too';
        is $call->{env}{VIRUS_NAME}, $event eq 'virus' ? 'Win.Evil' : '', 'the name is a virus\'';
        SG::finish();
    }
};

# All that is going to be started has been, when the daemon is gone.
sub started ($daemon) {
    SG::finish();
    return join ' ', sort map { m{/(\w+)$} } $daemon->log =~ /ACTION:STARTED command=([^,]+),/g;
}

subtest 'Only the events named run it.' => sub {
    my %expected = (virus => 'all virus', spam => 'all', noauth => '', locked => '', other => '');
    my $dir = SG::tempdir();
    symlink '/bin/true', "$dir/$_" for qw(all virus never);
    for my $event (sort keys %expected) {
        my ($daemon) = relay({ event => $event }, actions => {
            '80-action-script@all'   => { command => "$dir/all" },
            '80-action-script@virus' => { command => "$dir/virus", on => ['virus'] },
            '80-action-script@never' => { command => "$dir/never", on => ['never'] },
        });
        send_evil($daemon);
        is started($daemon), $expected{$event}, $event;
    }
};

subtest 'What is wrong with the file is said with a sentence.' => sub {
    my @cases = (
        [ {} => qr/'command'.*name the program/s ],
        [ { command => 'relative' } => qr/command.*relative/s ],
        [ { command => '/x', on => [ 'virus', 'never' ] } => qr/'on'.*never stands alone/s ],
        [ { command => '/x', on => ['viruses'] } => qr/'on'.*viruses/s ],
        [ { command => '/x', parallel => 0 } => qr/parallel/ ],
    );
    for my $case (@cases) {
        my ($status, $said) = SG::Check::check(plugins => [ '80-action-script' => $case->[0] ]);
        isnt $status, 0, '-t fails';
        like $said, qr{80-action-script\.conf.*$case->[1]}s, 'and says why';
    }
};

done_testing;
