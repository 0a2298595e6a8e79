/* --import: where every option of 1.4 goes, and what becomes of the rest. */
#include "unit.h"

#include "../../daemon/conf/core.h"
#include "../../daemon/conf/import.h"
#include "../../daemon/conf/import_old.h"
#include "scratch.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

static struct complaints complaints;
static unsigned trees;

/* Imports into tree0, tree1, … */
static bool import_text(const char *text)
{
    char name[32], dir[4096];
    complaints_finish(&complaints);
    snprintf(name, sizeof name, "tree%u", trees++);
    snprintf(dir, sizeof dir, "%s", scratch_path(name));
    return import_tree(scratch_file("old.conf", text), dir, NULL, &complaints) == 0;
}

static const char *said(void)
{
    return without_dir(buffer_cstr(&complaints.text));
}

/* Of the tree made last; NULL if it has no such file. */
static const char *file_of(const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "tree%u/%s", trees - 1, name);
    return scratch_read(path);
}

static bool has_line(const char *file, const char *line)
{
    const char *text = file_of(file), *found = text ? strstr(text, line) : NULL;
    return found && (found == text || found[-1] == '\n') && found[strlen(line)] == '\n';
}

static int forget(void **state)
{
    complaints_finish(&complaints);
    return scratch_remove(state);
}

/* ------------------------------------------------------- one option each -- */

#define CORE_FILE "smtp-gated.conf"
#define LIMITS "conf.d/20-limits.conf"
#define LOCKS "conf.d/30-lock-files.conf"
#define RATES "conf.d/35-ratelimit-files.conf"
#define REGEX "conf.d/50-regex.conf"
#define SPF "conf.d/55-spf.conf"
#define CLAMD "conf.d/60-av-clamd.conf"
#define SPAMD "conf.d/65-as-spamd.conf"
#define HEADER "conf.d/70-trace-header.conf"
#define ACTION "conf.d/80-action-script.conf"

/* `with` is what switches the plugin on. */
static const struct {
    const char *line, *with, *file, *becomes;
} moved[] = {
#include "import_moved.def"
};

static void moves(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(moved); i++) {
        char text[256];
        snprintf(text, sizeof text, "%s\n%s\n", moved[i].line, moved[i].with);
        if (!import_text(text) || !has_line(moved[i].file, moved[i].becomes))
            fail_msg("%s: wanted '%s' in %s, found:\n%s%s", moved[i].line, moved[i].becomes,
                     moved[i].file, file_of(moved[i].file) ? file_of(moved[i].file) : "nothing",
                     said());
    }
}

/* Names that the rules ask for without writing them. */
static const char *const elsewhere[] = {"earlytalker", "earlytalk"};

static bool is_tested(const char *name)
{
    size_t n = strlen(name);
    for (size_t i = 0; i < COUNT(moved); i++)
        if (strncmp(moved[i].line, name, n) == 0 && moved[i].line[n] == ' ')
            return true;
    for (size_t i = 0; i < COUNT(elsewhere); i++)
        if (strcmp(elsewhere[i], name) == 0)
            return true;
    return false;
}

static void tests_all(void **state)
{
    (void)state;
    for (const struct old_row *row = old_rows; row->name; row++)
        if (!row->why && !is_tested(row->name))
            fail_msg("%s is not tested", row->name);
}

/* ----------------------------------------------------------- whole trees -- */

static unsigned files_of_tree(void)
{
    char path[64];
    unsigned count = 0;
    snprintf(path, sizeof path, "tree%u/conf.d", trees - 1);
    DIR *dir = opendir(scratch_path(path));
    assert_non_null(dir);
    for (const struct dirent *d; (d = readdir(dir)) != NULL;)
        count += d->d_name[0] != '.';
    closedir(dir);
    return count;
}

static void keeps_defaults(void **state)
{
    (void)state;
    assert_true(import_text("mode netfilter\n"));
    assert_string_equal(without_dir(file_of(CORE_FILE)),
                        "# Made by smtp-gated --import of old.conf\n"
                        "spool_leave_on = {error}\n"
                        "msg_connect_failed = \"Connection failed\"\n"
                        "msg_spool_problem = \"Spool filename problem\"\n"
                        "msg_spool_open_fail = \"Spool open failed\"\n"
                        "msg_pipeline_full = \"Pipeline queue full\"\n"
                        "msg_size_limit = \"Message size limit exceeded\"\n"
                        "msg_loop_avoidance = \"TPROXY loop avoidance\"\n"
                        "reply_reference = no\n");
    assert_true(has_line(LOCKS, "message = \"You have been banned because of sending virus or "
                                "SPAM\""));
    assert_non_null(file_of("conf.d/11-nat-netfilter.conf"));
    assert_true(has_line(LIMITS, "per_host = 8"));
    assert_true(has_line(LIMITS, "load = 2"));
    assert_true(has_line(LOCKS, "duration = 3600"));
    assert_true(has_line(LOCKS, "on = {virus, spam, maxhost, maxident, dnsbl, regex, spf, "
                                "earlytalk, ratelimit}"));
    assert_non_null(file_of("conf.d/40-earlytalk.conf"));
    assert_true(has_line(HEADER, "type = generic"));
    assert_int_equal(files_of_tree(), 5);
}

