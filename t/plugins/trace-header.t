# The header that names the client behind the NAT, to the byte.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Check;

my $witness = SG::build_dir() . '/t/plugins/.libs/witness.so';

# The daemon and the server behind it.
sub relay ($options, %witness) {
    my $mta = SG::MTA->start;
    my $daemon = SG::Daemon->start(
        extra_plugins => [$witness],
        plugins       => [
            '10-witness'      => { server => '127.0.0.1:' . $mta->port, %witness },
            '70-trace-header' => $options,
        ]);
    return ($daemon, $mta);
}

my $body = "Subject: x\r\n\r\nhello\r\n";

# What stands in front of the body at the server, of a mail just sent.
sub header ($daemon, $mta, %opt) {
    my $c = SG::Client->connect($daemon->port, %opt)->hello;
    like $c->mail($body), qr/^250 /, 'the message is taken';
    $c->quit;
    my $arrived = ($mta->messages)[-1]{body};
    ok $arrived =~ s/\Q$body\E\z//, 'its bytes are the client\'s';
    return ($arrived, $c->port);
}

for my $cut (undef, 'random', 1) {
    local $SG::Pieces::CUT = $cut;
    my $way = $cut ? "pieces: $cut" : 'whole';
    subtest "The generic header has address, port, name, session and where to complain. [$way]" => sub {
        my ($daemon, $mta) = relay({ abuse => 'abuse@proxy.test' });
        my ($header, $port) = header($daemon, $mta, from => '127.0.0.5');
        my $id = $daemon->wait_log(qr/NEW .*, id=(\d+\.\d+)$/m);
        is $header,
            "X-Nat-Received: from [127.0.0.5]:$port [ident-empty]\r\n"
            . "\tby proxy.test with TPROXY id $id\r\n"
            . "\tabuse-to abuse\@proxy.test\r\n", 'all three lines, each with its CRLF';
        SG::finish();
    };
}

subtest 'Long names are not cut, and an ident stands as it is, if it is harmless.' => sub {
    my $abuse = 'a' x 600;
    my ($daemon, $mta) = relay({ abuse => $abuse, name => 'X-' . 'n' x 70 }, ident => "an na]y[x");
    my ($header, $port) = header($daemon, $mta);
    my $name = 'n' x 70;
    like $header, qr/\AX-$name: from \[127\.0\.0\.1\]:$port \[ident an_na_y_x\]\r\n\tby [^\r\n]+\r\n/,
        'the first lines';
    like $header, qr/\r\n\tabuse-to $abuse\r\n\z/, 'the last one';
    SG::finish();
};

subtest 'The short form is one line with the address; none is none.' => sub {
    my ($daemon, $mta) = relay({ type => 'ip-only', abuse => 'abuse@proxy.test', name => 'X-Client' });
    is((header($daemon, $mta))[0], "X-Client: 127.0.0.1\r\n", 'ip-only');
    SG::finish();
    ($daemon, $mta) = relay({ type => 'none' });
    is((header($daemon, $mta))[0], '', 'none');
    SG::finish();
};

subtest 'An IPv6 client is named by its address.' => sub {
    SG::need_ipv6();
    my $mta = SG::MTA->start;
    my $daemon = SG::Daemon->start(
        bind    => '::1',
        plugins => [
            '10-nat-fixed'    => { server => '127.0.0.1', port => $mta->port },
            '70-trace-header' => {},
        ]);
    my ($header, $port) = header($daemon, $mta, host => '::1');
    like $header, qr/\AX-Nat-Received: from \[::1\]:$port \[ident-empty\]\r\n/, 'in brackets';
    SG::finish();
};

subtest 'Each message of a session has it, by DATA and by BDAT, and SIZE counts it.' => sub {
    my ($daemon, $mta) = relay({ type => 'ip-only' });
    my $c = SG::Client->connect($daemon->port)->hello;
    for my $how ('DATA', 'BDAT') {
        $c->cmd('MAIL FROM:<a@client.test> SIZE=100');
        $c->cmd('RCPT TO:<b@server.test>');
        $how eq 'DATA' ? $c->cmd('DATA') : $c->send_line('BDAT ' . length($body) . ' LAST');
        my $reply = $how eq 'DATA' ? $c->data($body) : $c->send_raw($body)->reply;
        like $reply, qr/^250 /, "$how: taken";
        my $m = ($mta->messages)[-1];
        is $m->{body}, "X-Nat-Received: 127.0.0.1\r\n$body", 'with the header';
        my $size = 100 + length "X-Nat-Received: 127.0.0.1\r\n";
        like $m->{mail_line}, qr/ SIZE=$size\b/, 'and its size declared';
    }
    SG::finish();
};

subtest 'The spool begins with a line of its own, which the server never sees.' => sub {
    my $copy = SG::tempdir() . '/spool';
    my ($daemon, $mta) = relay({ type => 'none' }, ident => 'anna', copy => $copy);
    my $c = SG::Client->connect($daemon->port)->hello;
    $c->mail($body) for 1, 2;
    open(my $in, '<:raw', $copy) or die "$copy: $!";
    my $spools = do { local $/; <$in> };
    my ($from, $to) = ('127.0.0.1:' . $c->port, '127.0.0.1:' . $mta->port);
    my $line = "X-Proxy-Spool-Info: src=$from, ident=anna, dst=$to, trns=";
    is $spools, "${line}0\r\n$body${line}1\r\n$body", 'as 1.4 wrote it';
    is_deeply [ map { $_->{body} } $mta->messages ], [ $body, $body ], 'the server has the messages only';
    SG::finish();

    unlink $copy;
    ($daemon, $mta) = relay({ type => 'none', spool_name => '' }, copy => $copy);
    SG::Client->connect($daemon->port)->hello->mail($body);
    open($in, '<:raw', $copy) or die "$copy: $!";
    is do { local $/; <$in> }, $body, 'an empty name is no line';
    SG::finish();
};

subtest 'What would damage the message is refused when the file is read.' => sub {
    my %wrong = (
        name => [ '', 'X Y', 'X:', "X\x01Y", 'x' x 77 ], spool_name => [ 'X Y', "X\r" ],
        abuse => [ "a\x01b", 'x' x 901 ]);
    for my $option (sort keys %wrong) {
        for my $value (@{ $wrong{$option} }) {
            my $text = "$option = \"$value\"\n";
            my ($status, $said) = SG::Check::check(plugins => [ '70-trace-header' => \$text ]);
            ok $status && $said =~ m{70-trace-header\.conf:1: .*'$option'}, substr($text, 0, 40) =~ s/\n//r
                or diag $said;
        }
    }
};

done_testing;
