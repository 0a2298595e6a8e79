# Twelve real clients: what each says to a server, and hears from it, is the same directly
# and through us, byte for byte; of what EHLO offers, XCLIENT is gone.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Exim;
use SG::Node;
use SG::OpenSMTPD;
use SG::Postfix;
use SG::Process;
use SG::Server;
use SG::Tap;

my @OFFER = ('PIPELINING', 'SIZE 10000000', 'XCLIENT NAME ADDR', '8BITMIME', 'DSN', 'ENHANCEDSTATUSCODES', 'CHUNKING');
my $LETTER = "From: a\@client.test\nTo: b\@server.test\nSubject: recorded\n"
    . "Date: Thu, 1 Jan 2026 00:00:00 +0000\nMessage-ID: <recorded\@client.test>\n\nA line.\n.\nA dot before.\n";
my $dir = SG::tempdir();
SG::Conf::write_file("$dir/letter", $LETTER);
SG::Conf::write_file("$dir/queued", "a\@client.test\nb\@server.test\nc\@server.test\n\n$LETTER");

sub found ($program) { return scalar grep { -x "$_/$program" } split(/:/, $ENV{PATH}), '/usr/sbin' }
sub peer ($path) { return SG::Server::peers($path) }

# Ends well, or says why not.
sub shell ($what) {
    return sub ($port) {
        my $command = $what =~ s/PORT/$port/gr;
        my $said = qx(exec </dev/null 2>&1; $command);
        is $?, 0, 'the client is content' or diag($said);
    };
}

# Through a server of its own, which is given the message and sends it on.
sub by_server ($start, @to) {
    return sub ($port) {
        my $mta = $start->($port);
        my $c = SG::Client->connect($mta->port, cuts => undef)->hello;
        my $reply = $c->mail($LETTER =~ s/\n/\r\n/gr, 'a@client.test', @to);
        like $reply, qr/^250 /, 'the server has taken it';
        $c->quit;
        $mta->settle;
        $mta->stop;
    };
}

