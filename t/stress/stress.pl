# Sessions under fire, at full length: each part of SG::Stress::Parts alone with a tenth of
# SESSIONS, then all together with all of them.  STRESS=NAME (or more of them, with blanks)
# makes that one alone, at full length.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG::Stress;

alarm(0);
SG::Stress::need();
my $sessions = $ENV{SESSIONS} || 10_000;
my %common = (seed => $ENV{SG_SEED}, parallel => $ENV{PARALLEL}, calm => 1000);
my @chosen = split ' ', $ENV{STRESS} // '';
for my $part (@chosen ? () : SG::Stress::Parts::names()) {
    subtest $part => sub { SG::Stress::run(%common, parts => [$part], sessions => $sessions / 10) };
}
subtest(
    (@chosen ? "@chosen" : 'all together') => sub {
        SG::Stress::run(%common, parts => \@chosen, sessions => $sessions);
    });
done_testing;
