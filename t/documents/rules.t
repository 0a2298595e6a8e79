# Every table of rules that a document shows is taken by nft.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG;
use SG::Documents;
use Test::More;

SG::need_root();
SG::need(qw(nft unshare));
plan skip_all => 'a network namespace cannot be made' if system('unshare -n true 2>/dev/null') != 0;

my @rules = grep { $_->{kind} eq 'nft' } map { SG::Documents::blocks($_) } SG::Documents::all();
cmp_ok(scalar @rules, '>', 1, 'rules are shown');
for my $block (@rules) {
    my $file = SG::Conf::write_file(SG::tempdir() . '/rules', $block->{text});
    my $said = qx(unshare -n nft -f $file 2>&1);
    is($said . $?, '0', "nft takes $block->{at}");
}
done_testing;
