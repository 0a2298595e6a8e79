# Printers and mailers put a name beside the address.  Servers that take it do not agree on
# what they take.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my @NAMED = ('<Bob B <b@x.test>>', '<<b@x.test>>', '<(Bob)b@x.test>', '<"evil@y.test" <b@x.test>> SIZE=9');
my @NONE = ('<b@x.test <evil@y.test>>', '<<b@x.test> <evil@y.test>>', '<b@x.test evil@y.test>', '<Bob <>>');

SG::dialogue 'Of a path with a name in it the address goes on alone, and is what the checks see.' => sub {
    my ($c, $mta, $d) = SG::relay(
        core => { log_mail_from => 'accepted' }, verdict => { mail => 'reject if evil', rcpt => 'reject if evil' });
    $c->hello;
    for my $path (@NAMED) {
        my $rest = $path =~ /( SIZE=9)$/ ? $1 : '';
        like $c->cmd("MAIL FROM:$path"), qr/^250/, "MAIL FROM:$path";
        is $mta->session->{commands}[-1], "MAIL FROM:<b\@x.test>$rest", 'the address alone';
        like $c->cmd('RCPT TO:' . $path =~ s/ SIZE=9//r), qr/^250/, 'RCPT';
        is $mta->session->{commands}[-1], 'RCPT TO:<b@x.test>', 'likewise';
        $c->cmd('RSET');
    }
    like $c->cmd('MAIL FROM:<Bob <evil@x.test>>'), qr/^550 /, 'the check sees it';
    like $c->cmd("MAIL FROM:$_"), qr/^501 5\.1\.7 /, "not one address: $_" for @NONE;
    $d->wait_log(qr/MAIL FROM <b\@x\.test>/);
    SG::finish();
    ($c, $mta) = SG::relay(core => { display_names => 'refuse' });
    $c->hello;
    like $c->cmd("MAIL FROM:$_"), qr/^501 5\.1\.7 /, "with display_names = refuse: $_" for @NAMED;
    is_deeply $mta->session->{commands}, ['EHLO client.test'], 'none goes on';
};
