# A mail client as a test drives it: bytes out, replies in, each wait bounded.
# Bytes are written in the pieces of SG::Pieces, and read while writing, so that
# neither side can block the other.
package SG::Client;
use v5.36;
use Carp ();
use Errno qw(EAGAIN EWOULDBLOCK EINTR);
use IO::Socket::IP;
use Scalar::Util ();
use Socket qw(IPPROTO_TCP TCP_NODELAY SOL_SOCKET SO_LINGER SO_RCVBUF);
use Time::HiRes ();
use SG::Pieces;

my @connected;    # weak

# opt: host, timeout (10), cuts ('random', 1; else as the dialogue runs), from.
sub connect ($class, $port, %opt) {    ## no critic
    my $self = bless {
        in => '', timeout => ($opt{timeout} // 10) * SG::patience(),
        cuts => exists $opt{cuts} ? $opt{cuts} : $SG::Pieces::CUT,
    }, $class;
    $self->{socket} = IO::Socket::IP->new(
        PeerHost => $opt{host} // '127.0.0.1', PeerPort => $port,
        ($opt{from} ? (LocalHost => $opt{from}) : ()),
        ($opt{rcvbuf} ? (Sockopts => [ [ SOL_SOCKET, SO_RCVBUF, $opt{rcvbuf} ] ]) : ()),
    ) or Carp::croak("connect to port $port: $@");
    $self->{socket}->setsockopt(IPPROTO_TCP, TCP_NODELAY, 1);
    $self->{socket}->blocking(0);
    push @connected, $self;
    Scalar::Util::weaken($connected[-1]);
    SG::Pieces::record('O');
    return $self;
}

sub port ($self) { return $self->{socket}->sockport }

# One wait for the socket: reads what is there; true if it may be written.
sub _turn ($self, $write, $end) {
    my $left = $end - Time::HiRes::time();
    Carp::croak("nothing more came within $self->{timeout} s; so far: " . _shown($self->{in}))
        if $left <= 0;
    my $fd = fileno($self->{socket});
    my ($r, $w) = ('', '');
    vec($r, $fd, 1) = 1 if !$self->{gone};
    vec($w, $fd, 1) = 1 if $write;
    select($r, $w, undef, $left);
    $self->_read if !$self->{gone} && vec($r, $fd, 1);
    return $write && vec($w, $fd, 1);
}

sub _read ($self) {
    my $n = sysread($self->{socket}, $self->{in}, 65536, length $self->{in});
    return if $n || (!defined $n && ($!{EAGAIN} || $!{EINTR}));
    $self->{gone} = defined $n ? 'eof' : 'reset';
    return;
}

sub _shown ($bytes) {
    $bytes = substr($bytes, 0, 200) . '…' if length($bytes) > 200;
    return '"' . ($bytes =~ s/([^ -~])/sprintf '\\x%02x', ord $1/ger) . '"';
}

# Writes the bytes.  A peer that has gone is no error here: closed() tells.
sub send_raw ($self, $bytes) {
    my $end = Time::HiRes::time() + $self->{timeout};
    my @pieces = SG::Pieces::cut($bytes, $self->{cuts});
    SG::Pieces::record(C => $bytes);
    for my $piece (@pieces) {
        $self->_write($piece, $end) or last;
        # Spreads the pieces over reads of the peer; nothing depends on it.
        Time::HiRes::usleep(20) if @pieces > 1;
    }
    return $self;
}

sub _write ($self, $piece, $end) {
    local $SIG{PIPE} = 'IGNORE';
    while (length $piece) {
        my $n = syswrite($self->{socket}, $piece);
        if (defined $n) { substr($piece, 0, $n) = ''; next }
        if ($!{EAGAIN} || $!{EINTR}) { $self->_turn(1, $end); next }
        $self->{broken} = "$!";
        return 0;
    }
    return 1;
}

sub send_line ($self, @lines) { return $self->send_raw(join('', map { "$_\r\n" } @lines)) }

# The next line without its CRLF; undef at the end of the connection.
sub line ($self) {
    my $end = Time::HiRes::time() + $self->{timeout};
    while ($self->{in} !~ /\n/) {
        return undef if $self->{gone};    ## no critic
        $self->_turn(0, $end);
    }
    $self->{in} =~ s/\A(.*?)\n//s;
    my $line = $1;
    Carp::croak('a line came without CR: ' . _shown($line)) if $line !~ s/\r\z//;
    return $line;
}

# The next reply: its lines joined with "\n"; in a list (code, text).  Empty
# and 0 at the end of the connection.
sub reply ($self) {
    my @lines;
    while (defined(my $line = $self->line)) {
        push @lines, $line;
        my ($code, $more) = $line =~ /\A([2-5]\d\d)([ -]|\z)/
            or Carp::croak('not a reply: ' . _shown($line));
        next if $more eq '-';
        return wantarray ? ($code, join("\n", @lines)) : join("\n", @lines);
    }
    Carp::croak('a reply broke off: ' . _shown("@lines")) if @lines;
    return wantarray ? (0, '') : '';
}

sub banner ($self) { return scalar $self->reply }

# Sends a line, returns its reply.
sub cmd ($self, $line) {
    $self->send_line($line);
    return scalar $self->reply;
}

# Sends several lines at once, returns as many replies.
sub pipeline ($self, @lines) {
    $self->send_line(@lines);
    return map { scalar $self->reply } @lines;
}

# Greeting and EHLO, as most tests begin; returns the client.
sub hello ($self, $name = 'client.test') {
    $self->banner =~ /^220/ or Carp::croak('no 220 banner');
    $self->{ehlo} = $self->cmd("EHLO $name");
    return $self;
}

# The envelope up to the 354; the reply to DATA.
sub envelope ($self, $from = 'a@client.test', @to) {
    @to = ('b@server.test') if !@to;
    my ($mail, @rest) = map { $self->cmd($_) } "MAIL FROM:<$from>", map { "RCPT TO:<$_>" } @to;
    return $self->cmd('DATA');
}

# Dot-stuffs a body of whole CRLF lines, sends it and its end; the reply.
sub data ($self, $body) {
    $self->send_raw(($body =~ s/(\A|\r\n)\./$1../gr) . ".\r\n");
    return scalar $self->reply;
}

# A whole message; the reply to its end.
sub mail ($self, $body, $from = 'a@client.test', @to) {
    my $go = $self->envelope($from, @to);
    return $go =~ /^354/ ? $self->data($body) : $go;
}

# Exactly n bytes, as a tunnel brings them.
sub bytes ($self, $n) {
    my $end = Time::HiRes::time() + $self->{timeout};
    $self->_turn(0, $end) while length $self->{in} < $n && !$self->{gone};
    return substr($self->{in}, 0, $n, '');
}

# Waits for the end: 'eof' or 'reset'; '' if the peer stays or says more.
sub closed ($self) {
    my $end = Time::HiRes::time() + $self->{timeout};
    eval { $self->_turn(0, $end) while !$self->{gone}; 1 } or return '';
    return length $self->{in} ? '' : $self->{gone};
}

# What came and was not asked for.
sub rest ($self) { return $self->{in} }

# Half-close: no more bytes from us, but we go on reading.
sub shut ($self) {
    SG::Pieces::record('c');
    shutdown($self->{socket}, 1);
    return $self;
}

sub quit ($self) {
    my $reply = $self->cmd('QUIT');
    return $reply;
}

sub close ($self) { CORE::close($self->{socket}); $self->{gone} = 'closed'; return }    ## no critic

sub finish_all ($class) { $_->close for grep { $_ } splice @connected; return }

# Ends the connection with RST instead of FIN.
sub reset ($self) {    ## no critic
    $self->{socket}->setsockopt(SOL_SOCKET, SO_LINGER, pack('ii', 1, 0));
    return $self->close;
}

1;
