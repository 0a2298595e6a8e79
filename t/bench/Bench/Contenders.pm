# Who carries the mail: nobody, two blind proxies, and ours with more and more checks.
# A contender is started before the same sink as all others and stays for the whole
# run.  It has a name, a port, `own`, the processes whose cost is measured, and
# perhaps `peers`, a scanner daemon's, whose cost is told apart.
package Bench::Contenders;
use v5.36;
use Bench::Daemon;
use Bench::Process qw(spawn answers);
use Bench::Scan;
use SG;
use SG::Clamd;
use SG::Conf;
use SG::Signatures;
use SG::Spamd;

my $most_sessions = 9_900;    # needs two descriptors for each, of 20,000

my @ours = qw(relay open checks libclamav clamd spamd both keep paced locked);

# Name => code($sink_port, @wrap): a command to run it under (a profiler).
my %start = (
    direct  => sub ($sink, @) { return { port => $sink, own => [] } },
    haproxy => \&_haproxy,
    nginx   => \&_nginx,
    map { my $name = $_; $name => sub ($sink, @wrap) { return _ours($name, $sink, @wrap) } } @ours,
);

# In the order of the tables.
sub names () { return (qw(direct haproxy nginx), @ours) }

sub is_ours ($name) { return grep { $_ eq $name } @ours }

sub start ($name, $sink, @wrap) {
    my $make = $start{$name} // die "no contender is called '$name': " . join(' ', names()) . "\n";
    return { name => $name, peers => [], %{ $make->($sink, @wrap) } };
}

sub _haproxy ($sink, @wrap) {
    my ($port, $dir) = (SG::Port::take(), SG::tempdir());
    SG::Conf::write_file("$dir/conf", <<"END");
global
    nbthread 1
    no strict-limits
    maxconn $most_sessions
defaults
    mode tcp
    timeout connect 30s
    timeout client 300s
    timeout server 300s
listen smtp
    bind 127.0.0.1:$port
    server sink 127.0.0.1:$sink
END
    my $pid = spawn(@wrap, 'haproxy', '-db', '-q', '-f', "$dir/conf");
    answers($port, 'haproxy', 60);
    return { port => $port, own => [$pid] };
}

# A second worker is not needed, nor are files of the system's configuration.
sub _nginx ($sink, @wrap) {
    my ($port, $dir) = (SG::Port::take(), SG::tempdir());
    my $connections = 2 * $most_sessions;
    my $user = $> == 0 ? "user root;\n" : '';
    SG::Conf::write_file("$dir/conf", <<"END");
load_module /usr/lib/nginx/modules/ngx_stream_module.so;
${user}daemon off;
pid $dir/pid;
error_log $dir/log warn;
worker_processes 1;
events { worker_connections $connections; }
stream {
    proxy_connect_timeout 30s;
    proxy_timeout 300s;
    server {
        listen 127.0.0.1:$port backlog=4096;
        proxy_pass 127.0.0.1:$sink;
    }
}
END
    my $pid = spawn(@wrap, 'nginx', '-p', $dir, '-e', "$dir/log", '-c', "$dir/conf");
    answers($port, 'nginx', 60);
    return { port => $port, own => [$pid] };
}

# All that decides without asking anybody, and the header.
sub _checks () {
    return (
        '20-limits'     => { per_host => 1000, load => 1000, local => 'yes' },
        '30-lock-files' => { path => _lock_dir(), local => 'yes' },
        '40-earlytalk'  => {},
        '50-regex'      => {
            enforce_helo      => '^[^.]+\.',  reject_helo      => '^localhost$',
            enforce_mail_from => '^$|@.+\.',  reject_mail_from => '^root@',
            enforce_rcpt_to   => '@',         reject_rcpt_to   => '%',
        },
        '70-trace-header' => {},
    );
}

sub _lock_dir ($locked = undef) {
    my $dir = SG::tempdir();
    chmod 01777, $dir;
    SG::Conf::write_file("$dir/$locked", "SG.Bench\n") if $locked;
    chmod 01660, "$dir/$locked" if $locked;
    return $dir;
}

sub _libclamav () { return ('60-av-libclamav' => { database => SG::Signatures::database(), max_size => 0 }) }

sub _clamd ($clamd) { return ('60-av-clamd' => { socket => $clamd->socket, max_size => 0 }) }

# The score does not matter.
sub _spamd ($spamd) { return ('65-as-spamd' => { socket => $spamd->socket, threshold => 1000 }) }

# Name => plugins; the test plugins among them; a scanner daemon, where one is asked;
# added: whether lines come to stand in front of messages.
my %make = (
    relay     => sub { return () },
    open      => sub { return (core => { sandbox => 'no' }) },
    checks    => sub { return (plugins => [ _checks() ], added => 1) },
    libclamav => sub { return (plugins => [ _libclamav() ]) },
    clamd     => sub {
        my $clamd = SG::Clamd->start;
        return (plugins => [ _clamd($clamd) ], peers => [ $clamd->pid ]);
    },
    spamd => sub {
        my $spamd = SG::Spamd->start;
        return (plugins => [ _spamd($spamd) ], peers => [ $spamd->pid ]);
    },
    both => sub {
        my $spamd = SG::Spamd->start;
        return (plugins => [ _libclamav(), _spamd($spamd) ], peers => [ $spamd->pid ]);
    },
    keep => sub {
        return (plugins => [ '60-keep' => {} ], extra => [ SG::build_dir() . '/t/bench/.libs/keep.so' ],
            core => { spool_memory => '16M' });
    },
    paced => sub {
        return (plugins => [ '60-pause' => { us => Bench::Scan::bare(1, 200, 10240)->{scan_p50} } ],
            extra => [ SG::build_dir() . '/t/bench/.libs/pause.so' ]);
    },
    locked => sub { return (plugins => [ '30-lock-files' => { path => _lock_dir('127.0.0.1'), local => 'yes' } ]) },
);

# One worker; timeouts and limits on, the lines of each session in a log.
sub _ours ($name, $sink, @wrap) {
    my %with = $make{$name}->();
    my $daemon = Bench::Daemon->start(
        core    => { log_level => 'notice', workers => 1, max_connections => $most_sessions, %{ $with{core} // {} } },
        plugins => [ '10-nat-fixed' => { server => '127.0.0.1', port => $sink }, @{ $with{plugins} // [] } ],
        wrap    => \@wrap,
        $with{extra} ? (extra_plugins => $with{extra}) : (),
    );
    return { %with, port => $daemon->port, own => [ $daemon->pid ], daemon => $daemon };
}

# Not before its last session is over, which takes its time under a profiler.
sub stop ($contender) {
    return $contender->{daemon}->stop if $contender->{daemon};
    kill TERM => @{ $contender->{own} };
    waitpid $_, 0 for @{ $contender->{own} };
    return;
}

1;
