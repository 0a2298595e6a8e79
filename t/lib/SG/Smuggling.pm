# The smuggling matrix, from outside: a daemon whose only check writes down what it
# sees (t/smuggling/notary.c), and the program t/smuggling/smuggle, which is all its
# clients, and its MTA where that is a toy.
package SG::Smuggling;
use v5.36;
use Carp ();
use IPC::Open2 ();
use Test::More;
use SG;
use SG::Exim;
use SG::Postfix;
use SG::Campaign;

# Of t/smuggling/cases.c; put together here so that this file is not a find.
sub marker () { return join '-', 'SG', 'SMUGGLED', 'MARKER' }

sub program ($name) { return SG::build_dir() . "/t/smuggling/$name" }

# The ways a daemon is set up for the matrix: a bare LF taken or refused, a header
# added or not.
sub setups () {
    return (
        { bare_newline => 'normalise', header => 0 },
        { bare_newline => 'normalise', header => 1 },
        { bare_newline => 'reject',    header => 0 },
        { bare_newline => 'reject',    header => 1 },
    );
}

sub setup_name ($setup) {
    return "bare_newline = $setup->{bare_newline}" . ($setup->{header} ? ', a header added' : '');
}

# A daemon before the MTA at that port, whose notary writes into a file.
sub daemon ($mta, $setup, $file, %notary) {
    SG::Conf::write_file($file, '');
    chmod 0666, $file;
    return SG::Daemon->start(
        core => {
            bare_newline => $setup->{bare_newline}, workers => 2, log_level => 'err',
            on_takeover_mail => 'refuse', on_takeover_cmds => 1000, timeout_idle => 25, timeout_final => 25,
            connect_queue => 4096,
        },
        plugins => [
            '10-nat-fixed' => { server => '127.0.0.1', port => $mta },
            '60-notary' => { file => $file, marker => marker(), %notary },
            ($setup->{header} ? ('70-trace-header' => { abuse => 'abuse@proxy.test' }) : ()),
        ],
        extra_plugins => [ SG::build_dir() . '/t/smuggling/.libs/notary.so' ],
        wrap => SG::Campaign::quiet());
}

# Every hostile dialogue before every careless MTA.
sub dialects () {
    my ($figures) = run((setups())[0], program => 'dialect', envelope => 1,
        (defined $ENV{ONLY} ? (case => $ENV{ONLY}) : ()));
    cmp_ok $figures->{$_}, '>', 50, "there were some: $_" for qw(cases taken honest);
    return;
}

# The same dialogues before a real MTA: what it has delivered, to whom and from whom, is
# what the checks have let pass.
sub dialects_real ($name, $start) {
    my $setup = (setups())[0];
    subtest $name => sub {
        my $mta = $start->();
        my (undef, $file) = run($setup, program => 'dialect', mta => $mta->port, real => 1,
            envelope => 1, bytes => 1, parallel => 20);
        $mta->settle;
        my @delivered = map { _delivered($_) } $mta->delivered;
        cmp_ok scalar(@delivered), '>=', 4, scalar(@delivered) . ' were delivered';
        my @passed = _passed($file);
        my @unseen = grep { !_was_passed($_, $setup, \@passed) } @delivered;
        is scalar(@unseen), 0, 'nothing is there that was not passed, to these and from this sender';
        diag(_dialogue($_->{text}) . ": $_->{from} to @{ $_->{to} }") for @unseen;
        $mta->stop;
    };
    return;
}