static void switches_off(void **state)
{
    (void)state;
    assert_true(import_text("mode fixed\nmax_per_host 0\nmax_per_ident 0\nmax_load 0\n"
                            "lock_duration 0\nearlytalker no\nnat_header_type none\n"
                            "antispam_type spamassassin\nspam_max_size 0\nspf off\n"
                            "antivirus_type off\nauth_require no\n"));
    assert_non_null(file_of("conf.d/10-nat-fixed.conf"));
    assert_int_equal(files_of_tree(), 1);
    assert_true(import_text("mode fixed\nlock_on never\n"));
    assert_null(file_of(LOCKS));
}

static void both_routes(void **state)
{
    (void)state;
    assert_true(import_text("mode tproxy,netfilter\n"));
    assert_non_null(file_of("conf.d/10-nat-tproxy.conf"));
    assert_non_null(file_of("conf.d/11-nat-netfilter.conf"));
    assert_null(file_of("conf.d/10-nat-fixed.conf"));
}

static void every_mode(void **state)
{
    static const char *const modes[] = {"remote", "remote-udp", "getsockname",
                                        "ipfw",   "ipfilter",   "pf"};
    (void)state;
    for (size_t i = 0; i < COUNT(modes); i++) {
        char text[64], file[64];
        snprintf(text, sizeof text, "mode %s\n", modes[i]);
        snprintf(file, sizeof file, "conf.d/10-nat-%s.conf", modes[i]);
        assert_true(import_text(text));
        assert_non_null(file_of(file));
    }
}

static void last_spelling(void **state)
{
    const char *text;
    (void)state;
    assert_true(import_text("ratelimit_expiration 5\nratelimit_period 6\n"));
    text = file_of(RATES);
    assert_non_null(strstr(text, "period = 6\n"));
    assert_null(strstr(text, "period = 5\n"));
    assert_true(import_text("ratelimit_period 6\n"));
    text = file_of(RATES);
    assert_non_null(strstr(text, "period = 6\n"));
    assert_null(strstr(text, "period = 0\n"));
}

static void reads_back(void **state)
{
    struct core *core;
    (void)state;
    assert_true(import_text("proxy_name gate\nport 2525\nlog_level info\nlimit_fsize 100\n"
                            "statefile_type flat\nmsg_hello ${x} \"y\" \\z\nspool_perm 0640\n"));
    assert_non_null(file_of(CORE_FILE));
    char path[64];
    snprintf(path, sizeof path, "tree%u/smtp-gated.conf", trees - 1);
    core = core_read(scratch_path(path), &complaints);
    assert_non_null(core);
    assert_int_equal(core->port, 2525);
    assert_int_equal(core->limits[3], 100);
    assert_int_equal(core->statefile_type, 0);
    assert_string_equal(core->msg_hello, "${x} \"y\" \\z");
    core_destroy(core);
}

/* --------------------------------------------------------------- refusal -- */

static void grammar(void **state)
{
    (void)state;
    assert_true(import_text("\n  # a\n\t; b\n  port\t 25 \t\r\nmsg_hello a # b ; c\nport 26\n"
                            "set_user \nmode none"));
    assert_true(has_line(CORE_FILE, "port = 26"));
    assert_true(has_line(CORE_FILE, "msg_hello = \"a # b ; c\""));
    assert_null(strstr(file_of(CORE_FILE), "set_user"));
}

