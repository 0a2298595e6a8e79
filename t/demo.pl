# `./dev demo`: one clean and one infected mail through a real proxy, with the
# scanner inside it, to a throwaway MTA.  Shows what both sides say, the lock, the
# log and the status; exits 0 only if all came out as the README promises.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/lib";
use SG;

# The test string that every scanner knows, put together here so that no scanner finds
# this file.
my $eicar = join '', 'X5O!P%@AP[4\PZX54(P^)', '7CC)7}$EICAR-', 'STANDARD-ANTIVIRUS-TEST-FILE!', '$H+H*';

my (@kept, @broken);

sub heading ($text) {
    my ($bold, $plain) = -t STDOUT ? ("\e[1m", "\e[0m") : ('', '');
    say "\n$bold$text$plain";
    return;
}

sub promise ($kept, $what) {
    push @{ $kept ? \@kept : \@broken }, $what;
    return;
}

# A database of one signature takes no time to load and knows what the demo needs.
sub write_signature ($dir) {
    mkdir $dir;
    open my $out, '>', "$dir/demo.ndb" or die "$dir/demo.ndb: $!";
    printf $out "Demo.EICAR:0:*:%s\n", unpack 'H*', $eicar;
    close $out or die "$dir/demo.ndb: $!";
    chmod 0755, $dir;
    return $dir;
}

sub start_proxy ($mta) {
    my $dir = SG::tempdir();
    my $database = write_signature("$dir/database");
    mkdir "$dir/lock";
    chmod 01777, "$dir/lock";
    my %user = $> == 0 ? (set_user => 'nobody') : ();
    my $proxy = SG::Daemon->start(
        core    => { log_level => 'info', max_connections => 100, %user },
        plugins => [
            '10-nat-fixed'    => { server => '127.0.0.1', port => $mta->port },
            '30-lock-files'   => { path => "$dir/lock", duration => '1h', local => 'yes' },
            '50-trace-header' => {},
            '60-av-libclamav' => { database => $database },
        ],
    );
    return ($proxy, "$dir/lock/127.0.0.1");
}

# --------------------------------------------------------------- dialogue --

sub show ($who, $text) {
    say "    $who: $_" for length $text ? split(/\r?\n/, $text) : '';
    return $text;
}

sub ask ($client, @lines) {
    show('C', $_) for @lines;
    $client->send_raw(join '', map { "$_\r\n" } @lines);
    my $reply = $client->reply;
    show('S', length $reply ? $reply : '(closed)');
    return $reply;
}

# A whole session with one mail; the reply to its final dot.
sub send_mail ($proxy, @body) {
    my $client = SG::Client->connect($proxy->port);
    show('S', $client->banner);
    ask($client, $_)
        for 'EHLO laptop.example', 'MAIL FROM:<ann@example.org>', 'RCPT TO:<bob@example.net>', 'DATA';
    my $reply = ask($client, 'From: Ann <ann@example.org>', 'To: Bob <bob@example.net>', @body, '.');
    ask($client, 'QUIT');
    $client->close;
    return $reply;
}

sub clean_mail ($proxy, $mta) {
    heading('A clean mail');
    my $reply = send_mail($proxy, 'Subject: Lunch', '', 'At noon?');
    promise(scalar($reply =~ /^250/), 'the clean mail was accepted (250)');
    heading('What the MTA was given');
    my @messages = $mta->messages;
    say "    $_" for map { split /\r\n/, $_->{body} } @messages;
    promise(@messages == 1, 'the MTA has it');
    return;
}

sub infected_mail ($proxy, $mta) {
    heading('A mail with the EICAR test string');
    my $reply = send_mail($proxy, 'Subject: Invoice', '', $eicar);
    promise(scalar($reply =~ /^550 5\.7\.1 .*Demo\.EICAR/),
            'EICAR was refused (550 5.7.1, the name of the find)');
    promise($mta->messages == 1, 'the MTA has no second message');
    return;
}

sub locked_out ($proxy, $lock) {
    heading("The lock $lock");
    my $cause = -e $lock ? do { open my $in, '<', $lock or die "$lock: $!"; <$in> } : undef;
    chomp $cause if defined $cause;
    say '    ', $cause // '(there is none)';
    promise(defined $cause, 'the sender is locked');
    heading('The next connection of the same client');
    my $client = SG::Client->connect($proxy->port);
    my $reply = show('S', scalar $client->reply);
    promise(scalar($reply =~ /^421/) && $client->closed, 'the next connection was refused by the lock');
    return;
}

# ---------------------------------------------------------- what remains --

sub show_log ($proxy) {
    heading('The log');
    say "    $_" for split /\n/, $proxy->log;
    return;
}

sub show_status ($proxy) {
    heading('The status, smtp-gated -s');
    my $status = qx(@{[ SG::build_dir() ]}/smtp-gated -s @{[ $proxy->conf ]});
    say "    $_" for split /\n/, $status;
    promise(scalar($status =~ m{^Found:\s+1/}m), 'the status counts one virus');
    return;
}

sub stay ($proxy, $mta, $lock) {
    my ($port, $program) = ($proxy->port, SG::build_dir() . '/smtp-gated');
    say <<~"END";

    Still running: the proxy on 127.0.0.1 port $port, in front of a toy MTA on port @{[ $mta->port ]}.

        nc -C 127.0.0.1 $port              talk SMTP to it
        rm $lock        let this machine in again
        $program -s @{[ $proxy->conf ]}
        tail -f @{[ $proxy->dir ]}/log
        ls @{[ $proxy->dir ]}/conf.d       change something, then
        kill -HUP @{[ $proxy->pid ]}

    Ctrl-C, or kill $$, stops it all and leaves nothing behind.
    END
    my $stop;
    local @SIG{qw(INT TERM HUP)} = (sub { $stop = 1 }) x 3;
    alarm 0;
    sleep 1 until $stop || $proxy->ended;
    return;
}

STDOUT->autoflush(1);
my $stay = "@ARGV" eq '--stay';
die "usage: ./dev demo [--stay]\n" if @ARGV && !$stay;

my $mta = SG::MTA->start;
my ($proxy, $lock) = start_proxy($mta);
clean_mail($proxy, $mta);
infected_mail($proxy, $mta);
locked_out($proxy, $lock);
show_log($proxy);
show_status($proxy);

heading('As promised?');
say "    yes: $_" for @kept;
say "    NO:  $_" for @broken;
stay($proxy, $mta, $lock) if $stay;
exit(@broken ? 1 : 0);
