# What the manual says of log_level: no line is there that is less important.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

my %most = (emerg => 0, err => 3, warning => 4, notice => 5, info => 6);
my @lines = (
    [ notice => qr/: NEW / ], [ info => qr/: EHLO / ], [ info => qr/: MAIL FROM <a/ ],
    [ info => qr/: RCPT TO: / ], [ notice => qr/: VERDICT / ], [ notice => qr/: CLOSE:TAKEN|: CLOSE / ],
    [ warning => qr/: SESSION TAKEOVER/ ], [ notice => qr/: uptime=/ ]);

for my $level (sort keys %most) {
    subtest "log_level = $level" => sub {
        my ($c, $mta, $d) = SG::relay(
            core    => { log_level => $level, log_helo => 'yes',
                log_mail_from => ['accepted'], log_rcpt_to => ['accepted'] },
            verdict => { end => 'reject if evil' });
        $c->hello->mail("good\r\n");
        $c->quit;
        like(SG::Client->connect($d->port)->hello->mail("evil\r\n"), qr/^550 /, 'a find');
        $d->stop;
        my $log = $d->log =~ s/^.*?serves[^\n]*\n//sr;
        for my $line (@lines) {
            my ($of, $pattern) = @$line;
            $most{$of} <= $most{$level} ? like($log, $pattern, "$of is there") : unlike($log, $pattern, "$of is not");
        }
        unlike $log, qr/smtp-gated\[/, 'it is quiet' if $level eq 'emerg';
        SG::finish();
    };
}
done_testing;
