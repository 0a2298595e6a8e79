# The examples in conf.d say the truth: with every option uncommented the daemon
# takes them, and but for the options that have no default nothing changes.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Check;

sub slurp ($file) {
    open(my $in, '<', $file) or die "$file: $!";
    local $/;
    return scalar <$in>;
}

my @examples = glob(SG::src_dir() . '/conf.d/*.conf');
cmp_ok scalar @examples, '>', 7, 'there are examples';

# Paths of a system are not there where the tests run.
my $here = SG::tempdir();
SG::Conf::write_file("$here/test.ndb", "Test.Example:0:*:746573742d6578616d706c65\n");
my %here = (command => '/bin/true', path => $here, database => $here, file => "$here/file", temporary => $here);

for my $file (@examples) {
    my ($name) = $file =~ m{/([^/]+)\.conf$};
    my $text = slurp($file) =~ s/^#(\w+ = )/$1/mgr;
    $text =~ s/^$_ = .*/$_ = "$here{$_}"/m for keys %here;
    my ($status, $said) = SG::Check::check(plugins => [ $name => \$text ]);
    is $status, 0, "$name is taken" or diag $said;
    next if $text !~ /^\w+ = /m;
    ($status, $said) = SG::Check::check(plugins => [ $name => \"${text}no_such_option = 1\n" ]);
    isnt $status, 0, 'and read';
}

done_testing;
