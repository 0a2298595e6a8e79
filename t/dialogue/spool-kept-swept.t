# What spool_leave_on keeps has an age, a number and a size together.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

sub kept ($daemon) { return grep { -f } glob $daemon->dir . '/spool/*' }

sub relay (%core) {
    my ($c, $mta, $daemon) = SG::relay(core => {
            workers => 1, spool_leave_on => ['always'], statefile_type => 'flat', %core });
    return ($c->hello, $daemon);
}

subtest 'Of more than spool_leave_number the newest stay.' => sub {
    my ($c, $daemon) = relay(spool_leave_number => 2);
    like $c->mail("Subject: $_\r\n\r\n"), qr/^250/, "message $_" for 1 .. 5;
    SG::wait_for { kept($daemon) == 2 } 20, 'the oldest to go';
    is_deeply [ sort map { /\.(\d+)\z/ } kept($daemon) ], [ 4, 5 ], 'the last two are there';
    ok $daemon->wait_log(qr/SPOOL:SWEPT path=\S+\/spool, removed=\d, left=2$/m), 'the log says so';
    SG::wait_for { $daemon->status =~ /^counters\.spool_swept: 3$/m } 20, 'them to be counted';
    pass 'and they are counted';
    SG::finish();
};

subtest 'Of more than spool_leave_total the newest stay.' => sub {
    my ($c, $daemon) = relay(spool_leave_total => 3000);
    like $c->mail("Subject: $_\r\n\r\n" . "x\r\n" x 333), qr/^250/, "message $_" for 1 .. 5;
    SG::wait_for { kept($daemon) == 2 } 20, 'the oldest to go';
    is_deeply [ sort map { /\.(\d+)\z/ } kept($daemon) ], [ 4, 5 ], 'the last two are there';
    SG::finish();
};

subtest 'At a start, and at a reload, what is older than spool_leave_age goes.' => sub {
    my ($c, $daemon) = relay(spool_leave_age => '3d');
    my $spool = $daemon->dir . '/spool';
    like $c->mail("Subject: new\r\n\r\n"), qr/^250/, 'one is new';
    $c->quit;
    for (qw(100.200.1 of-somebody-else)) {
        my $file = SG::Conf::write_file("$spool/$_", "old\n");
        utime time - 4 * 86_400, time - 4 * 86_400, $file;
    }
    $daemon->hup;
    SG::wait_for { !-e "$spool/100.200.1" } 20, 'the old one to go';
    is scalar(kept($daemon)), 2, 'the new one stays, and a file that is not ours';
    SG::finish();
};

subtest 'Where nothing is kept nothing is removed.' => sub {
    my ($c, $daemon) = relay(spool_leave_on => ['never'], spool_leave_number => 1);
    my $spool = $daemon->dir . '/spool';
    SG::Conf::write_file("$spool/100.200.$_", "old\n") for 1 .. 3;
    $daemon->hup;
    like $c->mail("x\r\n"), qr/^250/, 'a message';
    is scalar(kept($daemon)), 3, 'all are there';
    SG::finish();
};

done_testing;
