# The manual's table of events has each that the sources log, with its level and fields.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG::Tree;
use Test::More;

my %level = (SG_ERR => 'err', SG_WARNING => 'warning', SG_NOTICE => 'notice', SG_INFO => 'info',
    SG_DEBUG => 'debug', LOG_CRIT => 'crit', LOG_ERR => 'err', LOG_WARNING => 'warning',
    LOG_NOTICE => 'notice', LOG_INFO => 'info', LOG_DEBUG => 'debug', WARNING => 'warning',
    3 => 'err', 4 => 'warning', 5 => 'notice', 6 => 'info', 7 => 'debug');

# [event, level, keys, file] of each call that names its event; level and keys are '' where
# the call has them from elsewhere.
sub logged () {
    my @found;
    for my $file (grep { !/trace\.c$|chaos\.c$/ } files(qr/\.c$/, 'daemon'), files(qr/\.c$/, 'plugins'),
        files(qr/\.c$/, 'sdk/kit')) {
        my $source = slurp($file);
        while ($source =~ /\b(sg_log|log_event|log_event_as)\(([^;]*?)"([A-Z][A-Z_]*(?::[A-Z_]+)?|Rejecting)",?\s*([^;]*);/g) {
            my ($call, $before, $event, $behind) = ($1, $2, $3, $4);
            next if $before =~ /"/;
            my $plugin = $call eq 'sg_log' ? $before =~ s/^[^,]*,\s*//r : $before;
            my ($word) = $plugin =~ /^\s*(\w+)\s*,/;
            my $format = join '', $behind =~ /"((?:[^"\\]|\\.)*)"/g;
            my $keys = join ' ', $format =~ /(?:^|[ ,(])([a-z][a-z_]*)=/g;
            $event = "SCAN:$event" if $file eq 'sdk/kit/scan.c';
            push @found, [ $event, $level{ $word // '' } // '', $keys, $file ];
        }
    }
    return @found;
}

my %told;
my $manual = slurp('doc/man/smtp-gated.8.in');
while ($manual =~ /^\.It Li (\S+) Ta (\S+(?:, \S+)*) Ta(?: (.*))?$/mg) {
    $told{$1} = { level => $2, keys => { map { $_ => 1 } split /[ ,]+/, $3 // '' } };
}
my @logged = logged();
cmp_ok(scalar @logged, '>', 60, 'the sources log events');
my %missing;
for my $call (@logged) {
    my ($event, $level, $keys, $file) = @$call;
    my $row = $told{$event} or do { $missing{"$event ($file)"}++; next };
    $missing{"$event: level $level ($file)"}++ if $level ne '' && $row->{level} !~ /\b$level\b/;
    $missing{"$event: field $_ ($file)"}++ for grep { !$row->{keys}{$_} } split / /, $keys;
}
ok(!%missing, 'each is in the table of smtp-gated(8)') or diag(join "\n", sort keys %missing);

# What the sources put together from parts.
my %made = map { $_ => 1 } qw(HELO EHLO RCPT AUTH:ACCEPT AUTH:CHALLENGE AUTH:REJECT DATA:REQUEST DATA:GOING
    DATA:CANCELLED DATA:FINISHED VERB:FILTERED PLUGIN:ERROR PLUGIN:TIMEOUT PLUGIN:LOG_ONLY TRACE
    SPAM:SKIPPED SPAM:TIMEOUT SPAM:FAILED SPAM:TOO_LARGE SPAM:UNSCANNABLE SPAM:WAITS);
my %known = (%made, map { $_->[0] => 1 } @logged);
is(join(' ', grep { !$known{$_} } sort keys %told), '', 'and the table has no other');
is(join(' ', grep { !$told{$_} } sort keys %made), '', 'those that are put together are there');
done_testing;
