# What is carried.  Each row: name, what is said of it, the options of t/bench/load.c;
# then, where it differs: for whom it is meant, if not for all that carry mail, and
# whether the bare library scans the same letters beside them.
package Bench::Workloads;
use v5.36;

my @carriers = qw(direct haproxy nginx relay checks libclamav clamd);

my @table = (
    [ small => '4 KB mail per session', { sessions => 2000, parallel => 20 }, for => [ @carriers, 'open' ] ],
    [ pipelined => '4 KB mail, pipelined', { sessions => 2000, parallel => 20, pipelined => 1 } ],
    [ medium => '10 KB mail per session', { sessions => 1500, parallel => 20, size => 10240 },
        for => [qw(haproxy relay clamd)] ],
    [ series => '20 mails of 10 KB per session', { sessions => 100, parallel => 20, mails => 20, size => 10240 },
        for => [ @carriers, 'paced' ], bare => 1 ],
    [ large => '10 MB mail, 4 parallel', { sessions => 8, parallel => 4, size => 10 << 20 },
        for => [ @carriers, 'keep' ] ],
    [ sequential => '4 KB mail, one client', { sessions => 500, parallel => 1 }, bare => 1 ],
    [ together => '4 KB mail, one client, two scanners', { sessions => 50, parallel => 1 },
        for => [qw(libclamav spamd both)] ],
    [ hello => 'connect, EHLO, QUIT', { sessions => 3000, parallel => 20, dialogue => 'hello' },
        for => [ @carriers, 'open' ] ],
    [ locked => 'a locked-out client', { sessions => 3000, parallel => 20, dialogue => 'locked' },
        for => ['locked'] ],
);

# scale: per cent of the sessions.
sub all ($scale = 100) {
    return map {
        my ($name, $title, $load, %more) = @$_;
        my %load = (mails => 1, size => 4096, dialogue => 'mail', %$load);
        $load{sessions} = int($load{sessions} * $scale / 100) || 1;
        { name => $name, title => $title, load => \%load, for => \@carriers, %more }
    } @table;
}

sub names () { return map { $_->[0] } @table }

# Units that a figure is divided by: sessions, or mails, or megabytes.
sub units ($workload, $unit) {
    my $load = $workload->{load};
    my $mails = $load->{dialogue} eq 'mail' ? $load->{sessions} * $load->{mails} : 0;
    my %of = (session => $load->{sessions}, mail => $mails, mb => $mails * $load->{size} / 1e6);
    return $of{$unit};
}

1;