# The one that has brought the message.
sub _dialogue ($text) {
    my $program = program('dialect');
    state %names = map { split ' ', $_, 2 } split /\n/, qx('$program' names);
    my ($number) = $text =~ /^Subject: case (\d+)/m;
    my ($first) = sort { $b <=> $a } grep { $_ <= ($number // 0) } keys %names;
    return "case $number, $names{$first}";
}

# Of the notary's file: sender, recipients, bytes.
sub _passed ($file) {
    open(my $in, '<', $file) or Carp::croak("$file: $!");
    my @passed;
    while (my $line = <$in>) {
        my ($from, $hex, $to) = $line =~ /^<(.*)> passed \S+ (\S*) (.*)$/ or next;
        push @passed, { from => lc $from, to => [ split /,/, lc $to ], bytes => pack('H*', $hex) };
    }
    return @passed;
}

sub _delivered ($text) {
    my ($from) = $text =~ /^Return-path: <(.*)>/mi;
    $text =~ s/,\n\s+/, /g;    # recipients of Exim
    my ($to) = $text =~ /^(?:Envelope-to|Delivered-to): (.*)/mi;
    return { from => lc($from // '?'), to => [ split /,\s*/, lc($to // '?') ], text => $text };
}

# Its recipients are gone then: a second copy was not passed.
sub _was_passed ($delivered, $setup, $passed) {
    for my $p (@$passed) {
        my %left;
        $left{$_}++ for @{ $p->{to} };
        next if $p->{from} ne $delivered->{from} || grep { !$left{$_}-- } @{ $delivered->{to} };
        next if !ends_with(plain($delivered->{text}), $setup, $p->{bytes});
        $p->{to} = [ map { ($_) x $left{$_} } keys %left ];
        return 1;
    }
    return 0;
}

# One run of a program against one daemon: its figures, and the notary's file.
# mta: the port of a real one; bytes, envelope: what the notary writes down; the rest goes
# to the program.
sub run ($setup, %keys) {
    my $file = SG::tempdir() . '/notary';
    SG::Conf::write_file($file, '');
    my ($mta, %notary);
    $mta = delete $keys{mta};
    my $program = delete $keys{program} // 'smuggle';
    $notary{$_} = 'yes' for grep { delete $keys{$_} } qw(bytes envelope);
    @keys{qw(reject header)} = ($setup->{bare_newline} eq 'reject' || 0, $setup->{header});
    my $pid = IPC::Open2::open2(my $from, my $to, program($program), $file,
        map { "$_=$keys{$_}" } sort keys %keys);
    my ($toy) = readline($from) =~ /^mta (\d+)/ or Carp::croak('the program did not start');
    my $daemon = daemon($mta // $toy, $setup, $file, %notary);
    print {$to} 'daemon ' . $daemon->port . "\n";
    close $to;
    my $said = readline($from) // Carp::croak('the program died');
    waitpid $pid, 0;
    is $daemon->stop, 0, 'the daemon ends well';
    note $said;
    my %figures = $said =~ /(\w+)=(\d+)/g;
    is $figures{complaints}, 0, 'nothing that the judge complains of';
    return (\%figures, $file);
}

# The matrix against the toy MTAs, every stride-th case of it: a subtest for each setup.
sub toys ($stride, @setups) {
    for my $setup (@setups) {
        subtest 'toy MTAs, ' . setup_name($setup) => sub {
            my ($figures) = run($setup, stride => coprime($stride));
            cmp_ok $figures->{$_}, '>', 0, "there were some: $_" for qw(messages refused flawed loose);
        };
    }
    return;
}

# The next smaller that has some of each variant in it: they come in blocks of 75.
sub coprime ($stride) {
    $stride-- while $stride > 1 && ($stride % 3 == 0 || $stride % 5 == 0);
    return $stride;
}

# Against a real MTA, which has start() and then port, settle(), delivered(): with every
# stride-th of all cases, and seven times as many of those that may pass.
sub real ($name, $start, $stride, @setups) {
    for my $setup (@setups) {
        subtest "$name, " . setup_name($setup) => sub {
            my $mta = $start->();
            my %passed;
            run_real($mta, $setup, \%passed, stride => coprime($stride));
            run_real($mta, $setup, \%passed, stride => coprime(int($stride / 7) || 1), passing => 1);
            cmp_ok scalar(keys %passed), '>', 50, scalar(keys %passed) . ' messages passed';
            $mta->settle;
            compare(\%passed, $setup, $mta->delivered);
            $mta->stop;
        };
    }
    return;
}

# Errors must not make it slow, nor must it add header fields of its own behind ours.
my %postfix = (
    local_header_rewrite_clients => '', smtpd_error_sleep_time => 0, smtpd_soft_error_limit => 100_000,
    smtpd_hard_error_limit => 100_000, smtpd_junk_command_limit => 100_000,
    smtpd_forbid_bare_newline_exclusions => '', cleanup_replace_stray_cr_lf => 'no',
    smtpd_forbidden_commands => '', default_process_limit => 30,
);

sub patient_postfix ($forbid) { return SG::Postfix->start(%postfix, smtpd_forbid_bare_newline => $forbid) }

sub postfix ($forbid, $stride, @setups) {
    real("Postfix, smtpd_forbid_bare_newline = $forbid", sub { patient_postfix($forbid) }, $stride, @setups);
    return;
}

sub exim ($stride, @setups) {
    real('Exim', sub { SG::Exim->start }, $stride, @setups);
    return;
}

# Of each message that the checks let pass, by its sender: the bytes they saw, each time.
sub run_real ($mta, $setup, $passed, %keys) {
    my (undef, $file) = run($setup, mta => $mta->port, bytes => 1, real => 1, parallel => 20, %keys);
    open(my $in, '<', $file) or Carp::croak("$file: $!");
    while (my $line = <$in>) {
        push @{ $passed->{$1} }, pack('H*', $2) if $line =~ /^(\S+) passed \S+ (\S*)/;
    }
    return;
}

# MTAs keep lines by LF, put an empty line where a header has to end, and mend the bare
# CR and LF of chunks each in its way, with blanks beside them: what of that is the same.
sub plain ($bytes) { return $bytes =~ s/(?: *[\r\n])+ */\n/gr =~ s/\A[ \n]+|[ \n]+\z//gr }

my $field = qr/[!-9;-~]+:.*\n(?:[ \t].*\n)*/;

# Postfix takes a first line that begins with a blank for the rest of the header before,
# and keeps it as far as its first NUL.
sub without_folded ($bytes) { return $bytes =~ s/\A[ \t][^\n]*\0[^\n]*\n//r }

sub ends_with ($message, $setup, $bytes) {
    my $wanted = plain($bytes);
    my $at = length($message) - length($wanted);
    my $header = $at > 0 ? substr($message, 0, $at) =~ s/\n?\z/\n/r : '';
    return $header =~ /\A(?:$field)+\z/ && substr($message, $at) eq $wanted
        && (!$setup->{header} || $header =~ /^X-Nat-Received: /m);
}

sub compare ($passed, $setup, @delivered) {
    my (@strange, @altered, %seen);
    for my $message (map { plain($_) } @delivered) {
        my ($sender) = $message =~ /^Return-path: <([^@>]*)/mi;
        my $seen = $passed->{ $sender // '' } // do { push @strange, $message; next };
        $seen{$sender}++;
        push @altered, $sender
            if !grep { ends_with($message, $setup, $_) } map { ($_, without_folded($_)) } @$seen;
    }
    is_deeply [ @strange[ 0 .. ($#strange > 4 ? 4 : $#strange) ] ], [], 'nothing is there that was not passed';
    is_deeply [ grep { ($seen{$_} // 0) != @{ $passed->{$_} } } sort keys %$passed ], [],
        'each is there as often as it was passed';
    is_deeply [ sort @altered ], [], 'with the bytes that the checks saw';
    return;
}

1;
