# doc/one-mail.md shows the log of a mail that passes, of one that does not, and of the
# connection behind it.  These are such; their log has those lines, in that order.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG;
use SG::Signatures;
use SG::Tree;
use Test::More;

SG::need(SG::build_dir() . '/plugins/.libs/av-libclamav.so');
my $locks = SG::tempdir();
my $mta = SG::MTA->start;
my $daemon = SG::Daemon->start(
    core => { log_level => 'debug', log_helo => 'yes', log_mail_from => 'accepted', log_rcpt_to => 'accepted' },
    env  => { LSAN_OPTIONS => 'print_suppressions=0:suppressions=' . src('t/plugins/libclamav.supp') },
    plugins => [
        '10-nat-fixed'    => { server => '127.0.0.1', port => $mta->port },
        '30-lock-files'   => { path => $locks, local => 'yes' },
        '60-av-libclamav' => { database => SG::Signatures::database() },
        '70-trace-header' => {} ]);

# What differs from machine to machine is left out.
sub shape ($line) {
    return $line =~ s/\d+\.\d+\.\d+\.\d+/IP/gr =~ s/\d+/N/gr =~ s/IP:N/IP/gr =~ s/, (?:src|dst)=IP/, addr=IP/gr;
}

# The lines the document has in a section.
sub shown ($heading) {
    my ($section) = slurp('doc/one-mail.md') =~ /^\Q$heading\E\n(.*?)(?=^##)/ms;
    my @lines = $section =~ /^    \[\d+\]: (.*)$/mg;
    s/Eicar-Signature/SG.Eicar.UNOFFICIAL/g, s{/var/lib/smtp-gated/lock}{$locks}g, s/gate\.example/proxy.test/g
        for @lines;
    return @lines;
}

sub in_order ($title, $log, @lines) {
    my @log = map { shape($_) } $log =~ /\]: (.*)$/mg;
    for my $line (@lines) {
        my $shape = shape($line);
        shift @log while @log && $log[0] ne $shape;
        return ok(0, $title) || diag("not, or not there: $line\n$log") if !@log;
        shift @log;
    }
    return cmp_ok(scalar @lines, '>', 0, $title);
}

sub mail ($message) {
    my $c = SG::Client->connect($daemon->port);
    $c->banner;
    $c->cmd('EHLO laptop.example');
    $c->cmd('MAIL FROM:<ann@example.org> SIZE=28');
    $c->cmd('RCPT TO:<bob@example.net>');
    $c->cmd('DATA');
    my $reply = $c->data($message);
    $c->quit;
    $c->closed;    # by the server: the document's log says so
    return $reply;
}

like(mail("Subject: hello\r\n\r\nHello.\r\n"), qr/^250 /, 'a clean mail passes');
$daemon->wait_log(qr/CLOSE by=server/);
in_order('its log is that of the document', $daemon->log,
    map { shown($_) } '## Before the client comes', '## The connection', '## The commands', '## The message',
    '### … and is clean');

like(mail(SG::Signatures::attachment(SG::Signatures::eicar())), qr/^550 5\.7\.1 proxy\.test Malware found/,
    'an infected one does not');
my $refused = SG::Client->connect($daemon->port);
like($refused->banner, qr/^421 4\.7\.0 proxy\.test You are locked out for a while/, 'and the next connection ends at once');
$daemon->wait_log(qr/LOCK:LOCKED/);
in_order('as the document has it', $daemon->log =~ s/\A.*?CLOSE by=server//sr, shown('### … or is not'));
done_testing;
