# Whatever meets one of the bounds of a session, a mail or a worker is counted.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Kept;

# The numbers that are not 0, of those that some bound has.
sub counted ($d) {
    my %count = $d->status =~ /^counters\.((?:refused|spool|sessions|servers|work|mails)_\w+): (\d+)$/mg;
    delete @count{ grep { $count{$_} == 0 } keys %count };
    return \%count;
}

sub flat (%core) { return { statefile_type => 'flat', workers => 1, %core } }

my $text = "text text text text\r\n";    # 21 bytes

subtest 'Recipients beyond a bound are counted.' => sub {
    my ($c, $mta, $d) = SG::relay(core => flat(max_recipients => 100));
    $c->hello->cmd('MAIL FROM:<a@client.test>');
    $c->pipeline(map { "RCPT TO:<b$_\@server.test>" } 1 .. 103);
    is_deeply counted($d), { refused_recipients => 3 }, 'three';
    SG::finish();
};

subtest 'Commands that are refused, and sessions that are ended for them, are counted.' => sub {
    my ($c, $mta, $d) = SG::relay(core => flat(max_refused => 5));
    $c->hello;
    $c->cmd('TURN') for 1 .. 5;
    like $c->cmd('NOOP'), qr/^421/, 'the end';
    is_deeply counted($d), { refused_commands => 5, refused_sessions => 1 }, 'five and one';
    SG::finish();
};

subtest 'Sessions that last too long are counted.' => sub {
    my ($c, $mta, $d) = SG::relay(core => flat(session_lifetime => '300ms'));
    $c->hello;
    1 while $c->cmd('NOOP') =~ /^250/;
    is_deeply counted($d), { sessions_expired => 1 }, 'one';
    SG::finish();
};

subtest 'Sessions that outlast their generation are counted.' => sub {
    my ($c, $mta, $d) = SG::relay(core => flat(timeout_generation => '300ms'));
    $c->hello;
    $d->hup;
    like $c->reply, qr/^421/, 'the end';
    is_deeply counted($d), { sessions_expired => 1 }, 'one';
    SG::finish();
};

subtest 'Sessions whose server is not there are counted.' => sub {
    my ($c, $mta, $d) = SG::relay(core => flat());
    $c->hello->quit;
    $mta->stop;
    like(SG::Client->connect($d->port)->banner, qr/^421/, 'no server');
    is_deeply counted($d), { servers_failed => 1 }, 'one';
    SG::finish();
};

subtest 'Messages that go to disk for want of memory are counted.' => sub {
    my ($c, $mta, $d) = SG::Kept::relay(flat(spool_memory => '1M', spool_memory_total => '1M'));
    my @clients = SG::Kept::clients($d, 3);
    $_->send_raw($text x 15_000) for @clients;    # 315 KB, for which 512 KB are taken
    SG::wait_for { SG::Kept::on_disk($d) == 1 } 20, 'one of them to be on disk';
    is_deeply counted($d), { spool_crowded => 1 }, 'one';
    $_->send_raw(".\r\n"), $_->reply for @clients;
    is_deeply counted($d), { spool_crowded => 1, mails_passed => 3 }, 'and the others are messages as any';
    SG::finish();
};

subtest 'Messages for which the disk has no room are counted.' => sub {
    my ($c, $mta, $d) = SG::Kept::relay(flat(spool_memory => '1K', spool_disk_total => '100K'));
    my @clients = SG::Kept::clients($d, 3);
    $_->send_raw($text x 2000) for @clients;    # 42 KB
    $d->wait_log(qr/SPOOL:FAILED/);
    is_deeply counted($d), { spool_failed => 1 }, 'one of three';
    SG::finish();
};

subtest 'Messages that have outgrown every max_size are counted.' => sub {
    my ($c, $mta, $d) = SG::Kept::relay(flat(), max_size => '50K');
    $c->hello->mail($text x 4000);
    is_deeply counted($d), { spool_outgrown => 1, mails_passed => 1 }, 'one';
    SG::finish();
};
done_testing;
