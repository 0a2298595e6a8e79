# The master knows nothing of mail or plugins: no libdl, no libuv, no dlopen.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;

SG::need('nm', 'ldd');
my $master = SG::build_dir() . '/smtp-gated';
my $libraries = `ldd $master`;
my $symbols = `nm -D $master; nm $master 2>/dev/null`;
like $symbols, qr/\bexecv/, 'the symbols can be read';
unlike $libraries, qr/lib$_\b/, "it does not link lib$_" for qw(dl uv clamav);
unlike $symbols, qr/\b(?:dlopen|dlsym|dlclose)\b/, 'it loads nothing at run time';
unlike $symbols, qr/\buv_\w/, 'it has no event loop of libuv';
unlike $symbols, qr/\b(?:session_|plugin_|plugins_|verb_|reply_)\w/, 'and none of the relay\'s functions';
like `nm -D $master-session`, qr/\buv_loop_init\b.*|\bdlopen\b/s, 'the other executable has both';
done_testing;
