# auth-require in front of a real Postfix, whose SASL backend speaks the protocol of
# Dovecot's auth server and is ours.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use MIME::Base64 qw(encode_base64);
use Test::More;
use SG;
use SG::Peer;
use SG::Postfix;

SG::Postfix::need();

my $right = encode_base64("\0joe\0secret", '');
my $wrong = encode_base64("\0joe\0guess", '');

# Greets, and says of each request whether the password is right.
my $backend = SG::Peer->start(sub ($connection) {
    print {$connection} map { join("\t", @$_) . "\n" }
        [ 'VERSION', 1, 1 ], [ 'MECH', 'PLAIN', 'plaintext' ], [ 'SPID', $$ ], [ 'CUID', 1 ],
        [ 'COOKIE', 'a' x 32 ], ['DONE'];
    while (my $line = <$connection>) {
        my ($id, $response) = $line =~ /^AUTH\t(\d+)\tPLAIN\t.*resp=(\S+)/ or next;
        print {$connection} $response eq $right ? "OK\t$id\tuser=joe\n" : "FAIL\t$id\tuser=joe\n";
    }
});
chmod 0755, $backend->at =~ s{/[^/]+$}{}r;

my $mta = SG::Postfix->start(smtpd_sasl_auth_enable => 'yes', smtpd_sasl_type => 'dovecot',
    smtpd_sasl_path => $backend->at, smtpd_sasl_security_options => 'noanonymous');

for my $mode ('ifsupported', 'mandatory') {
    subtest "Postfix takes mail from who has authenticated, mode = $mode." => sub {
        my $daemon = SG::Daemon->start(plugins => [
            '10-nat-fixed'    => { server => '127.0.0.1', port => $mta->port },
            '47-auth-require' => { mode => $mode },
        ]);
        my $c = SG::Client->connect($daemon->port)->hello;
        like $c->{ehlo}, qr/^250[- ]AUTH .*PLAIN/m, 'it offers AUTH';
        is $c->cmd('MAIL FROM:<a@client.test>'), '530 5.7.1 proxy.test Authentication required', 'refused before';
        like $c->cmd("AUTH PLAIN $wrong"), qr/^535 /, 'a wrong password';
        like $c->cmd('MAIL FROM:<a@client.test>'), qr/^530 /, 'changes nothing';
        like $c->cmd("AUTH PLAIN $right"), qr/^235 /, 'the right one';
        like $c->mail("Subject: $mode\r\n\r\nhello\r\n"), qr/^250 /, 'does';
        $c->quit;
        ok $mta->wait_delivered(qr/^Subject: $mode$/m), 'it is delivered';
        unlike $daemon->log, qr/\Q$right\E|\Q$wrong\E|secret/, 'no password is in the log';
        SG::Client->finish_all;
        SG::Daemon->finish_all;
    };
}

done_testing;
