# What --import writes for the plugins that there are is what they take: their
# names for options, their notations, their choices.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use SG;
use SG::Process;

my $built = SG::build_dir() . '/plugins/.libs';
my $dir = SG::tempdir();
mkdir "$dir/lock";

# Every option of 1.4 that a plugin of this tree has taken over, with a value that
# is not its default.
my $old = <<"END";
proxy_name gate.example.com
bind_address 127.0.0.1
port 0x2000
limit_virt_size 67108864
statefile_type slots,human
log_mail_from accepted,base64
log_facility local0
mode fixed+xclient
fixed_server 192.0.2.1
fixed_server_port 26
max_per_host 9
max_per_ident 5
max_load 3.5
msg_max_per_host a
msg_max_per_ident b
msg_system_load c
lock_on virus,spam,regex
lock_duration -1
lock_path $dir/lock
lock_perm 0600
msg_virus_locked d "quoted"
earlytalker yes
msg_earlytalker e
regex_enforce_helo ^\\S+\\.\\S+\$
regex_reject_helo ^local
regex_enforce_mail_from \@
regex_reject_mail_from ^root\@
regex_enforce_rcpt_to \@
regex_reject_rcpt_to \${x}|%
msg_regex_helo f
msg_regex_mail_from g
msg_regex_rcpt_to h
auth_require mandatory
msg_auth_required j
auth_skip regex,antivir
antivirus_type clamd
antivirus_path 127.0.0.1:3310
scan_max_size 1000000
timeout_scanner 31
msg_virus_found i
action_script $dir/act
antispam_type spamassassin
antispam_path 127.0.0.1:784
spam_max_size 400000
spam_threshold 6.5
spam_max_load 2.5
timeout_spam 32
msg_spam_found k
nat_header X-Other
nat_header_type ip-only
abuse abuse\@example.com
spool_header X-Spool
END

# 1.4's lines, then what -T must show.
my @shown = (
    'proxy_name = "gate.example.com"', 'bind_address = {"127.0.0.1"}', 'port = 8192',
    'limit_virt_size = "67108864"', 'statefile_type = "human+slots"', 'log_facility = local0',
    'log_mail_from = {accepted, base64}', 'server = "192.0.2.1"', 'port = 26', 'xclient = yes',
    'per_host = 9', 'per_ident = 5', 'load = 3.5', 'message_host = "a"', 'message_ident = "b"',
    'message_load = "c"', 'on = {virus, spam, regex}', "path = \"$dir/lock\"", 'perm = 0600',
    'message = "d \"quoted\""', 'message = "e"', 'enforce_helo = {"^\\\\S+\\\\.\\\\S+$"}',
    'reject_helo = {"^local"}', 'enforce_mail_from = {"@"}', 'reject_mail_from = {"^root@"}',
    'enforce_rcpt_to = {"@"}', 'reject_rcpt_to = {"\${x}|%"}', 'message_helo = "f"',
    'message_mail_from = "g"', 'message_rcpt_to = "h"', 'skip_authenticated = yes',
    'socket = "127.0.0.1:3310"', 'method = instream', 'max_size = 1000000', 'timeout = 31',
    'message = "i"', 'name = "X-Other"', 'type = ip-only', 'abuse = "abuse@example.com"',
    'spool_name = "X-Spool"', 'mode = mandatory', 'message = "j"',
    'socket = "127.0.0.1:784"', 'max_size = 400000', 'threshold = 6.5', 'max_load = 2.5', 'timeout = 32',
    'message = "k"', 'on_error = pass', "command = \"$dir/act\"",
);

SG::Conf::write_file("$dir/old.conf", $old);
my ($status, $out, $err) = command('--import', "$dir/old.conf", "$dir/new");
is $status, 0, 'the old file is imported' or diag $err;
unlike $err, qr/is gone|left out/, 'and nothing of it is lost';

open my $core, '>>', "$dir/new/smtp-gated.conf" or die $!;
print {$core} "plugin_path = '$built'\n";
close $core;

($status, $out, $err) = command('-T', "$dir/new/smtp-gated.conf");
is $status, 0, 'every plugin takes what was written for it' or diag $err;
for my $line (@shown) {
    ok scalar(grep { $_ eq $line } split /\n/, $out), "-T shows $line";
}

# What 1.4 does without a word in its file, and netfilter.
SG::Conf::write_file("$dir/short.conf", "mode netfilter\nlock_path $dir/lock\n");
($status, $out, $err) = command('--import', "$dir/short.conf", "$dir/short");
is $status, 0, 'a short file is imported' or diag $err;
open $core, '>>', "$dir/short/smtp-gated.conf" or die $!;
print {$core} "plugin_path = '$built'\n";
close $core;
($status, $out, $err) = command('-t', "$dir/short/smtp-gated.conf");
is $status, 0, 'the defaults of 1.4 are taken by the plugins' or diag $err;
my @names = map { m{([^/]+)\.conf$} } sort glob("$dir/short/conf.d/*");
is "@names", '11-nat-netfilter 20-limits 30-lock-files 40-earlytalk 70-trace-header',
    'and they are the plugins that 1.4 had switched on';

# What 1.4 took and the new options do not: nothing is written, or what says the same.
my $tree = 0;
sub import_of ($text) {
    my $file = SG::Conf::write_file("$dir/file" . ++$tree, $text);
    my @found = command('--import', $file, "$dir/tree$tree");
    return (@found, "$dir/tree$tree");
}
for my $line ('timeout_idle 0', 'port 70000', 'connect_queue 0', 'pidfile run/pid', 'max_connections 0',
    'buffer_size 10', 'priority 30', 'spool_leave_on never,virus', 'proxy_name two words')
{
    my ($name, $value) = split / /, $line, 2;
    ($status, $out, $err, my $made) = import_of("mode netfilter\n$line\n");
    is $status, 2, "$line is refused";
    like $err, qr/file$tree:2: option '$name': found '\Q$value\E'; expected \S/, 'with line, value and what would be right';
    ok !-e "$made/smtp-gated.conf", 'and nothing is written';
}
($status, $out, $err, my $made) = import_of("limit_data_size 0\nlimit_fsize 0\nemail_length 0\naction_script $dir/act\n"
        . "mode netfilter\n");
is $status, 0, 'limits and lengths of 0 are imported' or diag $err;
my $text = slurp("$made/smtp-gated.conf");
unlike $text, qr/limit_/, 'a limit of 0 left it as it was';
like $text, qr/^email_length = 1$/m, 'of an address nothing was logged; one character is the least';
like $err, qr/working directory was spool_path/, 'where scripts ran is said';
done_testing;
