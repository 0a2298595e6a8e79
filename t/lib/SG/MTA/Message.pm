# The message at the toy MTA: the end of DATA, strict or as lenient as careless
# servers are, and BDAT's chunks, counted exactly.
package SG::MTA::Message;
use v5.36;

my $STRICT  = qr/(?:\A|(?<=\r\n))\.\r\n/;
my $LENIENT = qr/(?:\A|(?<=[\r\n]))\.(?:\r\n|\n|\r)/;

# The 354 is out.
sub begin ($s, $how) {
    $s->{mode} = 'data';
    $s->{mail}{how} = $how;
    $s->{scanned} = 0;
    return;
}

# Looks for the end in what came; a look-alike cut in two is seen again.
sub data ($s) {
    return 0 if !length $s->{in};
    if (!$s->{scanned} && $s->fault('body', '250 half')) { return $s->{mode} eq 'mute' }
    my $from = $s->{scanned} > 5 ? $s->{scanned} - 5 : 0;
    $s->{scanned} = length $s->{in};
    my $end = _end($s, $from) // return 0;
    my $raw = substr($s->{in}, 0, $end->[1], '');
    _complete($s, 'DOT', $raw, _unstuff($s, substr($raw, 0, $end->[0])));
    return 1;
}

# Where the end's dot is and where it is over.  A window is enough to search,
# but \A must mean the body's first byte.
sub _end ($s, $from) {
    my $pattern = $s->{script}{lenient} ? $LENIENT : $STRICT;
    my $window = substr($s->{in}, $from);
    substr($window, 0, 1) = 'x' if $from > 0 && $window =~ /\A\./;
    return undef if $window !~ $pattern;    ## no critic
    my ($at, $over) = ($-[0] + $from, $+[0] + $from);
    return undef if substr($s->{in}, $over - 1, 1) eq "\r" && $over == length $s->{in};    ## no critic
    return [ $at, $over ];
}

sub _unstuff ($s, $body) {
    return $body =~ s/(\A|[\r\n])\./$1/gr if $s->{script}{lenient};
    return $body =~ s/(\A|\r\n)\./$1/gr;
}

# The end was seen: the message is recorded, whatever we answer.
sub _complete ($s, $verb, $raw, $body) {
    my $mail = delete $s->{mail};
    $s->{mode} = 'command';
    my %message = (%$mail, raw => $raw, body => $body, session => $s->{seen}{number});
    push @{ $s->{seen}{messages} }, \%message;
    return if $s->fault(lc $verb, '250 2.0.0 half');
    $message{code} = $s->answer($verb, '250 2.0.0 message taken');
    return;
}

# ---------------------------------------------------------------------- BDAT --

sub expect ($s, $n, $last, $line) {
    $s->{chunk} = { left => $n, last => $last, line => $line, bytes => '' };
    $s->{mode} = 'chunk';
    return;
}

sub chunk ($s) {
    my $chunk = $s->{chunk};
    my $piece = substr($s->{in}, 0, $chunk->{left}, '');
    return 1 if length $piece && $s->fault('chunk', '250 half') && $s->{mode} ne 'chunk';
    $chunk->{bytes} .= $piece;
    $chunk->{left} -= length $piece;
    return 0 if $chunk->{left};
    $s->{mode} = 'command';
    _chunk_done($s, $chunk);
    return 1;
}

sub _chunk_done ($s, $chunk) {
    my $mail = $s->{mail};
    if (!$mail || !@{ $mail->{rcpts} } || $mail->{spoilt}) {
        $s->answer('BDAT', '503 5.5.1 no transaction', $chunk->{line});
        return;
    }
    $mail->{how} = 'BDAT';
    push @{ $mail->{chunks} }, $chunk->{line};
    $mail->{bdat} .= $chunk->{bytes};
    my $body = $mail->{bdat};
    return _complete($s, 'LAST', $body, $body) if $chunk->{last};
    my $code = $s->answer('BDAT', "250 2.0.0 $chunk->{line}", $chunk->{line});
    $mail->{spoilt} = 1 if $code < 200 || $code > 299;
    return;
}

1;
