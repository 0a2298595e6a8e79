# Toy MTAs that read verbs, numbers, chunks, addresses and tunnels carelessly, each in its
# own way, and a dialogue for every way in which that could be used: what they take as
# envelope and message is what the checks have let pass.  ONLY=NUMBER is one case.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Smuggling;

SG::need(SG::Smuggling::program('dialect'));
SG::Smuggling::dialects();
done_testing;
