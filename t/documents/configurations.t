# Every configuration that a document shows is taken by smtp-gated -t, and each of its
# files is read; clamconf takes those of ClamAV.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG;
use SG::Documents;
use SG::Signatures;
use Test::More;

SG::need_root();
SG::need(qw(clamconf unshare ip));
my $program = SG::build_dir() . '/smtp-gated';

# Replaces an option, or adds it.
sub set ($text, $name, $value) {
    $$text .= qq($name = "$value"\n) if $$text !~ s/^$name = .*/$name = "$value"/m;
    return;
}

# Users and paths are those of a test; the rest is the document's.
sub check (%files) {
    my $dir = SG::tempdir();
    chmod 0755, $dir;
    mkdir "$dir/$_" for qw(conf.d lock spool jail jail/spool);
    chmod 01777, "$dir/lock", "$dir/spool", "$dir/jail/spool";
    my $core = delete $files{'smtp-gated.conf'} // '';
    my $jail = $core =~ s/^chroot_path = .*/chroot_path = "$dir\/jail"/m;
    $core =~ s/^set_group = .*//m;
    $core =~ s/^set_user = .*/set_user = "nobody"/m;
    set(\$core, plugin_path => SG::build_dir() . '/plugins/.libs');
    set(\$core, conf_dir => "$dir/conf.d");
    set(\$core, spool_path => $jail ? '/spool' : "$dir/spool");
    set(\$core, $_ => "$dir/$_") for qw(pidfile statefile);
    $files{'conf.d/10-nat-netfilter.conf'} //= '' if !grep { /nat-/ } keys %files;
    set(\$files{$_}, path => "$dir/lock") for grep { /lock-files/ } keys %files;
    set(\$files{$_}, command => '/bin/true') for grep { /action-script/ } keys %files;
    set(\$files{$_}, file => "$dir/trace") for grep { /-trace\.conf/ } keys %files;
    set(\$files{$_}, database => SG::Signatures::database()) for grep { /libclamav/ } keys %files;
    SG::Conf::write_file("$dir/$_", $files{$_}) for keys %files;
    SG::Conf::write_file("$dir/smtp-gated.conf", $core);
    # The addresses of the documents are this host's.
    my $host = 'ip link set lo up; ip addr add 192.0.2.1/32 dev lo; ip addr add 2001:db8::1/128 dev lo';
    my $said = qx(unshare -n sh -c '$host; $program -t $dir/smtp-gated.conf' 2>&1);
    return ($?, $said);
}

sub try ($block) {
    my %files = SG::Documents::by_file($block, $block->{more} || undef);
    %files = map { $_ => $files{$_} } grep { /^(?:conf\.d|smtp-gated\.conf)/ } keys %files;
    my ($status, $said) = check(%files);
    is($status, 0, "$block->{at} is taken") or diag($said);
    for my $file (sort grep { $files{$_} =~ /\S/ } keys %files) {
        ($status) = check(%files, $file => "$files{$file}\nno_such_option = 1\n");
        isnt($status, 0, "… and $file is read");
    }
    return;
}

# clamconf shows a file's options as they are in force, and says what it cannot take.
sub try_clamav ($block) {
    my $dir = SG::tempdir();
    my $needed = $block->{more} eq 'freshclam.conf' ? "DatabaseMirror database.clamav.net\n" : '';
    SG::Conf::write_file("$dir/$block->{more}", $needed . $block->{text});
    my $said = qx(clamconf --config-dir=$dir 2>&1);
    my @missing = grep { my ($name, $value) = split ' ', $_, 2; $said !~ /^\Q$name\E = "?\Q$value\E"?$/m }
        grep { /^\w/ } split /\n/, $block->{text};
    is("@missing", '', "$block->{at} is taken by ClamAV") or diag($said =~ /^(?:ERROR|WARNING|.*Parse).*/mg);
    return;
}

my @blocks = map { SG::Documents::blocks($_) } SG::Documents::all();
my @configurations = grep { $_->{kind} =~ /^(?:conf|postfix)$/ } @blocks;
cmp_ok(scalar @configurations, '>', 12, 'configurations are shown');
try($_)        for @configurations;
try_clamav($_) for grep { $_->{kind} eq 'clamav' } @blocks;
done_testing;
