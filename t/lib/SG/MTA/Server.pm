# The toy MTA's process: one select loop over the listener, the sessions and the
# control socket to the test.  It ends when the test closes that.
package SG::MTA::Server;
use v5.36;
use Storable ();
use Errno ();
use SG::MTA::Session;

# Values over the control socket: length, then Storable's bytes.
sub put ($socket, $value) {
    my $frozen = Storable::nfreeze($value);
    my $bytes  = pack('N', length $frozen) . $frozen;
    while (length $bytes) {
        my $n = syswrite($socket, $bytes);
        if (!defined $n) { next if $!{EINTR}; return 0 }
        substr($bytes, 0, $n) = '';
    }
    return 1;
}

sub get ($socket) {
    my $head = _exactly($socket, 4) // return undef;    ## no critic
    my $frozen = _exactly($socket, unpack('N', $head)) // return undef;    ## no critic
    return Storable::thaw($frozen);
}

sub _exactly ($socket, $n) {
    my $bytes = '';
    while (length $bytes < $n) {
        my $got = sysread($socket, $bytes, $n - length $bytes, length $bytes);
        next if !defined $got && $!{EINTR};
        return undef if !$got;    ## no critic
    }
    return $bytes;
}

sub new ($class, $script, $listener, $control) {
    my %held = map { $_ => 1 } @{ $script->{holds} // [] };
    return bless {
        script => $script, listener => $listener, control => $control,
        sessions => [], held => \%held,
    }, $class;
}

sub run ($self) {
    local $SIG{PIPE} = 'IGNORE';
    $SIG{ALRM} = 'DEFAULT';    ## no critic
    $self->{listener}->blocking(0);
    while (1) {
        my ($r, $w) = $self->_interests;
        my $n = select($r, $w, undef, undef);
        next if $n < 0;
        if (vec($r, fileno $self->{control}, 1)) { $self->_control or return }
        $self->_serve($_, $r, $w) for grep { $_->{socket} } @{ $self->{sessions} };
        $self->_accept if $self->{listener} && vec($r, fileno $self->{listener}, 1);
    }
    return;
}

sub _interests ($self) {
    my ($r, $w) = ('', '');
    vec($r, fileno $self->{control}, 1) = 1;
    vec($r, fileno $self->{listener}, 1) = 1 if $self->{listener} && !$self->{held}{ACCEPT};
    for my $session (grep { $_->{socket} } @{ $self->{sessions} }) {
        my $fd = fileno $session->{socket};
        vec($r, $fd, 1) = 1 if $session->wants_read;
        vec($w, $fd, 1) = 1 if $session->wants_write;
    }
    return ($r, $w);
}

# A session accepted in this turn was in no interest set, nor one whose socket
# took the number of one closed in it: reads that find nothing are harmless.
sub _serve ($self, $session, $r, $w) {
    my $fd = fileno $session->{socket};
    $session->readable if vec($r, $fd, 1);
    $session->writable if $session->{socket} && vec($w, $fd, 1);
    $self->_die if delete $session->{die};
    return;
}

sub _accept ($self) {
    my $socket = $self->{listener}->accept or return;
    push @{ $self->{sessions} },
        SG::MTA::Session->new($self->{script}, $self->{held}, $socket, scalar @{ $self->{sessions} });
    return;
}

# The whole server vanishes; only the record stays.
sub _die ($self) {
    $_->end('reset', 'die') for grep { $_->{socket} } @{ $self->{sessions} };
    close(delete $self->{listener}) if $self->{listener};
    return;
}

sub _control ($self) {
    my $request = get($self->{control}) // return 0;
    my ($what, @arguments) = @$request;
    my $method = $self->can("ask_$what");
    my $answer = eval { $self->$method(@arguments) };
    return put($self->{control}, $@ ? \"$@" : ref $answer ? $answer : [ $answer // 0 ]);
}

sub ask_sessions ($self) { return [ map { $_->record } @{ $self->{sessions} } ] }
sub ask_summary ($self)  { return [ map { $_->summary } @{ $self->{sessions} } ] }

sub ask_hold ($self, @verbs) {
    $self->{held}{ $_ } = 1 for @verbs;
    return 1;
}

sub ask_release ($self, @verbs) {
    delete $self->{held}{ $_ } for @verbs;
    $_->flush for grep { $_->{socket} } @{ $self->{sessions} };
    return 1;
}

sub ask_say ($self, $i, $bytes) {
    my $session = $self->{sessions}[$i] or die "no session $i\n";
    $session->say('SAY', \$bytes);
    return 1;
}

sub ask_hangup ($self, $i, $how) {
    my $session = $self->{sessions}[$i] or die "no session $i\n";
    $session->end($how, $how) if $session->{socket};
    return 1;
}

sub ask_script ($self, $change) {
    %{ $self->{script} } = (%{ $self->{script} }, %$change);
    return 1;
}

1;
