# What a third party does: installs smtp-gated, never sees its sources, makes a
# plugin of the skeleton, builds, tests and packs it, installs it, and enables it
# in the running daemon by dropping its file.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SG;
use SG::Installed;
use Test::More;

SG::need_root();
SG::need(qw(unshare nsenter setpriv make gcc pkg-config autoreconf automake xz readelf));

my ($home, $why) = SG::Installed->make;
plan skip_all => "needs to hide the source tree, but $why" if !$home;

my $desk = SG::tempdir();
chown 65534, 65534, $desk;
my $src = SG::src_dir();

sub works ($title, $folder, $line, %opt) {
    my ($ok, $said) = $home->run($folder, $line, %opt);
    ok($ok, $title) or diag($said);
    return $said;
}

ok(-e "$src/README.md", 'the source tree is there');
my ($seen) = $home->run('/', "ls $src/README.md || ls $src");
ok(!$seen, 'but not for those who only have what is installed');

works('a new project is written', $desk, 'smtp-gated-plugin new hello-world');
my $project = "$desk/hello-world";
# Its manual goes beside the others, also where these are not in configure's default place.
works('it builds with what is installed', $project,
    'autoreconf -fi && ./configure -q --prefix="$(pkg-config --variable=prefix smtp-gated)" && make -s');
my $said = works('it passes its test, goes into a package, and out of that it does again', $project,
    'make -s distcheck');
like($said, qr/^# PASS:\s+[1-9]/m, 'tests did run there');
like($said, qr/hello-world-0\.1\.tar/, 'there is a package');

my $shown = works('its object says what it is', $project, 'smtp-gated-plugin show hello-world.so');
like($shown, qr/^plugin +hello-world\n.*^hooks +mail\n.*^  refuse = text$/ms, 'name, hooks, options');
my $broken = 'sed -i s/refused.example/another.example/ t/hello-world.conf';
my ($passed, $red) = $home->run($project, "$broken && make -s check");
ok(!$passed, 'its test can fail');
like($red, qr/^# FAIL: +[1-9]/m, 'and says so');

# A plugin above the kit's installed library; the libraries it needs.
sub build_with_kit ($name, $text) {
    open my $kit, '>', "$desk/$name.c" or die "$desk: $!";
    print {$kit} $text, "SG_PLUGIN(@{[ $name =~ tr/-/_/r ]}, .summary = \"links the kit\", USED)\n";
    close $kit;
    works("$name links the kit's installed library", $desk,
        "gcc -Wall -Wextra -Werror -fPIC -shared $name.c -o $name.so"
            . " \$(pkg-config --cflags --libs smtp-gated-kit) && smtp-gated-plugin show $name.so");
    return join ' ', sort qx(readelf -d $desk/$name.so) =~ /NEEDED.*\[lib(\w+)/g;
}

is(build_with_kit('asks-a-socket', <<'C'), 'c uv', 'and needs libuv, and not what it does not use');
#include <smtp-gated/kit/dialogue.h>
static struct dialogue_peer peer = {.until = '\n'};
static void stop(void *self) { (void)self; dialogue_peer_close(&peer); }
#define USED .stop = stop
C
is(build_with_kit('asks-the-dns', <<'C'), 'c uv', 'and needs libuv');
#include <smtp-gated/kit/dns.h>
static struct dns *dns;
static int start(void *self) { (void)self; return (dns = dns_open("127.0.0.1:53", 1000)) ? 0 : -1; }
static void stop(void *self) { (void)self; dns_close(dns); }
#define USED .start = start, .stop = stop
C
is(build_with_kit('knows-networks', <<'C'), 'c', 'and needs libc');
#include <smtp-gated/kit/address.h>
#include <smtp-gated/kit/expiring.h>
#include <smtp-gated/kit/nets.h>
#include <smtp-gated/kit/scan.h>
static struct nets *nets;
static struct expiring *table;
static int configure(void *self)
{
    char why[200];
    (void)self;
    nets = nets_create();
    table = expiring_create(10, 10, NULL);
    return nets_load(nets, "/dev/null", why, sizeof why);
}
static void release(void *self)
{
    (void)self;
    nets_destroy(nets);
    expiring_destroy(table);
}
static struct sg_verdict at_connect(struct sg_session *s, void *self)
{
    char text[ADDRESS_TEXT];
    (void)self;
    sg_note(s, "from", address_text_port(sg_client_addr(s), text));
    return nets_contain(nets, sg_client_addr(s)) || scan_is_limit(text)
               ? sg_answer(SG_REJECT, "no") : sg_pass();
}
#define USED .configure = configure, .release = release, .connect = at_connect
C
works('and does what it should', $desk,
    "printf '< 220\\nnote from 192.0.2.1:40000\\n' > knows.t && smtp-gated-plugin play knows-networks.so knows.t");

# ------------------------------------------------------- in the daemon --

works('the manuals of the tool and of the interface are there', $desk,
    'cd "$(pkg-config --variable=prefix smtp-gated)/share/man" && test -s man1/smtp-gated-plugin.1'
        . ' && test -s man3/smtp-gated-plugin.3');

works('it installs', $project, 'make -s install', root => 1);
my ($found, $plugindir) = $home->run('/', 'pkg-config --variable=plugindir smtp-gated');
chomp $plugindir;
works('its manual is installed, too', '/', 'test -s "$(pkg-config --variable=prefix smtp-gated)"'
        . '/share/man/man8/smtp-gated-hello-world.8');

my $mta = SG::MTA->start;
my $daemon = do {
    local $ENV{SG_BUILD} = $home->root . '/sbin';
    SG::Daemon->start(
        wrap    => [ $home->wrap ],
        core    => { plugin_path => $plugindir },
        plugins => [ '10-nat-fixed' => { server => '127.0.0.1', port => $mta->port } ]);
};

sub answer_to_mail () {
    my $client = SG::Client->connect($daemon->port)->hello;
    my $reply = $client->cmd('MAIL FROM:<a@refused.example>');
    $client->quit;
    return $reply;
}

like(answer_to_mail(), qr/^250 /, 'the installed daemon runs, without the plugin');
open my $conf, '>', $daemon->dir . '/conf.d/50-hello-world.conf' or die "conf.d: $!";
print {$conf} qq(refuse = "refused.example"\nmessage = "Hello, world"\n);
close $conf;
$daemon->hup;
is(answer_to_mail(), '550 5.7.1 proxy.test Hello, world', 'its file and a HUP, and its word counts');
SG::finish();
done_testing;
