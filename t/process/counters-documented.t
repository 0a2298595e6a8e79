# Every counter that a document names is in the statefile.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process qw(relay);
use SG::Tree;

SG::need(my $page = built('doc/man/smtp-gated.8'));
my %options = (
    '30-lock-files' => { path => SG::tempdir() }, '45-dnsbl' => { nameservers => ['127.0.0.1'] },
    '55-spf' => { nameservers => ['127.0.0.1'] }, '60-av-clamd' => { socket => '127.0.0.1:1', method => 'instream' },
    '65-as-spamd' => { socket => '127.0.0.1:1' });
my ($d) = relay(core => { statefile_type => 'flat' }, plugins => [ map { $_ => $options{$_} } sort keys %options ]);
my %key = map { /^([\w.@-]+):/ ? ($1 => 1) : () } split /\n/, $d->status;
is $d->stop, 0, 'the daemon ends';

# The names of a list in a manual page.
sub named ($text, $from) {
    my ($list) = $text =~ /\Q$from\E.*?^\.Bl [^\n]*\n(.*?)^\.El$/ms or return ();
    return $list =~ /^\.It Li (\w+)/mg;
}

sub are_keys ($what, @keys) {
    cmp_ok scalar @keys, '>', 0, "$what names counters";
    is join(' ', grep { !$key{$_} } @keys), '', 'each of them is in the statefile';
    return;
}

are_keys('smtp-gated(8)', map { "counters.$_" } named(slurp($page), 'The counters begin at the start of the daemon'));
for my $label (sort keys %options) {
    my $plugin = $label =~ s/^\d+-//r;
    are_keys("smtp-gated-$plugin(8)",
        map { "plugins.$label.$_" } named(slurp(built("doc/man/smtp-gated-$plugin.8")), '.Sh COUNTERS'));
}

# What a text says by itself: a key, or a name that "counts" something.
my %counter = map { /([^.]+)$/ ? ($1 => 1) : () } keys %key;
my $groups = join '|', qw(children found requests rejects errors auth counters);
my ($said, @unknown) = 0;
for my $file ('README.md', files(qr/\.(?:md|in|mdoc)$/, 'doc', 'plugins')) {
    my $text = slurp($file);
    my @names = grep { !/\.(?:def|NAME)$/ } $text =~ /(?:`|^\.Li |\s)((?:$groups)\.[a-z]\w*)\b/mg;
    push @unknown, map { "$file: $_" } grep { !$key{$_} } @names;
    my @counts = $text =~ /(?:`|^\.Li )([a-z]+_[a-z_]+)`?\s+(?:in the state(?:file)?\s+)?counts\b/mg;
    push @unknown, map { "$file: $_" } grep { !$counter{$_} && !/^per_/ } @counts;
    $said += @names + @counts;
}
cmp_ok $said, '>', 2, 'texts name counters, too';
is "@unknown", '', 'and none that there is not';
done_testing;
