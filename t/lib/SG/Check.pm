# What `smtp-gated -t` says to a configuration: for tests of options and of the
# sentences that name what is wrong with them.
package SG::Check;
use v5.36;
use Carp ();
use SG;

# plugins: [name => options, …]; core: {…}; wrap: a command that runs it.  Returns the exit status and what was
# said.
sub check (%opt) {
    my $dir = SG::tempdir();
    my @route = (grep { /nat-|witness/ } @{ $opt{plugins} // [] }) ? () : ('10-nat-netfilter' => {});
    SG::Conf::write_confd("$dir/conf.d", [ @route, @{ $opt{plugins} // [] } ]);
    my %core = (
        port => 9199, pidfile => "$dir/pid", statefile => "$dir/state", spool_path => $dir,
        conf_dir => "$dir/conf.d", plugin_path => SG::build_dir() . '/plugins/.libs',
        %{ $opt{core} // {} });
    my $conf = SG::Conf::write_file("$dir/smtp-gated.conf", SG::Conf::text(\%core));
    my $program = SG::build_dir() . '/smtp-gated';
    my $wrap = join ' ', @{ $opt{wrap} // [] };
    my $said = qx{$wrap '$program' -t '$conf' 2>&1 </dev/null};
    my $status = $?;
    Carp::croak($said) if $said =~ /ERROR: \w+Sanitizer/;
    return ($status >> 8, $said);
}

1;
