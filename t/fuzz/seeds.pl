# Seeds for the fuzzer from the dialogues: seeds.pl FOLDER TEST… runs the tests, has them
# write down what both sides said (SG_RECORD), and makes of each connection one seed of
# every target that reads SMTP, in FOLDER/TARGET.
use v5.36;
use Digest::SHA qw(sha1_hex);
use File::Path qw(make_path);
use File::Temp qw(tempdir);

my $LARGEST = 2000;    # bytes; what is longer teaches no more

my ($folder, @tests) = @ARGV;
die "usage: seeds.pl FOLDER TEST…\n" if !@tests;

sub put ($target, $bytes) {
    return if !length($bytes) || length($bytes) > $LARGEST;
    make_path("$folder/$target");
    open my $file, '>:raw', "$folder/$target/" . sha1_hex($bytes) or die "$folder/$target: $!\n";
    print {$file} $bytes;
    return close $file;
}

# [who, bytes] in turn.
sub turns ($dialogue) {
    return map { [ substr($_, 0, 1), substr($_, 1) =~ s/~-/~/gr ] }
        split /~(?!-)/, $dialogue =~ s/\A~//r;
}

# What each target is fed with: bytes in front choose its options.
sub seeds ($dialogue) {
    put('session', $dialogue);
    put('session', "~=h$dialogue");
    for (turns($dialogue)) {
        my ($who, $bytes) = @$_;
        put('reply', $bytes), put('ehlo', "\2$bytes") if $who eq 'S';
        next if $who ne 'C';
        put('command', $bytes);
        put('dot', "$_$bytes") for "\0\1", "\1\1";
        put('bdat', $1) while $bytes =~ /^BDAT (.*?)\r?$/gm;
    }
    return;
}

my $records = tempdir(CLEANUP => 1);
$ENV{SG_RECORD} = $records;
$ENV{SG_WAYS} = 'whole';
system('prove', '-j2', '-Q', @tests) == 0 or warn "not all tests passed\n";
for my $file (glob "$records/*") {
    open my $in, '<:raw', $file or die "$file: $!\n";
    my $all = do { local $/; <$in> };
    seeds("~O$_") for grep { length } split /~O/, $all;
}
