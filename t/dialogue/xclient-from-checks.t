# Checks, exceptions and locks go by the client that was told.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my @CORE = (core => { xclient_from => ['127.0.0.1'] });

SG::dialogue 'The checks are asked about the client that was told, before its mail.' => sub {
    my ($c, $mta, $d) = SG::relay(@CORE, verdict => { connect => 'reject', text => 'not you', only => ['192.0.2.0/24'] });
    $c->hello;
    like $c->cmd('XFORWARD ADDR=192.0.2.7'), qr/^250 /, 'XFORWARD is not refused';
    like $c->cmd('MAIL FROM:<a@client.test>'), qr/^554 (?:5\.7\.1 )?proxy\.test not you/, 'MAIL is';
    $d->wait_log(qr/VERDICT hook=connect, .*src=192\.0\.2\.7/);
    like $c->cmd('XFORWARD ADDR=198.51.100.7'), qr/^250 /, 'the next client';
    like $c->mail("x\r\n"), qr/^250/, 'is not refused';
    like $c->cmd('XCLIENT ADDR=192.0.2.8 NAME=[UNAVAILABLE]'), qr/^554 .*not you/, 'XCLIENT: in place of the banner';
    is $c->closed, 'eof', 'and that is the end';
    SG::finish();

    ($c, $mta, $d) = SG::relay(@CORE, verdict => { helo => 'reject if evil' });
    $c->hello;
    $c->cmd('XFORWARD ADDR=192.0.2.7 HELO=evil.test');
    like $c->cmd('MAIL FROM:<a@client.test>'), qr/^550 /, 'the name it greeted the peer with';
    is $c->cmd('XCLIENT ADDR=192.0.2.7 HELO=good.test LOGIN=joe'), '220 proxy.test ESMTP', 'a new banner';
    like $c->cmd('EHLO again.test'), qr/^250/, 'then EHLO anew';
    like $c->mail("x\r\n"), qr/^250/, 'and mail';
    $c->quit;
    SG::finish();

    my $gate = SG::gate();
    ($c, $mta, $d) = SG::relay(@CORE, verdict => { connect => 'reject', gate => $gate });
    $c->hello;
    $c->send_line('XFORWARD ADDR=192.0.2.7', 'NOOP', 'MAIL FROM:<a@client.test>');
    SG::open_gate($gate);
    like $c->reply, qr/^250 /, 'a check that takes its time: XFORWARD';
    like $c->reply, qr/^250 /, 'NOOP';
    like $c->reply, qr/^554 /, 'MAIL';
};
