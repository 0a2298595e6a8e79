# An option of regex may have several patterns.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::dialogue 'Of enforce one pattern must match, of reject none may.' => sub {
    my $mta = SG::MTA->start;
    my $daemon = SG::Daemon->start(
        plugins => [
            '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port },
            '50-regex'     => {
                enforce_mail_from => [ '@one\.test$', '@two{1,2}\.test$' ],
                reject_mail_from  => [ '^bad', 'worse' ] } ]);
    my %code = (
        'a@one.test' => 250, 'a@two.test' => 250, 'a@twoo.test' => 250, 'a@three.test' => 550,
        'bad@one.test' => 550, 'a-worse@two.test' => 550, '' => 550);
    for my $sender (sort keys %code) {
        my $c = SG::Client->connect($daemon->port)->hello;
        like $c->cmd("MAIL FROM:<$sender>"), qr/^$code{$sender} /, "<$sender>";
        $c->close;
    }
};
