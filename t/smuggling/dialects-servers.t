# The dialogues that careless MTAs are led through (dialects.t), before servers as there
# are: Postfix, Exim, OpenSMTPD, and two from npm.  What they have delivered is what the
# checks have let pass.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Exim;
use SG::Node;
use SG::OpenSMTPD;
use SG::Postfix;
use SG::Smuggling;

SG::need_root();
SG::need(SG::Smuggling::program('dialect'));

sub there ($name, $is_there, $start) {
    return SG::Smuggling::dialects_real($name, $start) if $is_there;
    SKIP: { skip "$name is not to be had here", 1 }
    return;
}

there('Postfix', -x '/usr/lib/postfix/sbin/master', sub { SG::Smuggling::patient_postfix('no') });
there('Exim', !!SG::Exim::_program(), sub { SG::Exim->start });
there('OpenSMTPD', SG::Server::peers('opensmtpd/usr/sbin/smtpd'), sub { SG::OpenSMTPD->start });
there('smtp-server', SG::Server::peers('npm/node_modules/smtp-server'), sub { SG::Node::SmtpServer->start });
there('Haraka', SG::Server::peers('npm/node_modules/Haraka'), sub { SG::Node::Haraka->start });
done_testing;