static const struct {
    const char *text, *said;
} bad[] = {
    {"\nprt 25\n",
     "old.conf:2: option 'prt': is not an option of version 1.4; perhaps port is meant\n"},
    {"something 1\nport x\n", "old.conf:1: option 'something': is not an option of version 1.4\n"
                              "old.conf:2: option 'port': found 'x'; expected a whole number\n"},
    {"port\n", "old.conf:1: option 'port': found ''; expected a whole number\n"},
    {"port = 25\n", "old.conf:1: option 'port': found '= 25'; expected a whole number\n"},
    {"log_helo maybe\n", "old.conf:1: option 'log_helo': found 'maybe'; expected yes or no\n"},
    {"mode Fixed\n",
     "old.conf:1: option 'mode': found 'Fixed'; expected fixed, fixed+xclient, remote, remote-udp, "
     "getsockname, netfilter, tproxy, tproxy,netfilter, ipfw, ipfilter or pf\n"},
    {"lock_on virus;spam\n",
     "old.conf:1: option 'lock_on': found 'virus;spam'; expected words out of virus, spam, "
     "maxhost, maxident, dnsbl, regex, spf, earlytalk, ratelimit and never\n"},
    {"statefile_perm 0999\n", "old.conf:1: option 'statefile_perm': found '0999'; expected "
                              "permissions in octal with a leading 0, such as 0660\n"},
    {"log_facility 25\n", "old.conf:1: option 'log_facility': found '25'; expected one of syslog's "
                          "facilities, such as mail, daemon or local0\n"},
    {"bind_address example\n",
     "old.conf:1: option 'bind_address': found 'example'; expected an IPv4 address\n"},
    {"spam_threshold inf\n",
     "old.conf:1: option 'spam_threshold': found 'inf'; expected a number such as 7 or 2.5\n"},
    {"log_mail_from some\n", "old.conf:1: option 'log_mail_from': found 'some'; expected words out "
                             "of off, accepted, rejected and base64\n"},
    {"limit_fsize -2\n",
     "old.conf:1: option 'limit_fsize': found '-2'; expected a size in bytes, or -1\n"},
};

static void refuses(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_false(import_text(bad[i].text));
        assert_string_equal(said(), bad[i].said);
        assert_null(file_of(CORE_FILE));
    }
}

static void overwrites_nothing(void **state)
{
    (void)state;
    assert_true(import_text("mode netfilter\nport 1\n"));
    trees--;
    assert_false(import_text("mode netfilter\nport 2\n"));
    assert_non_null(strstr(said(), "/smtp-gated.conf: is there already and stays as it is\n"));
    assert_true(has_line(CORE_FILE, "port = 1"));
    char core[64];
    snprintf(core, sizeof core, "tree%u/smtp-gated.conf", trees - 1);
    assert_int_equal(remove(scratch_path(core)), 0);
    trees--;
    assert_false(import_text("mode netfilter\nport 2\n"));
    assert_non_null(strstr(said(), "/conf.d: is there already and stays as it is\n"));
    assert_null(file_of(CORE_FILE));
}

static void remarks(void **state)
{
    (void)state;
    assert_true(import_text("pid_hash_size 5\nfixed_server 192.0.2.1\n"));
    assert_non_null(strstr(said(), "old.conf:1: option 'pid_hash_size': is gone: there is no such "
                                   "table any more\n"));
    assert_non_null(strstr(said(), "old.conf:2: option 'fixed_server': is left out: what it is for "
                                   "is switched off\n"));
    assert_non_null(strstr(said(), "old.conf: option 'mode': is not set: "));
    assert_true(import_text("dnsbl a\nmode fixed\n"));
    assert_non_null(strstr(said(), "conf.d/45-dnsbl.conf: the plugin dnsbl is not there ("));
    assert_null(strstr(said(), "option 'mode'"));
}

static void recognises(void **state)
{
    (void)state;
    assert_true(import_looks_old(scratch_file("f", "# x\n\nproxy_name gate\n")));
    assert_true(import_looks_old(scratch_file("f", "port\t25\n")));
    assert_false(import_looks_old(scratch_file("f", "port = 25\n")));
    assert_false(import_looks_old(scratch_file("f", "port=25\nlog_helo =yes\n")));
    assert_false(import_looks_old(scratch_file("f", "# port 25\nwhatever 5\nport\n")));
    assert_false(import_looks_old(scratch_path("none")));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("every option goes where it belongs", moves),
        TEST("no option of the table is untested", tests_all),
        TEST("what 1.4 did by default is still done", keeps_defaults),
        TEST("what was switched off gets no file", switches_off),
        TEST("tproxy,netfilter becomes two plugins", both_routes),
        TEST("every other mode has its plugin", every_mode),
        TEST("of two spellings of one option one is written", last_spelling),
        TEST("the new core file reads back", reads_back),
        TEST("comments, blanks and line ends are those of 1.4", grammar),
        TEST("unknown options and bad values are refused, and nothing is written", refuses),
        TEST("what is there is never overwritten", overwrites_nothing),
        TEST("what is lost, or needs a look, is remarked", remarks),
        TEST("a file of 1.4 is recognised", recognises),
    };

    return cmocka_run_group_tests_name("import", tests, NULL, forget);
}
