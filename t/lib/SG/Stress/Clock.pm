# The time of day of one daemon: t/stress/clock.c.
package SG::Stress::Clock;
use v5.36;
use Carp ();
use SG;

sub new ($class) {
    my $self = bless { file => SG::tempdir() . '/clock' }, $class;
    open($self->{handle}, '+>', $self->{file}) or Carp::croak("$self->{file}: $!");
    chmod 0644, $self->{file};
    $self->set(0);
    return $self;
}

# Needs a program without a sanitizer, which wants to be loaded first.
sub environment ($self) {
    return () if $ENV{SG_SANITIZED};
    return (LD_PRELOAD => SG::build_dir() . '/t/stress/.libs/clock.so', SG_CLOCK => $self->{file});
}

# So many seconds before or behind everybody else's.
sub set ($self, $offset) {
    syswrite($self->{handle}, pack('q', $offset)) == 8 && sysseek($self->{handle}, 0, 0) or Carp::croak("clock: $!");
    return;
}

1;
