# Texts for clients may say who they are and what was found.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Check;

SG::dialogue 'Placeholders are filled in once, and never from what they became.' => sub {
    my ($c, $mta, $d) = SG::relay(
        core    => { msg_unimpl_command => 'not for %{client} [%{id}]%{reason}%{left}' },
        verdict => { rcpt => 'reject if bad', event => 'virus',
            text => '%{client} %{id} %{reason} %{left}| %{nothing} %{ %{id', detail => 'a%{id}%{client} b' });
    $c->hello;
    my $id = $d->wait_log(qr/\[(\d+)\]: NEW /);
    like $c->cmd('XCLIENT NAME=x'), qr/^502 .*not for 127\.0\.0\.1 \[$id\]\z/, 'a text of the core';
    $c->cmd('MAIL FROM:<a@client.test>');
    is $c->cmd('RCPT TO:<bad@server.test>'),
        "550 5.7.1 proxy.test 127.0.0.1 $id a?{id}?{client} b | %{nothing} %{ %{id", 'the text of a plugin';
};
