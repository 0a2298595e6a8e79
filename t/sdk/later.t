# Answers that come later: the first of two counts, a header may still be added, two works
# run side by side, and every `done` comes before `stop`.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG;
use Test::More;

my $build = SG::build_dir();
my ($tool, $later) = ("$build/smtp-gated-plugin", "$build/t/sdk/.libs/later.so");
SG::need($tool, $later);
my $script = SG::Conf::write_file(SG::tempdir() . '/later.t', <<'END');
< 220
> EHLO client.test
< 250
> MAIL FROM:<both@client.test> SIZE=100
< 250
got MAIL FROM:<both@client.test> SIZE=114
> RCPT TO:<b@server.test>
< 250
> DATA
< 354
> Hello.
> .
< 250
got X-Later: yes
END
my $said = qx($tool play $later $script 2>&1);
is $? >> 8, 0, 'the first answer counts, after which nothing is refused; the header is there, and SIZE has it' or diag $said;
like $said, qr/LATER:STOP open=0/, 'no work is open when the worker stops';
like $said, qr/LATER:RELEASE works=3/, 'what workers write to shared memory of configure, the keeper reads';
done_testing;
