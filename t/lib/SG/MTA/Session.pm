# One connection at the toy MTA: bytes in, an ordered queue of replies out, and
# the record.  The verbs are in SG::MTA::Verbs, the message in SG::MTA::Message.
package SG::MTA::Session;
use v5.36;
use IO::Socket::IP;
use Socket qw(IPPROTO_TCP TCP_NODELAY SOL_SOCKET SO_LINGER);
use SG::Pieces;
use SG::MTA::Verbs;
use SG::MTA::Message;

sub new ($class, $script, $held, $socket, $number) {
    $socket->blocking(0);
    $socket->setsockopt(IPPROTO_TCP, TCP_NODELAY, 1);
    my $self = bless {
        script => $script, held => $held, socket => $socket, mode => 'command',
        in => '', out => [], turns => {},
        seen => {
            number => $number, raw => '', commands => [], messages => [], tunnel => '',
            peer => $socket->peerhost, peerport => $socket->peerport,
        },
    }, $class;
    return $self if $self->fault('accept', '');
    $self->greet;
    return $self;
}

sub greet ($self) {
    return if $self->fault('banner', '220 mta.test ESMTP ready');
    $self->answer('BANNER', $self->{script}{banner} // '220 mta.test ESMTP ready');
    return;
}

sub record ($self) { return { %{ $self->{seen} } } }

sub summary ($self) {
    my $seen = $self->{seen};
    return {
        bytes => length $seen->{raw}, commands => $seen->{commands}, end => $seen->{end},
        messages => scalar @{ $seen->{messages} }, mode => $self->{mode}, half => $seen->{half},
    };
}

# -------------------------------------------------------------------- output --

# Queues the script's reply to a verb, else the usual one; the code, 0 if none.
sub answer ($self, $verb, $usual, $line = '') {
    my $reply = $self->_scripted($verb, $usual, $line);
    return 0 if !defined $reply;
    $self->say($verb, $reply);
    return ref $reply ? ($$reply =~ /\A(\d{3})/ ? $1 : 0) : substr($reply, 0, 3);
}

sub _scripted ($self, $verb, $usual, $line) {
    my $replies = $self->{script}{reply} // {};
    return $usual if !exists $replies->{$verb};
    my $reply = $replies->{$verb};
    if (ref $reply eq 'ARRAY') {
        my $turn = $self->{turns}{$verb}++;
        $reply = $reply->[ $turn < @$reply ? $turn : -1 ];
    }
    $reply = $reply->($self, $line) if ref $reply eq 'CODE';
    return $reply;
}

# A reply as text (lines by "\n") or \"bytes" goes out behind those before it.
sub say ($self, $verb, $reply) {    ## no critic
    return if $self->{shut};
    my $bytes = ref $reply ? $$reply : ($reply =~ s/\r?\n/\r\n/gr) . "\r\n";
    SG::Pieces::record(S => $bytes);
    push @{ $self->{out} }, map { [ $verb, $_ ] } SG::Pieces::cut($bytes, $self->{script}{cut});
    $self->flush;
    return;
}

sub _blocked ($self) { return @{ $self->{out} } && $self->{held}{ $self->{out}[0][0] } }

sub wants_write ($self) { return @{ $self->{out} } && !$self->_blocked }
sub writable ($self)    { return $self->flush }

sub wants_read ($self) {
    return !$self->{seen}{half} && $self->{mode} ne 'deaf' && !$self->{held}{READ};
}

# Writes what is not held back; the last of it may be what the end waited for.
sub flush ($self) {
    while ($self->{socket} && @{ $self->{out} } && !$self->_blocked) {
        my $head = $self->{out}[0];
        my $n = syswrite($self->{socket}, $head->[1]);
        if (!defined $n) { return if $!{EAGAIN} || $!{EINTR}; return $self->_lost }
        substr($head->[1], 0, $n) = '';
        shift @{ $self->{out} } if !length $head->[1];
    }
    return if @{ $self->{out} } || !$self->{socket};
    return $self->end('close', $self->{ending}) if $self->{ending};
    return $self->end('close', 'peer eof') if $self->{seen}{half};
    return;
}

sub _lost ($self) { $self->{out} = []; return $self->end('close', 'peer reset') }

# Closes once all replies are out.
sub finish ($self, $why) { $self->{ending} //= $why; return $self->flush }

# For replies made by code: closes once the reply is out.
sub leave ($self, $why) { return $self->{ending} //= $why }

# Closes now.  how: close, reset, shut (half: we go on reading).
sub end ($self, $how, $why) {
    return $self->{shut} = shutdown($self->{socket}, 1) if $how eq 'shut';
    $self->{seen}{end} //= $why;
    $self->{socket}->setsockopt(SOL_SOCKET, SO_LINGER, pack('ii', 1, 0)) if $how eq 'reset';
    close(delete $self->{socket});
    return;
}

# --------------------------------------------------------------------- input --

sub readable ($self) {
    my $n = sysread($self->{socket}, my $bytes, 65536);
    return if !defined $n && ($!{EAGAIN} || $!{EINTR});
    return $self->_lost if !defined $n;
    return $self->_half if !$n;
    $self->{seen}{raw} .= $bytes;
    $self->{in} .= $bytes;
    1 while $self->{socket} && $self->_step;
    return;
}

# The peer said its last; what we owe it still goes out.
sub _half ($self) {
    $self->{seen}{half} = 1;
    return $self->flush;
}

my %STEP = (
    command => \&_command,
    auth    => \&SG::MTA::Verbs::auth_answer,
    data    => \&SG::MTA::Message::data,
    chunk   => \&SG::MTA::Message::chunk,
    tunnel  => \&_tunnel,
    mute    => sub ($self) { return $self->{in} = '' },
    deaf    => sub ($self) { return 0 },
);

sub _step ($self) { return $STEP{ $self->{mode} }->($self) }

# A line without its end; undef while there is none.
sub take_line ($self) {
    return undef if $self->{in} !~ s/\A([^\n]*)\n//;    ## no critic
    return $1 =~ s/\r\z//r;
}

sub _command ($self) {
    my $line = $self->take_line // return 0;
    push @{ $self->{seen}{commands} }, $line;
    my ($verb) = $line =~ /\A(\S*)/;
    return 1 if $self->fault(lc $verb, '250 half a reply');
    SG::MTA::Verbs::serve($self, uc $verb, $line);
    return 1;
}

sub _tunnel ($self) {
    return 0 if !length $self->{in};
    my $bytes = $self->{in};
    $self->{in} = '';
    $self->{seen}{tunnel} .= $bytes;
    $self->say('TUNNEL', \$bytes) if ($self->{script}{tunnel} // 'echo') eq 'echo';
    return 0;
}

# -------------------------------------------------------------------- faults --

my %FAULT = (
    close        => sub ($self, $usual) { $self->finish('close'); $self->{mode} = 'mute' },
    reset        => sub ($self, $usual) { $self->end('reset', 'reset') },
    hang         => sub ($self, $usual) { $self->{mode} = 'mute' },
    deaf         => sub ($self, $usual) { $self->{mode} = 'deaf' },
    die          => sub ($self, $usual) { $self->{die}  = 1; $self->{mode} = 'mute' },
    garbage      => sub ($self, $usual) { $self->say('FAULT', \"\xff\x00hello?\r\n") },
    half         => sub ($self, $usual) { $self->_half_reply($usual); $self->{mode} = 'mute' },
    'half-close' => sub ($self, $usual) { $self->_half_reply($usual); $self->finish('half-close') },
);

sub _half_reply ($self, $usual) {
    $self->say('FAULT', \substr($usual, 0, length($usual) / 2));
    return;
}

# Plays the script's fault of this stage; false if it has none.
sub fault ($self, $stage, $usual) {
    my $what = ($self->{script}{fault} // {})->{$stage} // return 0;
    if (ref $what) { $self->say('FAULT', $what); return 1 }
    my $play = $FAULT{$what} or die "no fault $what\n";
    $play->($self, $usual);
    return 1;
}

1;
