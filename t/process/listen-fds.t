# Socket activation: the sockets of LISTEN_FDS serve, bind_address does not.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my $dir = SG::tempdir();

# Opens listening sockets as descriptors 3 …, then runs the daemon.
SG::Conf::write_file("$dir/activate", <<'END');
use v5.36; use Socket; use POSIX ();
my ($dir, @hosts) = split / /, shift;
open my $ports, '>', "$dir/ports";
for my $i (0 .. $#hosts) {
    socket my $s, AF_INET, SOCK_STREAM, 0 or die;
    bind $s, pack_sockaddr_in(0, inet_aton($hosts[$i])) or die "bind: $!";
    listen $s, 50;
    say $ports ((unpack_sockaddr_in(getsockname $s))[0]);
    POSIX::dup2(fileno($s), 100 + $i);
}
close $ports;
POSIX::dup2(100 + $_, 3 + $_) for 0 .. $#hosts;
POSIX::close($_) for 3 + @hosts .. 110;
@ENV{qw(LISTEN_FDS LISTEN_PID)} = (scalar @hosts, $ENV{WRONG_PID} // $$);
exec @ARGV;
END

sub activated ($hosts, %opt) {
    my ($d) = relay(wrap => [ $^X, "$dir/activate", "$dir $hosts" ], %opt);
    my @ports = split /\n/, slurp("$dir/ports");
    return ($d, @ports);
}

my ($d, @ports) = activated('127.0.0.1 127.0.0.2', core => { workers => 3 });
for my $i (0, 1) {
    my @clients = map { SG::Client->connect($ports[$i], host => '127.0.0.' . ($i + 1)) } 1 .. 10;
    is scalar(grep { $_->banner =~ /^220/ } @clients), 10, 'socket ' . ($i + 3) . ' is served';
}
ok !IO::Socket::IP->new(PeerHost => '127.0.0.1', PeerPort => $d->port), 'bind_address and port are not used';
$d->hup;
like SG::Client->connect($ports[0])->banner, qr/^220/, 'after a reload the same sockets are served';
my $environment = slurp('/proc/' . ($d->keeper_pids)[0] . '/environ');
unlike $environment, qr/LISTEN_|NOTIFY_|WATCHDOG_/, 'the variables are not handed on';
is $d->stop, 0, 'the daemon ends well';

($d, @ports) = activated('127.0.0.1', env => { WRONG_PID => 1 });
like SG::Client->connect($d->port)->banner, qr/^220/, 'sockets meant for another process are not taken';
$d->stop;

my $conf = $d->conf;
SG::Conf::write_file("$dir/no-socket", 'open my $f, "<", "/dev/null"; $^F = 10; use POSIX (); POSIX::dup2(fileno $f, 3);'
    . '@ENV{qw(LISTEN_FDS LISTEN_PID)} = (1, $$); exec @ARGV;');
my $said = `$^X $dir/no-socket @{[SG::build_dir()]}/smtp-gated -f $conf 2>&1`;
is $? >> 8, 2, 'a descriptor that is no socket is refused';
like $said, qr/descriptor 3 is not a listening TCP socket/, 'with a sentence';
done_testing;
