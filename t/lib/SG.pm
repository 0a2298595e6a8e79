# What every test begins with: where the build is, waiting for something with a
# bound, skipping for a reason, and the dialogue, which runs its body three
# times: with the bytes whole, cut at random places, and one at a time.
package SG;
use v5.36;
use Carp ();
use Cwd ();
use Fcntl ();
use File::Basename ();
use File::Temp ();
use POSIX ();
use Test::More ();
use Time::HiRes ();

# A test that hangs in spite of all bounds is ended, so that its END blocks run.
$SIG{ALRM} = sub { Carp::confess('the whole test took too long') };
# Valgrind and sanitizers are slow: SG_PATIENCE multiplies every bound.
sub patience () { return $ENV{SG_PATIENCE} || 1 }

alarm(300 * patience());

sub src_dir () {
    return $ENV{SG_SRC} if $ENV{SG_SRC};
    return Cwd::abs_path(File::Basename::dirname(__FILE__) . '/../..');
}

sub build_dir () {
    return $ENV{SG_BUILD} if $ENV{SG_BUILD};
    my $here = Cwd::getcwd();
    return -x "$here/smtp-gated" ? $here : src_dir() . '/build';
}

# Waits until the block is true and returns its value; dies when time is over.
sub wait_for : prototype(&;$$) ($condition, $seconds = 10, $what = 'a condition') {
    my $end = Time::HiRes::time() + $seconds * patience();
    while (1) {
        my $value = $condition->();
        return $value if $value;
        Carp::croak("waited $seconds s in vain for $what") if Time::HiRes::time() > $end;
        Time::HiRes::usleep(5000);
    }
}

sub _found ($what) {
    return -e $what if $what =~ m{/};
    return grep { -x "$_/$what" } split(/:/, $ENV{PATH}), '/usr/sbin', '/sbin';
}

# Skips the whole file when a program (or a file, if it has a slash) is missing.
sub need (@programs) {
    my @missing = grep { !_found($_) } @programs;
    Test::More::plan(skip_all => "needs @missing") if @missing;
    return;
}

sub need_root () {
    Test::More::plan(skip_all => 'needs root') if $> != 0;
    return;
}

sub need_ipv6 () {
    my $listener = IO::Socket::IP->new(LocalHost => '::1', Listen => 1);
    Test::More::plan(skip_all => 'needs IPv6 on the loopback') if !$listener;
    return;
}

my %WAYS = (whole => undef, 'cut at random places' => 'random', 'one byte at a time' => 1);

# One behaviour.  The body gets the way of cutting; MTA and Client, made inside,
# take it by themselves.  `only` names ways ('whole', 'random', 1) where the
# rest would show nothing; SG_WAYS, a list with blanks, does so for one run.
sub dialogue ($title, $body, %opt) {
    my $seed = SG::Pieces::seed();
    my %wanted = map { $_ => 1 } @{ $opt{only} // [ split ' ', $ENV{SG_WAYS} // 'whole random 1' ] };
    Test::More::note("seed $seed (SG_SEED=$seed repeats it)");
    for my $way ('whole', 'cut at random places', 'one byte at a time') {
        next if !$wanted{ $WAYS{$way} // 'whole' };
        local $SG::Pieces::CUT = $WAYS{$way};
        my $ok = Test::More::subtest("$title [$way]" => sub { _guarded($body, $WAYS{$way}) });
        Test::More::diag("seed $seed: SG_SEED=$seed repeats it") if !$ok;
    }
    Test::More::done_testing();
    return;
}

# A bound that is reached is a failure of this way only, shown with the log.
sub _guarded ($body, $cut) {
    my $lived = eval { $body->($cut); 1 };
    Test::More::fail("the dialogue got to its end: $@") if !$lived;
    finish();
    Test::More::done_testing();
    return;
}

# Ends all that was started: clients first, so that the daemon need not wait.
# For bodies that begin several times.
sub finish () {
    $_->finish_all for 'SG::Client', 'SG::Daemon', 'SG::MTA';
    return;
}

# The usual three: a client at the daemon at a toy MTA, over nat-fixed.  Returns
# them in this order; the client has not read its banner.  mta, core, plugins,
# daemon, client: as their makers take them; fixed: more options of nat-fixed;
# verdict: options of the test plugin, which is then there as 50-verdict.
sub relay (%opt) {
    my $mta = SG::MTA->start(%{ $opt{mta} // {} });
    my %fixed = (server => $opt{mta}{host} // '127.0.0.1', port => $mta->port, %{ $opt{fixed} // {} });
    my @plugins = ('10-nat-fixed' => \%fixed, @{ $opt{plugins} // [] });
    push @plugins, '50-verdict' => $opt{verdict} if $opt{verdict};
    my $daemon = SG::Daemon->start(
        core => $opt{core}, plugins => \@plugins, extra_plugins => [ verdict_plugin() ],
        %{ $opt{daemon} // {} });
    return (SG::Client->connect($daemon->port, %{ $opt{client} // {} }), $mta, $daemon);
}

# See t/dialogue/verdict.c.
sub verdict_plugin () { return build_dir() . '/t/dialogue/.libs/verdict.so' }

# A FIFO for verdict's `gate`: checks end when open_gate() is called.
sub gate () {
    my $path = tempdir() . '/gate';
    POSIX::mkfifo($path, 0666) or Carp::croak("$path: $!");
    chmod 0666, $path;
    return $path;
}

# Waits until a check is waiting there; it waits on until what this returns is closed.
sub reach_gate ($path) {
    my $writer;
    wait_for { sysopen($writer, $path, Fcntl::O_WRONLY() | Fcntl::O_NONBLOCK()) } 10,
        'a check at the gate';
    return $writer;
}

# Waits until a check is waiting there, and lets it through.
sub open_gate ($path) {
    close(reach_gate($path));
    return;
}

# A directory that lives as long as the test; the daemon may have dropped its
# privileges, so others may search it.
sub tempdir () {
    state @kept;
    my $dir = File::Temp->newdir('sg-XXXXXXXX', TMPDIR => 1);
    chmod 0755, "$dir";
    push @kept, $dir;
    return "$dir";
}

# Behind wait_for, whose prototype they need.
use SG::Pieces;
use SG::Port;
use SG::Daemon;
use SG::MTA;
use SG::Client;

1;
