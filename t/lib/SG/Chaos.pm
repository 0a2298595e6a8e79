# What the tests of misbehaving plugins share: a daemon whose plugin misbehaves at one
# hook towards clients from 127.0.0.2, and a session that goes as far as that hook.
package SG::Chaos;
use v5.36;
use Carp ();
use Exporter 'import';
use SG;

our @EXPORT = qw(deciders observers relay misbehave approach walk refusal);

sub deciders ()  { return qw(route connect greet helo auth mail rcpt data end) }
sub observers () { return qw(body reply event mail_done close cancel) }

my $letter = "Subject: x\r\n\r\nMARKER\r\n";
my @lines = ('EHLO client.test', 'AUTH PLAIN AGFubmEAc2VzYW1l', 'MAIL FROM:<a@client.test>',
    'RCPT TO:<b@server.test>', 'DATA');
my @steps = (
    sub ($c) { $c->banner },
    (map { my $line = $_; sub ($c) { $c->cmd($line) } } @lines),
    sub ($c) { $c->data($letter) },
    sub ($c) { $c->quit },
);

# The step in which each hook is called, and what refuses for now there.
my %step = (route => 0, connect => 0, greet => 0, reply => 0, helo => 1, auth => 2, mail => 3, cancel => 3,
    rcpt => 4, data => 5, body => 6, end => 6, event => 6, mail_done => 6, close => 7);

sub refusal ($hook) { return $step{$hook} == 0 ? '421' : $hook eq 'auth' ? '454' : '451' }

sub _plugins ($mta, $chaos, $verdict) {
    return [
        ($chaos ? ('05-chaos' => { only => ['127.0.0.2'], %$chaos }) : ()),
        '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port },
        ($verdict ? ('50-verdict' => $verdict) : ()),
    ];
}

# A daemon without chaos, and its MTA.
sub relay (%opt) {
    my $mta = SG::MTA->start(with => ['AUTH PLAIN'], users => { anna => 'sesame' });
    my $d = SG::Daemon->start(%opt, plugins => _plugins($mta, undef, undef),
        extra_plugins => [ SG::verdict_plugin() ]);
    return ($d, $mta);
}

# From here on it misbehaves, at this hook, in a generation of its own.
sub misbehave ($d, $mta, $hook, %chaos) {
    $chaos{timeout} //= '200ms' if $hook eq 'cancel';
    my $verdict = $hook eq 'event' ? { end => 'reject if MARKER', event => 'virus' } : undef;
    $d->configure(plugins => _plugins($mta, { at => [$hook], %chaos }, $verdict));
    $d->hup;
    return;
}

# A session that has said all that leads to the hook, and has read nothing of what comes of it.
sub approach ($d, $hook) {
    my $c = SG::Client->connect($d->port, from => '127.0.0.2');
    $steps[$_]->($c) for 0 .. $step{$hook} - 1;
    my @last = (undef, @lines, undef, 'QUIT');
    if ($step{$hook} == 6)    { $c->send_raw("$letter.\r\n") }
    elsif ($last[ $step{$hook} ]) { $c->send_line($last[ $step{$hook} ]) }
    return $c;
}

# A session up to the hook: the client, and what it was told there.
sub walk ($d, $hook) {
    my $c = SG::Client->connect($d->port, from => '127.0.0.2');
    my $reply;
    for my $step (0 .. $step{$hook}) {
        Carp::croak("before $hook: $reply") if $step && $reply !~ /^[23]/;
        $reply = $steps[$step]->($c);
    }
    return ($c, $reply);
}

1;
