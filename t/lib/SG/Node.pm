# Servers from npm, in build/peers/npm: smtp-server and Haraka, each led by a script of
# t/peers that keeps what it takes.
package SG::Node;
use v5.36;
use parent 'SG::Server';
use SG;
use Test::More ();

sub modules () { return SG::Server::peers('npm/node_modules') }

# Skips the whole file where a module is not to be had.
sub need (@names) {
    SG::need('node');
    my @missing = grep { !SG::Server::peers("npm/node_modules/$_") } @names;
    Test::More::plan(skip_all => "needs @missing in build/peers/npm") if @missing;
    return;
}

sub script ($name) { return SG::src_dir() . "/t/peers/$name" }

sub _command ($self) {
    return ('node', script($self->name . '.js'), modules(), $self->{dir}, $self->{port});
}

package SG::Node::SmtpServer;
use v5.36;
our @ISA = ('SG::Node');
sub name ($self) { return 'smtp-server' }

package SG::Node::Haraka;
use v5.36;
our @ISA = ('SG::Node');
sub name ($self) { return 'haraka' }

1;
