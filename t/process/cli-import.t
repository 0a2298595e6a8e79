# --import makes a configuration that -t accepts.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my $dir = SG::tempdir();
SG::Conf::write_file("$dir/old.conf", "port 9199\nmode fixed\nfixed_server 127.0.0.1\nfixed_server_port 2525\n"
    . "antivirus_type off\nset_user nobody\n");
my ($status, $out, $err) = command('--import', "$dir/old.conf", "$dir/new");
is $status, 0, 'an old file is imported' or diag $err;
ok -e "$dir/new/smtp-gated.conf", 'there is a core file';
ok glob("$dir/new/conf.d/*-nat-fixed.conf"), 'the mode is a plugin now';

($status, $out, $err) = command('-C', 'port', "$dir/new/smtp-gated.conf");
is $out, "9199\n", 'its options are those of the old file' or diag $err;

($status, $out, $err) = command('--import', "$dir/none.conf", "$dir/other");
is $status, 2, 'a file that is not there cannot be imported';
like $err, qr/none\.conf/, 'and is named';

# What a plugin would refuse is refused in the words of the old file, and nothing is left.
{
    local $ENV{SG_PLUGINDIR} = SG::build_dir() . '/plugins/.libs';
    my $old = "$dir/refused.conf";
    SG::Conf::write_file($old, "mode fixed\nfixed_server 127.0.0.1\n\nfixed_server_port 2525\nset_user nobody\n"
        . "antivirus_type off\nregex_reject_helo (\nlock_perm 0660\n");
    ($status, $out, $err) = command('--import', $old, "$dir/refused");
    is $status, 2, 'a value that a plugin refuses is not imported';
    like $err, qr/^\Q$old\E:7: option 'regex_reject_helo': found '\('/m, 'the old file is named, with its line and option';
    ok !-e "$dir/refused", 'and nothing is written';

    SG::Conf::write_file($old, "mode fixed\nfixed_server 127.0.0.1\nfixed_server_port 2525\nset_user nobody\n"
        . "antivirus_type off\nlock_path $dir/none\n");
    ($status, $out, $err) = command('--import', $old, "$dir/lacks");
    is $status, 0, 'what the machine lacks does not hinder the import' or diag $err;
    like $err, qr/^It is written\.  Before the daemon can start/m, 'but is said';
}

# 1.4 took the number of a word as well; of several words at once it did not.
SG::Conf::write_file("$dir/numbers.conf", "mode 0x1\nfixed_server 127.0.0.1\nset_user nobody\nauth_require 2\n"
    . "nat_header_type 2\nlock_on 512\nlog_mail_from none\nantivirus_type 0\nspool_leave_on 4\n");
($status, $out, $err) = command('--import', "$dir/numbers.conf", "$dir/numbers");
is $status, 0, 'numbers stand for words' or diag $err;
my %made = map { m{([^/]+)$} ? ($1 => slurp($_)) : () } glob "$dir/numbers/*.conf $dir/numbers/conf.d/*.conf";
like $made{'10-nat-fixed.conf'} // '', qr/127\.0\.0\.1/, 'the mode';
like join('', values %made), $_, "as in $_" for qr/^mode = "?mandatory/m, qr/^type = "?ip-only/m, qr/^on = \{?"?regex"?\}?$/m,
    qr/^spool_leave_on = \{?"?virus/m, qr/^log_mail_from = \{\}/m;
like $made{'smtp-gated.conf'}, qr/^msg_size_limit = "Message size limit exceeded"$/m, "a text whose default is another now is 1.4's";
SG::Conf::write_file("$dir/numbers.conf", "auth_skip 5\n");
($status, $out, $err) = command('--import', "$dir/numbers.conf", "$dir/sum");
is $status, 2, 'a sum of numbers is refused, as 1.4 did';

done_testing;
