# Cutting bytes into the pieces in which a peer will write them.
package SG::Pieces;
use v5.36;

our $CUT;    # undef: whole; 'random'; 1: single bytes

my $seed;

# The seed of everything random in this test, SG_SEED or a new one.
sub seed () {
    if (!defined $seed) {
        $seed = $ENV{SG_SEED} || 1 + int(rand(0x7fffffff));
        srand($seed);
    }
    return $seed;
}

my $SINGLE_AT_MOST = 1200;    # bytes; of more, only both ends go one by one

# The pieces, in order.
sub cut ($bytes, $how = $CUT) {
    return ($bytes) if !$how || length($bytes) < 2;
    return _random($bytes, 64) if $how eq 'random' && length($bytes) < 4096;
    return _random($bytes, 8192) if $how eq 'random';
    return split(//, $bytes) if length($bytes) <= $SINGLE_AT_MOST;
    my $end = $SINGLE_AT_MOST / 2;
    return (
        split(//, substr($bytes, 0, $end)),
        _random(substr($bytes, $end, -$end), 16384),
        split(//, substr($bytes, -$end)));
}

# SG_RECORD=FOLDER: what clients and servers say, in the order in which they say it,
# goes to a file named after the test: the notation of t/fuzz/session.c.
sub record ($happening, $bytes = '') {
    my $folder = $ENV{SG_RECORD} // return;
    my ($name) = $0 =~ m{([^/]+)\.t\z} or return;
    open my $file, '>>:raw', "$folder/$name" or return;
    syswrite($file, "~$happening" . $bytes =~ s/~/~-/gr);
    close $file;
    return;
}

sub _random ($bytes, $most) {
    seed();
    my @pieces;
    for (my $at = 0; $at < length($bytes);) {
        my $n = 1 + int(rand($most));
        push @pieces, substr($bytes, $at, $n);
        $at += $n;
    }
    return @pieces;
}

1;
