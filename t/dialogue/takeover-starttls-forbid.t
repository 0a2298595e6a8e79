# What the relay itself never allows is no matter of time.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'A session that was taken over answers STARTTLS as before where it is forbidden.' => sub {
    my ($c) = SG::relay(mta => { with => ['STARTTLS'] },
        verdict => { mail => 'takeover if evil' }, core => { starttls => 'forbid' });
    $c->hello;
    my $before = $c->cmd('STARTTLS');
    like $before, qr/^502/, 'before';
    $c->cmd('MAIL FROM:<evil@client.test>');
    like $c->cmd('STARTTLS'), qr/^502/, 'after';
};
