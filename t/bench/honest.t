# The bench takes no round in which a message was lost or altered: between its client
# and its server, here stands one who does such things.
use v5.36;
use FindBin;
use lib $FindBin::Bin, "$FindBin::Bin/../lib";
use Test::More;
use Bench::Contenders;
use Bench::Load;
use Bench::Process qw(forked);
use IO::Select;
use IO::Socket::IP;
use SG;

my $sink = Bench::Load::sink();

# Copies both ways until one side ends; what it reads goes through the code of its way.
sub copy ($client, $server, $up, $down) {
    my %other = ($client => [ $server, $up ], $server => [ $client, $down ]);
    my $select = IO::Select->new($client, $server);
    while (my @ready = $select->can_read(30)) {
        for my $from (@ready) {
            my ($to, $change) = @{ $other{$from} };
            sysread($from, my $bytes, 1 << 20) or return;
            syswrite($to, $change->($bytes));
        }
    }
    return;
}

# A proxy that does as told; the port it listens on.
sub meddler ($up, $down) {
    my $listener = IO::Socket::IP->new(LocalHost => '127.0.0.1', Listen => 5) or die "listen: $@";
    forked(sub {
        while (my $client = $listener->accept) {
            copy($client, IO::Socket::IP->new(PeerHost => '127.0.0.1', PeerPort => $sink), $up, $down);
        }
    });
    return $listener->sockport;
}

# The exit status of the client, and what it and the server said of it.
sub load ($port, %option) {
    my ($command, @options) = Bench::Load::command({ port => $port }, {
        sessions => 3, parallel => 1, mails => 1, size => 4096, dialogue => 'mail', %option });
    my $said = qx($command @options 2>&1);
    return ($? >> 8, $said);
}

sub same ($bytes) { return $bytes }

sub is_refused ($what, $up, $down, $why) {
    my ($status, $said) = load(meddler($up, $down));
    subtest $what => sub {
        is $status, 1, 'is no round';
        like $said, $why, 'and it is said why';
    };
    return;
}

my ($status, $said) = load(meddler(\&same, \&same));
is $status, 0, 'What is only copied is a round' or diag $said;

my $text = qr/This is letter \d+\.\r\n/;
is_refused 'a byte that was changed', sub ($b) { $b =~ s/($text)./$1\0/sr }, \&same,
    qr/reply to the message: 554 altered: a byte behind \d+ of letter \d+/;
is_refused 'a line that was left out', sub ($b) { $b =~ s/($text)[^\n]+\n/$1/r }, \&same, qr/554 altered: a byte behind/;
is_refused 'a changed subject', sub ($b) { $b =~ s/Subject: letter/Subject: Letter/r }, \&same,
    qr/554 altered: the end before the first byte/;
is_refused 'a dot that was unstuffed', sub ($b) { $b =~ s/\r\n\.\./\r\n./gr }, \&same, qr/554 altered: a byte behind/;
is_refused 'a header that was added', sub ($b) { $b =~ s/^Subject:/X-Added: yes\r\nSubject:/r }, \&same,
    qr/250 taken behind 14 bytes/;
is_refused 'a message that was taken and not passed on', \&same, sub ($b) { $b =~ s/250 taken/250 of course/r },
    qr/reply to the message: 250 of course/;
is_refused 'a reply that never comes', \&same, sub ($b) { die "enough\n" if $b =~ /^354/; $b },
    qr/reply to DATA: the connection ended/;

($status, $said) = load($sink, dialogue => 'locked');
is $status, 1, 'A client that should be locked out and is not, is no round either';
done_testing;
