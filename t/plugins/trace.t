# The trace shows every callback with its arguments, and no password.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use MIME::Base64 qw(encode_base64);
use SG;

my $body = "Subject: x\r\n\r\n.dot\r\nback\\slash \x00\xff\r\n" . join '', map { "line $_\r\n" } 1 .. 200;
my $secret = encode_base64("\0anna\0open-sesame", '');

sub relay ($mta, $options, %more) {
    return SG::Daemon->start(
        core    => delete $more{core} // {},
        plugins => [
            '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port },
            '05-trace'     => $options, %more,
        ]);
}

sub talk ($daemon) {
    my $c = SG::Client->connect($daemon->port)->hello;
    $c->cmd("AUTH PLAIN $secret");
    $c->cmd('AUTH LOGIN');
    $c->cmd(encode_base64($_, '')) for 'anna', 'open-sesame';
    $c->mail($body);
    $c->quit;
    return;
}

sub slurp ($file) {
    open(my $in, '<:raw', $file) or return '';
    local $/;
    return <$in> // '';
}

subtest 'A session leaves its calls in the file, in the order of its life.' => sub {
    my $mta = SG::MTA->start(with => ['AUTH PLAIN LOGIN'], users => { anna => 'open-sesame' });
    my $file = SG::tempdir() . '/trace';
    my $daemon = relay($mta, { file => $file, verbose => 'yes' });
    talk($daemon);
    SG::wait_for { slurp($file) =~ / close / } 10, 'the close';
    my $trace = slurp($file);
    my @calls = map { /^[1-9]\d* (\w+)/ ? $1 : () } split /\n/, $trace;
    my @deciders = grep { !/^(?:reply|body)$/ } @calls;
    is "@deciders", 'route connect greet helo auth auth mail rcpt data end mail_done close',
        'each hook once';
    like $trace, qr/^0 configure pid=\d+\n0 start pid=\d+$/m, 'behind configure and start';
    like $trace, qr/ mail reverse_path=a\@client\.test, parameters=, declared_size=0$/m, 'arguments of MAIL';
    like $trace, qr/ rcpt forward_path=b\@server\.test, parameters=, accepted=0$/m, 'of RCPT';
    like $trace, qr/ reply command=MAIL, code=250, text=/m, 'replies';
    like $trace, qr/ reply command=AUTH, code=235$/m, 'but no text of AUTH';

    my $seen = join '', $trace =~ / body n=\d+, bytes=(.*)$/mg;
    is $seen =~ s/\\x(..)/chr hex $1/ger, $body, 'the body, byte for byte';
    $daemon->stop;
    unlike $trace . $daemon->log, qr/open-sesame|\Q$secret\E|@{[encode_base64('open-sesame', '')]}/,
        'no password';
    like slurp($file), qr/^0 stop pid=\d+\n(?:.*\n)*0 release pid=\d+$/m, 'and stop and release at the end';
    SG::finish();
};

subtest 'Without a file the calls are in the log, without verbose the message is not.' => sub {
    my $mta = SG::MTA->start;
    my $daemon = relay($mta, {}, core => { log_mail_from => 'accepted' });
    SG::Client->connect($daemon->port)->hello->mail($body);
    $daemon->wait_log(qr/TRACE hook=mail, arguments=reverse_path=a\@client\.test, /);
    $daemon->wait_log(qr/TRACE hook=body, arguments=n=\d+$/m);
    unlike $daemon->log, qr/slash/, 'no text of the message';
    SG::finish();
};

subtest 'Events and cancelled questions are seen.' => sub {
    my $mta = SG::MTA->start;
    my $file = SG::tempdir() . '/trace';
    my $daemon = relay($mta, { file => $file }, '50-regex' => { reject_mail_from => 'spam' });
    my $c = SG::Client->connect($daemon->port)->hello;
    $c->cmd('MAIL FROM:<spam@client.test>');
    ok SG::wait_for { slurp($file) =~ /^\d+ event name=regex, detail=REGEX_MAIL_FROM$/m } 10, 'the event';
    SG::finish();
};

done_testing;
