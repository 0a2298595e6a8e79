# Thousands of busy clients, their server and a clamd, all in the program t/process/crowd:
# here is the handle.  Groups are numbers; group N comes from 127.0.0.N.
package SG::Crowd;
use v5.36;
use Carp ();
use POSIX ();
use SG;
use SG::Process;
use Test::More ();

my @running;

# Skips the whole test where so many sessions cannot be had.
sub need ($class, $sessions) {
    my ($files) = slurp('/proc/self/limits') =~ /^Max open files\s+\d+\s+(\d+)/m;
    my $wanted = 5 * $sessions;
    Test::More::plan(skip_all => "needs $wanted open files (ulimit -Hn), may have $files")
        if $files < $wanted;
    return;
}

sub start ($class) {
    my $self = bless { socket => SG::tempdir() . '/clamd' }, $class;
    pipe my $theirs, my $out or Carp::croak("pipe: $!");
    pipe my $in,     my $to  or Carp::croak("pipe: $!");
    my $pid = fork() // Carp::croak("fork: $!");
    if ($pid == 0) {
        SG::Daemon::_die_with_parent();
        POSIX::dup2(fileno $theirs, 0);
        POSIX::dup2(fileno $to,     1);
        my $program = SG::build_dir() . '/t/process/crowd/crowd';
        exec {$program} $program, $self->{socket} or POSIX::_exit(127);
    }
    $out->autoflush(1);
    @$self{qw(pid out in)} = ($pid, $out, $in);
    $self->{port} = readline($in) // Carp::croak('the crowd did not come');
    chomp $self->{port};
    chmod 0777, $self->{socket};
    push @running, $self;
    return $self;
}

sub server_port ($self) { return $self->{port} }
sub clamd ($self)       { return $self->{socket} }

sub _ask ($self, @words) {
    print { $self->{out} } "@words\n";
    my $answer = readline($self->{in}) // Carp::croak("the crowd is gone, asked for '@words'");
    chomp $answer;
    return $answer;
}

sub open ($self, $group, $port, $n) { return $self->_ask('open', $group, $port, $n) }    ## no critic
sub open_brief ($self, $group, $port, $n) { return $self->_ask('open-brief', $group, $port, $n) }
sub scanner ($self, $way)   { return $self->_ask(scanner => $way) }
sub count ($self, $group)   { return { split /[ =]/, $self->_ask(count => $group) } }
sub book ($self)            { return { split /[ =]/, $self->_ask('book') } }
sub ports ($self, $group)   { return split ' ', $self->_ask(ports => $group) }
sub lost ($self, $group)    { return split ' ', $self->_ask(lost => $group) }

# Waits for something of a group's count.
sub wait_count ($self, $group, $what, $condition, $seconds = 60) {
    my $count;
    eval { SG::wait_for { $condition->($count = $self->count($group)) } $seconds, $what }
        or Carp::croak("group $group: no $what: " . join ' ', %{ $count // {} });
    return $count;
}

# Until so many sessions have each sent a message.
sub wait_busy ($self, $group, $n) {
    return $self->wait_count($group, "$n busy sessions", sub ($c) { $c->{open} >= $n || $c->{lost} });
}

# Until each session of these groups has finished that many more messages from here on.
sub wait_more ($self, $messages, @groups) {
    $self->_ask('mark');
    for my $group (@groups) {
        $self->wait_count($group, "$messages more messages of each", sub ($c) { $c->{least} >= $messages });
    }
    return;
}

# Lets all come to their end.
sub finish ($self, @groups) {
    $self->_ask('finish');
    $self->wait_count($_, 'end of all', sub ($c) { $c->{open} == 0 }) for @groups;
    return;
}

# What holds whatever happened: nothing told and not done, nothing done twice.
sub honest ($self) {
    my $book = $self->book;
    Test::More::note(join ' ', map { "$_=$book->{$_}" } sort keys %$book);
    Test::More::is_deeply({ map { $_ => $book->{$_} } qw(missing leaked doubled altered) },
        { missing => 0, leaked => 0, doubled => 0, altered => 0 },
        'the server has what clients were told it has, once, unaltered, and nothing else');
    return $book;
}

sub stop ($self) {
    my $pid = delete $self->{pid} // return;
    close $self->{out};
    waitpid $pid, 0;
    return;
}

END {
    my $status = $?;
    $_->stop for @running;
    $? = $status;
}

1;
