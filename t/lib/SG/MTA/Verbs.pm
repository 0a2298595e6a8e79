# What the toy MTA does with each verb: RFC 5321, with PIPELINING, CHUNKING,
# AUTH (4954), STARTTLS (3207, without any TLS behind it) and XCLIENT.
package SG::MTA::Verbs;
use v5.36;
use MIME::Base64 qw(decode_base64 encode_base64);

our @EHLO = (
    'PIPELINING', 'SIZE 10240000', '8BITMIME', 'SMTPUTF8', 'DSN', 'ENHANCEDSTATUSCODES',
    'CHUNKING', 'BINARYMIME', 'HELP',
);

my %SERVE = (
    HELO => \&_helo, EHLO => \&_ehlo, MAIL => \&_mail, RCPT => \&_rcpt, DATA => \&_data,
    BDAT => \&_bdat, RSET => \&_rset, QUIT => \&_quit, AUTH => \&_auth,
    STARTTLS => \&_starttls, XCLIENT => \&_xclient,
    NOOP => sub ($s, $line) { $s->answer('NOOP', '250 2.0.0 OK', $line) },
    VRFY => sub ($s, $line) { $s->answer('VRFY', '252 2.0.0 who knows', $line) },
    EXPN => sub ($s, $line) { $s->answer('EXPN', '250 2.0.0 nobody', $line) },
    HELP => sub ($s, $line) { $s->answer('HELP', "214-2.0.0 no\n214 2.0.0 help", $line) },
);

sub serve ($s, $verb, $line) {
    my $serve = $SERVE{$verb};
    return $serve->($s, $line) if $serve;
    my $known = exists(($s->{script}{reply} // {})->{$verb});
    $s->answer($known ? $verb : 'UNKNOWN', '502 5.5.2 unknown here', $line);
    return;
}

sub _good ($code) { return $code >= 200 && $code < 300 }

sub _helo ($s, $line) {
    $s->{seen}{helo} = $line;
    _forget($s);
    $s->answer('HELO', '250 mta.test', $line);
    return;
}

sub _ehlo ($s, $line) {
    $s->{seen}{helo} = $line;
    _forget($s);
    my $script = $s->{script};
    my @offer = (@{ $script->{ehlo} // \@EHLO }, @{ $script->{with} // [] });
    for my $without (@{ $script->{without} // [] }) {
        @offer = grep { !/\A\Q$without\E(\s|\z)/ } @offer;
    }
    unshift @offer, 'mta.test';
    my $last = pop @offer;
    $s->answer('EHLO', join("\n", (map { "250-$_" } @offer), "250 $last"), $line);
    return;
}

# Ends the transaction.
sub _forget ($s) { delete $s->{mail}; return }

sub _mail ($s, $line) {
    return $s->answer('MAIL', '503 5.5.1 nested MAIL', $line) if $s->{mail};
    my ($from) = $line =~ /<([^>]*)>/;
    my $code = $s->answer('MAIL', '250 2.1.0 sender ok', $line);
    $s->{mail} = { mail_line => $line, from => $from, rcpts => [], rcpt_lines => [] } if _good($code);
    return;
}

sub _rcpt ($s, $line) {
    return $s->answer('RCPT', '503 5.5.1 MAIL first', $line) if !$s->{mail};
    my ($to) = $line =~ /<([^>]*)>/;
    my $refused = $s->{script}{refuse} && $line =~ $s->{script}{refuse};
    my $usual = $refused ? '550 5.1.1 no such user' : '250 2.1.5 recipient ok';
    return if !_good($s->answer('RCPT', $usual, $line));
    push @{ $s->{mail}{rcpts} },      $to;
    push @{ $s->{mail}{rcpt_lines} }, $line;
    return;
}

sub _data ($s, $line) {
    my $ready = $s->{mail} && @{ $s->{mail}{rcpts} };
    my $usual = $ready ? '354 end with a dot' : '503 5.5.1 no recipients';
    my $code = $s->answer('DATA', $usual, $line);
    SG::MTA::Message::begin($s, 'DATA') if $code == 354;
    return;
}

# BDAT n [LAST]: the bytes follow whatever we think of it (RFC 3030).
sub _bdat ($s, $line) {
    my ($n, $last) = $line =~ /\ABDAT (\d+)( LAST)?\z/i
        or return $s->answer('BDAT', '501 5.5.4 BDAT n [LAST]', $line);
    SG::MTA::Message::expect($s, $n, $last, $line);
    return;
}

sub _rset ($s, $line) {
    _forget($s);
    $s->answer('RSET', '250 2.0.0 OK', $line);
    return;
}

sub _quit ($s, $line) {
    $s->answer('QUIT', '221 2.0.0 bye', $line);
    $s->finish('quit');
    return;
}

# ---------------------------------------------------------------------- AUTH --

sub _auth ($s, $line) {
    my (undef, $mechanism, $initial) = split(' ', $line);
    $s->{auth} = { mechanism => uc($mechanism // ''), got => [] };
    if ($s->{auth}{mechanism} !~ /\A(?:PLAIN|LOGIN)\z/) {
        $s->answer('AUTH', '504 5.5.4 mechanism unknown', $line);
        return;
    }
    $s->{mode} = 'auth';
    return _auth_take($s, $initial) if defined $initial && length $initial;
    _auth_ask($s);
    return;
}

sub _auth_ask ($s) {
    my $asked = @{ $s->{auth}{got} };
    my $what = $s->{auth}{mechanism} eq 'PLAIN' ? '' : encode_base64(qw(Username: Password:)[$asked], '');
    $s->answer('CHALLENGE', "334 $what");
    return;
}

# A line of the exchange.
sub auth_answer ($s) {
    my $line = $s->take_line // return 0;
    $s->{seen}{auth_lines} .= "$line\n";
    return 1 if $s->fault('auth_answer', '334 half');
    if ($line eq '*') {
        $s->{mode} = 'command';
        $s->answer('AUTH', '501 5.7.0 cancelled', $line);
        return 1;
    }
    _auth_take($s, $line);
    return 1;
}

sub _auth_take ($s, $line) {
    my $got = $s->{auth}{got};
    push @$got, decode_base64($line eq '=' ? '' : $line);
    return _auth_ask($s) if $s->{auth}{mechanism} eq 'LOGIN' && @$got < 2;
    $s->{mode} = 'command';
    my ($user, $password) = @$got == 2 ? @$got : (split(/\0/, $got->[0] // '', -1))[ 1, 2 ];
    my $right = ($s->{script}{users} // {})->{ $user // '' };
    my $in = defined $right && $right eq ($password // '');
    my $code = $s->answer('AUTH', $in ? '235 2.7.0 welcome' : '535 5.7.8 who are you?');
    $s->{seen}{user} = $user if $code == 235;
    return;
}

# ------------------------------------------------------- STARTTLS and XCLIENT --

sub _starttls ($s, $line) {
    my $code = $s->answer('STARTTLS', '220 2.0.0 go ahead', $line);
    return if $code != 220;
    $s->{mode} = 'tunnel';
    $s->say('STARTTLS', \$s->{script}{push}) if $s->{script}{push};
    return;
}

# XCLIENT is told who the client is and begins anew, with a banner.
sub _xclient ($s, $line) {
    $s->{seen}{xclient} = $line;
    _forget($s);
    $s->answer('XCLIENT', $s->{script}{banner} // '220 mta.test ESMTP ready', $line);
    return;
}

1;
