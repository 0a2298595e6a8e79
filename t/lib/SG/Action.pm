# A script for action-script that writes down how it was called: one hash per call,
# with args (a list), env (a hash) and what `more`, lines of shell, has printed.
package SG::Action;
use v5.36;
use Carp ();

# more: run before the record counts as written.
sub new ($class, $more = '') {
    my $dir = SG::tempdir();
    chmod 0777, $dir;
    my $self = bless { dir => $dir }, $class;
    SG::Conf::write_file($self->command, <<"END");
#!/bin/sh
out='$dir'/record.\$\$
printf '%s\\0' "\$@" >"\$out.args"
env -0 >"\$out.env"
{
:
$more
} >"\$out.more" 2>&1
mv "\$out.args" "\$out"
END
    chmod 0755, $self->command;
    return $self;
}

sub command ($self) { return "$self->{dir}/script" }
sub dir ($self)     { return $self->{dir} }

sub calls ($self) {
    return map { $self->_call($_) } grep { /record\.\d+$/ } glob "$self->{dir}/*";
}

sub _call ($self, $file) {
    my ($pid) = $file =~ /(\d+)$/;
    my %env = map { /\A([^=]+)=(.*)\z/s ? ($1 => $2) : () } split /\0/, _slurp("$file.env");
    return { pid => $pid, args => [ split /\0/, _slurp($file) ], env => \%env, more => _slurp("$file.more") };
}

# Waits until it has been called n times, and forgets the calls; they are returned.
sub wait_calls ($self, $n = 1) {
    SG::wait_for { $self->calls >= $n } 10, "$n calls of the script";
    my @calls = $self->calls;
    unlink glob "$self->{dir}/record.*";
    return @calls == 1 ? $calls[0] : @calls;
}

sub _slurp ($file) {
    open(my $in, '<:raw', $file) or Carp::croak("$file: $!");
    local $/;
    return scalar(<$in>) // '';
}

1;
