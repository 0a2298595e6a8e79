# A DNS server that behaves as a test says, where a real one will not do: it lies,
# is silent, or holds its answers back until the test lets them go.  A process of
# its own, which writes down every question.
package SG::DNS;
use v5.36;
use Carp ();
use IO::Select;
use IO::Socket::IP;
use POSIX ();
use Socket qw(AF_UNIX SOCK_DGRAM PF_UNSPEC);

my @running;
my %number = (A => 1, PTR => 12, MX => 15, TXT => 16, AAAA => 28);
my %type = reverse %number;

# answer: code that is given type and name and returns what to answer: addresses
# and texts (their wire format is made by type), 'nothing', 'refused', 'servfail',
# 'silence', or \"bytes" to stand behind the id.  hold: answers wait for release().
# at: [address, port].
# lies: code that is given the question's bytes, and returns the messages that are sent
# before the answer.  The probe of a server (NS of the root) is answered, and not noted,
# unless `answer` says 'silence' to it.
sub start ($class, $answer, %opt) {
    my ($host, $port) = @{ $opt{at} // [ '127.0.0.1', 0 ] };
    my $socket = IO::Socket::IP->new(LocalHost => $host, LocalPort => $port, Proto => 'udp', Type => SOCK_DGRAM)
        or Carp::croak("bind: $@");
    socketpair(my $ours, my $theirs, AF_UNIX, SOCK_DGRAM, PF_UNSPEC) or Carp::croak("pair: $!");
    my $self = bless { port => $socket->sockport, control => $ours, seen => [] }, $class;
    my $pid = fork() // Carp::croak("fork: $!");
    if ($pid == 0) {
        SG::Daemon::_die_with_parent();
        # What else the test holds, a toy MTA's control, it must be able to close.
        my %ours = map { fileno($_) => 1 } $socket, $theirs;
        POSIX::close($_) for grep { !$ours{$_} } 3 .. 255;
        _serve($socket, $theirs, $answer, %opt);
        POSIX::_exit(0);
    }
    $self->{pid} = $pid;
    push @running, $self;
    return $self;
}

sub at ($self) { return "127.0.0.1:$self->{port}" }

# All questions so far, "TYPE name", in the order of their arrival.
sub questions ($self) {
    my $text;
    while (defined recv($self->{control}, $text, 4096, Socket::MSG_DONTWAIT())) {
        my ($sender, $question) = $text =~ /^(\d+ \d+) (.*)/s;
        push @{ $self->{seen} }, $question;
        push @{ $self->{senders} }, $sender;
    }
    return @{ $self->{seen} };
}

# Of each question "ID PORT": its id, and the port it came from.
sub senders ($self) { $self->questions; return @{ $self->{senders} // [] } }

sub wait_questions ($self, $n) {
    SG::wait_for { $self->questions >= $n } 10, "$n questions";
    return $self->questions;
}

# Lets go the answers that match, those that wait and those to come.
sub release ($self, $pattern = '') {
    send($self->{control}, $pattern, 0) // Carp::croak("release: $!");
    return;
}

# --------------------------------------------------------- in its process --

sub _serve ($socket, $control, $answer, %opt) {
    my (@waiting, @free);
    my $both = IO::Select->new($socket, $control);
    while (1) {
        for my $ready ($both->can_read) {
            if ($ready == $control) {
                recv($control, my $pattern, 4096, 0);
                push @free, qr/$pattern/;
            } else {
                my $from = recv($socket, my $query, 4096, 0);
                my ($type, $name, $question) = _question($query);
                my $probe = $type eq '2' && $name eq '';
                next if $probe && "@{[ $answer->($type, $name) ]}" eq 'silence';
                my ($port) = Socket::sockaddr_in($from);
                send($control, unpack('n', $query) . " $port $type $name", 0) if !$probe;
                send($socket, $_, 0, $from) for $opt{lies} && !$probe ? $opt{lies}->($query, $question) : ();
                if ($probe) {
                    send($socket, _reply($query, $question, $type, 'nothing'), 0, $from);
                    next;
                }
                my $reply = _reply($query, $question, $type, $answer->($type, $name));
                push @waiting, [ "$type $name", $from, $reply ] if defined $reply;
            }
        }
        my @later;
        for my $one (@waiting) {
            if (!$opt{hold} || grep { $one->[0] =~ $_ } @free) { send($socket, $one->[2], 0, $one->[1]) }
            else                                          { push @later, $one }
        }
        @waiting = @later;
    }
    return;
}

sub _question ($query) {
    my ($at, @labels) = (12);
    while (my $n = unpack("x$at C", $query)) {
        push @labels, substr($query, $at + 1, $n);
        $at += $n + 1;
    }
    my $type = unpack('x' . ($at + 1) . 'n', $query);
    return ($type{$type} // $type, lc join('.', @labels), substr($query, 12, $at + 5 - 12));
}

sub _data ($type, $value) {
    return Socket::inet_pton(Socket::AF_INET(),  $value) if $type eq 'A';
    return Socket::inet_pton(Socket::AF_INET6(), $value) if $type eq 'AAAA';
    return join '', map { pack('C/a', $_) } $value =~ /(.{1,255})/gs if $type eq 'TXT';
    return ($type eq 'MX' ? pack('n', 10) : '') . join '', map { pack('C/a', $_) } split(/\./, $value), '';
}

sub _reply ($query, $question, $type, @answers) {
    my %rcode = (nothing => 0, servfail => 2, refused => 5, nxdomain => 3);
    return if "@answers" eq 'silence';
    return substr($query, 0, 2) . ${ $answers[0] } if ref $answers[0];
    my $rcode = $rcode{"@answers"};
    @answers = () if defined $rcode;
    return substr($query, 0, 2) . pack('n5', 0x8180 | ($rcode // 0), 1, scalar @answers, 0, 0)
        . $question . join '',
        map { pack('nnnNn/a', 0xc00c, $number{$type}, 1, 300, _data($type, $_)) } @answers;
}

sub stop ($self) {
    my $pid = delete $self->{pid} // return;
    kill 'KILL', $pid;
    waitpid $pid, 0;
    return;
}

END {
    my $status = $?;
    $_->stop for @running;
    $? = $status;
}

1;
