# What smtp-gated-redis(7) shows: Redis takes the commands, and the Redis kit the options.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG;
use SG::Asker;
use SG::Documents;
use Test::More;

need_redis();
my $redis = SG::Redis->start;

# A line for each of two servers shows two ways to say the same.
sub ways ($text) {
    my @names = $text =~ /^(\w+) = /mg;
    return $names[0] eq ($names[1] // '') ? map { "$_\n" } split(/\n/, $text) : $text;
}

sub is_taken ($block) {
    for my $text (ways($block->{text})) {
        my ($status, $said) = takes(\$text);
        is($status, 0, "the kit takes $block->{at}: " . $text =~ s/\n.*//sr) or diag($said);
        ($status) = takes(\($text =~ s/ = /x = /r));
        isnt($status, 0, '… and reads it');
    }
    return;
}

sub is_obeyed ($block) {
    my $answer = $redis->cmd(split ' ', $block->{text} =~ s/\\\n/ /gr);
    is($answer, 'OK', "Redis takes $block->{at}");
    return;
}

my @blocks = grep { $_->{kind} eq 'redis' } map { SG::Documents::blocks($_) } SG::Documents::all();
cmp_ok(scalar @blocks, '>', 2, 'there are blocks to try');
for my $block (@blocks) {
    if   ($block->{more} eq 'command') { is_obeyed($block) }
    else                               { is_taken($block) }
}
done_testing;
