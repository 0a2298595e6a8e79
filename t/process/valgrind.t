# Master, keeper and worker under valgrind: a mail, a refusal, a reload, the end.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
BEGIN { $ENV{SG_PATIENCE} = 6 * ($ENV{SG_PATIENCE} || 1) }    # valgrind is slow
use Test::More;
use SG;
use SG::Process;

SG::need('valgrind');
plan skip_all => 'the sanitizers watch already' if $ENV{SG_SANITIZED};

my $notes = SG::tempdir();
my $mta = SG::MTA->start;
my $built = SG::build_dir() . '/plugins/.libs';
my $d = SG::Daemon->start(
    wrap => [
        'valgrind', '-q', '--trace-children=yes', '--leak-check=full',
        '--errors-for-leak-kinds=definite', '--show-leak-kinds=definite', "--log-file=$notes/%p"
    ],
    core    => { sandbox => 'no' },    # valgrind makes calls of its own
    plugins => [
        '10-nat-fixed'    => { server => '127.0.0.1', port => $mta->port },
        '40-earlytalk'    => {},
        '50-regex'        => { reject_mail_from => '^evil' },
        '70-trace-header' => {},
    ]);

sub a_session () {
    my $c = SG::Client->connect($d->port)->hello;
    like $c->mail("Subject: x\r\n\r\n.text\r\n"), qr/^250/, 'a mail';
    like $c->cmd('MAIL FROM:<evil@client.test>'), qr/^550/, 'a refusal';
    like $c->quit, qr/^221/, 'the end';
    $c->close;
}

sub complaints () {
    my @found;
    for my $file (glob "$notes/*") {
        my $text = slurp($file);
        push @found, $text if length $text;
    }
    return @found;
}

a_session();
$d->hup;
a_session();
is $d->stop, 0, 'all processes end well';
is_deeply [ complaints() ], [], 'valgrind has nothing to say';
cmp_ok scalar(() = glob "$notes/*"), '>=', 5, 'of the master, two keepers, two workers';
done_testing;
