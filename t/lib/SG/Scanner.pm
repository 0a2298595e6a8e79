# A clamd or spamd with a few children, of which each is busy until the test says so.
# What comes when there is none free waits, as it does before the real ones.
package SG::Scanner;
use v5.36;
use Fcntl qw(:flock);
use SG;
use SG::Peer;

my %kinds = (
    clamd => { plugin => '60-av-clamd', whole => qr/zFILDES\0\0|\0\0\0\0\z|zSCAN .*\0/s, ok => "stream: OK\0",
        options => { keep => 0 } },
    spamd => { plugin => '60-as-spamd', whole => undef, ok => "SPAMD/1.1 0 EX_OK\r\nSpam: False ; 0.0 / 5.0\r\n\r\n",
        options => {} },
);

sub start ($class, $kind, $children) {
    my $dir = SG::tempdir();
    my $self = bless { dir => $dir, kind => $kinds{$kind} }, $class;
    my ($whole, $ok) = @{ $self->{kind} }{qw(whole ok)};
    $self->{peer} = SG::Peer->start(sub ($connection) {
        my $child = _take_child($dir, $children);
        SG::Conf::write_file("$dir/asked.$$", '');
        _read_request($connection, $whole) // return unlink "$dir/asked.$$";
        _wait_until(sub { -e "$dir/quick" }) if !-e "$dir/quick";
        print {$connection} $ok;
        unlink "$dir/asked.$$";
    });
    return $self;
}

sub _wait_until ($condition) {
    select undef, undef, undef, 0.01 until $condition->();
    return;
}

# A lock that is held until the process ends.
sub _take_child ($dir, $children) {
    while (1) {
        for my $n (1 .. $children) {
            open(my $lock, '>>', "$dir/child.$n") or die "$dir: $!";
            return $lock if flock $lock, LOCK_EX | LOCK_NB;
        }
        select undef, undef, undef, 0.01;
    }
}

# undef: it never became whole.
sub _read_request ($connection, $whole) {
    return SG::Peer::read_until($connection, $whole) if $whole;
    my $bytes = '';
    1 while sysread $connection, $bytes, 65536, length $bytes;
    return $bytes;
}

# The plugin that asks it, as a daemon takes it: name => options.
sub plugin ($self, %options) {
    return $self->{kind}{plugin} => { socket => $self->{peer}->at, %{ $self->{kind}{options} }, %options };
}

# How many are being asked now.
sub asked ($self) { return scalar(() = glob "$self->{dir}/asked.*") }

# From now on all are answered at once, those too that have been asked: or not.
sub be_quick ($self) { SG::Conf::write_file("$self->{dir}/quick", ''); return }
sub be_slow ($self)  { unlink "$self->{dir}/quick"; return }

1;