# dma knows one place for its configuration and one for its queue.  It sends to one at a
# time, in no order: one is enough.
sub dma ($port) {
    my $dma = peer('dma/usr/sbin/dma');
    SG::Conf::write_file("$dir/dma.conf", "SMARTHOST 127.0.0.1\nPORT $port\nMAILNAME client.test\n");
    SG::Conf::write_file("$dir/auth.conf", '');
    my $said = qx(unshare -m --propagation private sh -c "
        set -e; cp -a /etc '$dir/etc'; mkdir -p '$dir/etc/dma'; cp '$dir/dma.conf' '$dir/auth.conf' '$dir/etc/dma'
        mount --bind '$dir/etc' /etc; mount -t tmpfs none /var/spool; mkdir -m 770 /var/spool/dma; chgrp mail /var/spool/dma
        '$dma' -i -D -f a\@client.test b\@server.test <'$dir/letter'; '$dma' -q1" 2>&1);
    is $?, 0, 'the client is content' or diag($said);
    system('rm', '-rf', "$dir/etc");
    return;
}

my $python = <<'END';
import smtplib, sys
s = smtplib.SMTP("127.0.0.1", int(sys.argv[1]), local_hostname="client.test")
s.sendmail("a@client.test", ["b@server.test", "c@server.test"], open("LETTER", "rb").read())
s.quit()
END
my $perl = <<'END';
use Net::SMTP;
my $s = Net::SMTP->new('127.0.0.1', Port => shift, Hello => 'client.test') or die;
$s->mail('a@client.test') && $s->to('b@server.test', 'c@server.test') && $s->data(do { local (@ARGV, $/) = 'LETTER'; <> }) or die;
$s->quit;
END
SG::Conf::write_file("$dir/$_->[0]", $_->[1] =~ s/LETTER/$dir\/letter/r) for [ py => $python ], [ pl => $perl ];

my @two = ('b@server.test', 'c@server.test');
my $modules = SG::Node::modules() // '';
# name, where it is to be had, how it sends the letter to a port
my @clients = (
    [ swaks => found('swaks'), shell("swaks --server 127.0.0.1:PORT --helo client.test --from a\@client.test --to b\@server.test,c\@server.test --data \@$dir/letter") ],
    [ curl => found('curl'), shell("curl -sS smtp://127.0.0.1:PORT/client.test --mail-from a\@client.test --mail-rcpt b\@server.test --mail-rcpt c\@server.test -T $dir/letter") ],
    [ msmtp => found('msmtp'), shell("msmtp --host=127.0.0.1 --port=PORT --domain=client.test --from=a\@client.test b\@server.test c\@server.test <$dir/letter") ],
    [ nullmailer => peer('nullmailer/usr/lib/nullmailer/smtp'), shell('HELOHOST=client.test ' . (peer('nullmailer/usr/lib/nullmailer/smtp') // '') . " --host=127.0.0.1 -p PORT 3<$dir/queued") ],
    [ dma => peer('dma/usr/sbin/dma'), \&dma ],
    [ 's-nail' => found('s-nail'), shell("s-nail -n -S v15-compat=y -S mta=smtp://127.0.0.1:PORT -S smtp-auth=none -S hostname=client.test -S from=a\@client.test -S sendwait -s recorded b\@server.test c\@server.test <$dir/letter") ],
    [ 'smtplib of Python' => found('python3'), shell("python3 $dir/py PORT") ],
    [ 'Net::SMTP of Perl' => found('perl'), shell("perl $dir/pl PORT") ],
    [ nodemailer => peer('npm/node_modules/nodemailer'), shell('node ' . SG::Node::script('nodemailer.js') . " $modules PORT") ],
    [ Postfix => -x '/usr/lib/postfix/sbin/master', by_server(sub ($port) { SG::Postfix->start(relayhost => "[127.0.0.1]:$port",
        virtual_mailbox_domains => '', default_transport => 'smtp', smtp_helo_name => 'client.test') }, @two) ],
    [ Exim => SG::Exim::_program(), by_server(sub ($port) { SG::Exim->start(relay => $port) }, @two) ],
    [ OpenSMTPD => peer('opensmtpd/usr/sbin/smtpd'), by_server(sub ($port) { SG::OpenSMTPD->start(relay => $port) }, 'b@server.test') ],    # names two in any order
);

# What a client makes up anew each time.
sub plain ($bytes) {
    return $bytes =~ s/^(Date|Message-ID|Received): .*\r\n(?:[ \t].*\r\n)*/$1: …\r\n/gmir
        =~ s/^(MAIL FROM:.*?) SIZE=\d+/$1 SIZE=…/gmr =~ s/^BDAT \d+/BDAT …/gmr
        =~ s/^(?:EHLO|HELO) \K.*\r\n/…\r\n/gmr;
}

# The offers that we take out.
sub without_xclient ($bytes) { return $bytes =~ s/^250-XCLIENT .*\r\n//mr }

sub recorded ($send, $through_us) {
    my $mta = SG::MTA->start(ehlo => \@OFFER, cut => undef);
    my $port = $mta->port;
    my $daemon = SG::Daemon->start(plugins => [ '10-nat-fixed' => { server => '127.0.0.1', port => $port } ]);
    my $tap = SG::Tap->start($through_us ? $daemon->port : $port);
    $send->($tap->port);
    my @sessions = $tap->sessions;
    is scalar($mta->messages), 1, 'one message has arrived';
    $tap->stop;
    SG::finish();
    return @sessions;
}

for (@clients) {
    my ($name, $is_there, $send) = @$_;
    subtest $name => sub {
        plan skip_all => "$name is not to be had here" if !$is_there;
        my @direct = recorded($send, 0);
        my @through = recorded($send, 1);
        is scalar(@through), scalar(@direct), 'as many connections';
        cmp_ok scalar(@direct), '>', 0, 'there were some';
        for my $i (0 .. $#direct) {
            is plain($through[$i]{client}), plain($direct[$i]{client}), 'what it has said';
            is $through[$i]{server}, without_xclient($direct[$i]{server}), 'what it has heard';
        }
    };
}
done_testing;
