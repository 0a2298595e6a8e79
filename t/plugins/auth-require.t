# Mail from those only who have authenticated to the server.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use MIME::Base64 qw(encode_base64);
use Test::More;
use SG;
use SG::Check;

my $plain = 'AUTH PLAIN ' . encode_base64("\0joe\0secret", '');
my $wrong = 'AUTH PLAIN ' . encode_base64("\0joe\0guess", '');
my $refused = '530 5.7.1 proxy.test Authentication required';
my $message = "Subject: x\r\n\r\nhello\r\n";

# What the server offers, what the plugin is told.
sub relay ($offers, %options) {
    my $mta = SG::MTA->start(with => $offers, users => { joe => 'secret' });
    my $daemon = SG::Daemon->start(plugins => [
        '10-nat-fixed'    => { server => '127.0.0.1', port => $mta->port },
        '47-auth-require' => \%options,
    ]);
    return ($daemon, $mta);
}

sub greet ($daemon) { return SG::Client->connect($daemon->port)->hello }

for my $mode ('ifsupported', 'mandatory') {
    subtest "Where AUTH is offered, mail needs it, mode = $mode." => sub {
        my ($daemon, $mta) = relay(['AUTH PLAIN'], mode => $mode);
        my $c = greet($daemon);
        is $c->cmd('MAIL FROM:<a@client.test>'), $refused, 'refused before';
        like $c->cmd($wrong), qr/^535 /, 'a wrong password';
        is $c->cmd('MAIL FROM:<>'), $refused, 'changes nothing';
        like $c->cmd($plain), qr/^235 /, 'the right one';
        like $c->mail($message), qr/^250 /, 'does';
        like $c->mail($message), qr/^250 /, 'for the whole session';
        like $c->quit, qr/^221 /, 'to its end';
        is_deeply [ grep { /^MAIL/ } @{ $mta->session->{commands} } ],
            [ ('MAIL FROM:<a@client.test>') x 2 ], 'the server never got what was refused';
        $daemon->wait_log(qr/DATA:AUTH_REQUIRED src=127\.0\.0\.1, ident=$/m);
        like $daemon->status, qr{^Found:\s+0/0/2/}m, 'it is counted';
        unlike $daemon->log, qr/SESSION TAKEOVER/, 'nothing was taken over';
        SG::finish();
    };
}

my %without = (
    ifsupported => [ qr/^250 /, 'left alone' ],
    mandatory   => [ qr/^530 (?:5\.7\.1 )?proxy\.test Authentication required$/, 'refused' ],
);
for my $mode (sort keys %without) {
    my ($reply, $word) = @{ $without{$mode} };
    subtest "Where AUTH is not offered, sessions are $word, mode = $mode." => sub {
        my ($daemon) = relay([], mode => $mode);
        like greet($daemon)->cmd('MAIL FROM:<a@client.test>'), $reply, 'after EHLO';
        SG::finish();
        ($daemon) = relay(['AUTH PLAIN'], mode => $mode);
        my $c = SG::Client->connect($daemon->port);
        $c->banner;
        $c->cmd('HELO client.test');
        like $c->cmd('MAIL FROM:<a@client.test>'), $reply, 'after HELO, which offers nothing';
        SG::finish();
    };
}

subtest 'A pipeline that begins with a refused MAIL delivers nothing.' => sub {
    my ($daemon, $mta) = relay(['AUTH PLAIN'], message => 'Who are you?');
    my $c = greet($daemon);
    my @replies = $c->pipeline('MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>', 'DATA');
    is $replies[0], '530 5.7.1 proxy.test Who are you?', 'MAIL';
    like $replies[1], qr/^503 /, 'RCPT';
    like $replies[2], qr/^503 /, 'DATA';
    like $c->cmd('NOOP'), qr/^250 /, 'the session goes on';
    is scalar(() = $mta->messages), 0, 'nothing is delivered';
    SG::finish();
};

subtest 'Another EHLO, another offer.' => sub {
    my ($daemon, $mta) = relay(['AUTH PLAIN']);
    my $c = greet($daemon);
    is $c->cmd('MAIL FROM:<a@client.test>'), $refused, 'offered';
    $mta->script(with => []);
    $c->cmd('EHLO client.test');
    like $c->cmd('MAIL FROM:<a@client.test>'), qr/^250 /, 'no longer';
    SG::finish();
};

subtest 'A mode that there is not is refused.' => sub {
    my ($status, $said) = SG::Check::check(plugins => [ '47-auth-require' => { mode => 'no' } ]);
    isnt $status, 0, '-t fails';
    like $said, qr/47-auth-require\.conf:1: .*'mode'.*ifsupported.*mandatory/s, 'and says what there is';
};

done_testing;
