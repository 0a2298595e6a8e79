# A server that keeps a number in 32 bits reads 4294967301 as 5, and the rest of the chunk
# as commands.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

sub begun (%verdict) {
    my ($c, $mta) = SG::relay(verdict => \%verdict);
    $c->hello;
    $c->cmd($_) for 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>';
    return ($c, $mta);
}

SG::dialogue 'A number that does not fit 31 bits is not passed.' => sub {
    for my $size ('2147483648', '4294967301', '4294967301 LAST', '9223372036854775807') {
        my ($c, $mta) = begun();
        $c->send_raw("BDAT $size\r\nabcdeMAIL FROM:<smuggled\@client.test>\r\n");
        like $c->reply, qr/^552 5.3.4/, "BDAT $size";
        $mta->wait_end;
        unlike $mta->session->{raw}, qr/BDAT|smuggled/, 'nothing of it was sent';
        SG::finish();
    }
    my ($c, $mta) = begun(header => 'X-Longer: yes');
    $c->send_raw("BDAT 2147483640\r\nabcde");
    like $c->reply, qr/^552 5.3.4/, 'nor one that a header makes too large';
    SG::finish();
    ($c, $mta) = begun();
    $c->send_raw("BDAT 2147483647\r\nabcde");
    $mta->wait_command(qr/^BDAT 2147483647$/);
    pass 'what fits goes';
};
