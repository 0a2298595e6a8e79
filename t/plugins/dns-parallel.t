# The lists of dnsbl run side by side.  Shown by order, not by clocks: every question
# is out before the first answer comes.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::DNS;

my @lists = ('one.test', 'two.test', 'three.test');

SG::dialogue 'The lists of dnsbl are asked at once, and the first that decides is enough.' => sub ($cut) {
    my $dns = SG::DNS->start(sub ($type, $name) { $name =~ /three/ ? '127.0.0.2' : 'nothing' }, hold => 1);
    my ($c, $mta, $daemon) = SG::relay(
        plugins => [
            '45-dnsbl' => { zones => \@lists, nameservers => [ $dns->at ], patience => '50s',
                timeout => '60s' }
        ]);
    is_deeply [ $dns->wait_questions(3) ], [ map { "A 1.0.0.127.$_" } @lists ],
        'three questions, and no answer yet';
    $dns->release('three');
    like $c->banner, qr/^554 .*DNSBL: three\.test: 127\.0\.0\.2$/, 'nobody waits for the others';
};
