# What doc/before-an-mta.md and smtp-gated.conf(5) show of a Postfix with the proxy as its
# filter takes mail: the parameters are the documents', only ports are a test's.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG;
use SG::Documents;
use SG::Postfix;
use Test::More;

SG::Postfix::need();

# The parameters of one service of master.cf.
sub parameters ($master, $service) {
    my ($lines) = $master =~ /^\Q$service\E\s.*\n((?:\s+-o .*\n)+)/m or return;
    return $lines =~ /-o (\w+)=(.*)/g;
}

sub try ($block) {
    my %files = SG::Documents::by_file($block);
    my %second = parameters($files{'master.cf'}, '127.0.0.1:10026');
    my %first = (parameters($files{'master.cf'}, 'smtp'), ($files{'main.cf'} // '') =~ /^(\w+) = (.*)$/mg);
    ok(%second && $first{smtpd_proxy_filter}, "$block->{at} has both services");
    my $behind = SG::Postfix->start(%second);
    my ($told) = $files{'smtp-gated.conf'} =~ /^xclient_from = \{"(.*)"\}$/m;
    my $daemon = SG::Daemon->start(core => { xclient_from => [$told] },
        plugins => [ '10-nat-fixed' => { server => '127.0.0.1', port => $behind->port } ]);
    my $front = SG::Postfix->start(%first, smtpd_proxy_filter => '127.0.0.1:' . $daemon->port);
    my $c = SG::Client->connect($front->port, from => '127.0.0.9', timeout => 30)->hello('pc.test');
    $c->cmd($_) for 'MAIL FROM:<a@client.test>', 'RCPT TO:<b@server.test>', 'DATA';
    like($c->data("Subject: filtered\r\n\r\nhello\r\n"), qr/^250 /, '… mail is taken');
    ok($behind->wait_delivered(qr/^Subject: filtered$/m), '… and delivered');
    $daemon->wait_log(qr/TOLD src=127\.0\.0\.9:/);
    pass('… and the proxy is told of the client');
    $_->stop for $front, $behind;
    return;
}

my @blocks = grep { $_->{text} =~ /smtpd_proxy_filter/ } map { SG::Documents::blocks($_) } SG::Documents::all();
is(scalar @blocks, 2, 'two documents show it');
try($_) for @blocks;
done_testing;
