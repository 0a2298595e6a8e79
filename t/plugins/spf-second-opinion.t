# The spf plugin and libspf2 evaluate the same zone of a real DNS server.  The plugin
# finds what RFC 7208 says; libspf2 finds the same, except where the table of cases
# (SG::SPFCases) has another result for it.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Nsd;
use SG::SPFCases;

my $second = SG::build_dir() . '/t/plugins/spf_second';
plan skip_all => 'libspf2 (libspf2-dev) was not there when the build was configured' if !-x $second;
SG::need('nsd', 'unshare', 'ip', 'mount');
SG::need_root();

# A network of its own: a loopback that has the clients' addresses.  Mounts of its own:
# libspf2 asks the servers of /etc/resolv.conf, at port 53.
if (!$ENV{SG_OWN_NETWORK}) {
    local $ENV{SG_OWN_NETWORK} = 1;
    exec 'unshare', '--net', '--mount', $^X, "-I$FindBin::Bin/../lib", $0 or die "unshare: $!";
}
my $resolv = SG::Conf::write_file(SG::tempdir() . '/resolv.conf', "nameserver 127.0.0.1\noptions timeout:5 attempts:2\n");
for my $command (
    'ip link set lo up', 'ip addr add 192.0.2.7/32 dev lo',
    'ip addr add 2001:db8::7/128 dev lo nodad', "mount --bind $resolv /etc/resolv.conf") {
    system($command) == 0 or die $command;
}

my @cases = SG::SPFCases::all();
my $nsd = SG::Nsd->start_at(53,
    'test' => [
        (map { @{ $_->{zone} } } @cases),
        '$ORIGIN test.', 'host7.home A 192.0.2.7', 'host.liar A 198.51.100.9',
    ],
    '2.0.192.in-addr.arpa' => [ '7 PTR host7.home.test.', '7 PTR host.liar.test.' ]);

my %daemon = map {
    my $mta = SG::MTA->start(host => /:/ ? '::1' : '127.0.0.1');
    $_ => SG::Daemon->start(
        bind => $_,
        core => { log_mail_from => [ 'accepted', 'rejected' ], email_length => 1024 },
        plugins => [ '10-nat-fixed' => { server => /:/ ? '::1' : '127.0.0.1', port => $mta->port },
            '55-spf' => { nameservers => [ $nsd->at ] } ]);
} '192.0.2.7', '2001:db8::7';

sub ours ($case) {
    my $daemon = $daemon{ $case->{client} };
    my $c = SG::Client->connect($daemon->port, host => $daemon->{bind}, from => $case->{client});
    $c->reply;
    $c->cmd("EHLO $case->{helo}");
    $c->cmd("MAIL FROM:<$case->{sender}>");
    $c->close;
    return $daemon->wait_log(qr/SPF:RESULT ip=\S+, helo=\Q$case->{helo}\E, from=\Q$case->{sender}\E, result=(\w+)$/m);
}

sub theirs ($case) {
    open my $out, '-|', $second, @$case{qw(client helo sender)} or die "$second: $!";
    my $word = readline($out) // 'nothing';
    close $out;
    return $word =~ s/\s+\z//r;
}

my $agree = 0;
for my $case (@cases) {
    my ($ours, $theirs) = (ours($case), theirs($case));
    $agree++ if $ours eq $theirs;
    is $ours, $case->{result}, "RFC 7208, $case->{section}: $case->{title}: $case->{result}";
    is $theirs, $case->{second}, "libspf2 says $case->{second}";
}
my $counts = sprintf 'Of its %d cases libspf2 (1.2.10) agrees in %d', scalar @cases, $agree;
open my $doc, '<', SG::src_dir() . '/doc/decisions/spf.md' or die "doc/decisions/spf.md: $!";
like join('', readline $doc), qr/\Q$counts\E/, "doc/decisions/spf.md says: $counts";
done_testing;
