/* The core file: every option with its default, and set to something else;
 * what is judged beyond types. */
#include "unit.h"

#include "../../daemon/conf/core.h"
#include "../../daemon/conf/core_options.h"
#include "scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>
#include <unistd.h>

#define ALLOWED "HELO\nEHLO\nMAIL\nRCPT\nDATA\nBDAT\nRSET\nNOOP\nQUIT\nAUTH\nSTARTTLS"

/* The contract: name, default as -C prints it, another value as the file has
 * it, and as -C prints that. */
static const struct {
    const char *name, *initial, *other, *printed;
} contract[] = {{"proxy_name", NULL, "gate.example.com", "gate.example.com"},
                {"bind_address", "0.0.0.0\n::", "{127.0.0.1, ::1}", "127.0.0.1\n::1"},
                {"port", "9199", "25", "25"},
                {"outgoing_addr", "", "{192.0.2.1, 2001:db8::1}", "192.0.2.1\n2001:db8::1"},
                {"pidfile", "/run/smtp-gated/smtp-gated.pid", "/x/pid", "/x/pid"},
                {"chroot_path", "", "/var/empty", "/var/empty"},
                {"set_user", "", "root", "root"},
                {"set_group", "", "0", "0"},
                {"priority", "0", "-5", "-5"},
                {"connect_queue", "512", "16", "16"},
                {"enfile_sleep", "5", "500ms", "500ms"},
                {"on_takeover_cmds", "10", "3", "3"},
                {"on_takeover_mail", "close", "refuse", "refuse"},
                {"buffer_size", "16384", "1516", "1516"},
                {"pipeline_size", "128", "16", "16"},
                {"limit_core_size", "-1", "0", "0"},
                {"limit_virt_size", "-1", "64M", "64M"},
                {"limit_data_size", "-1", "67108864", "67108864"},
                {"limit_fsize", "-1", "1G", "1G"},
                {"statefile", "/run/smtp-gated/state", "/x/state", "/x/state"},
                {"statefile_perm", "0660", "0600", "0600"},
                {"statefile_group", "", "root", "root"},
                {"statefile_type", "human+slots", "\"flat+slots\"", "flat+slots"},
                {"spool_path", "/var/spool/smtp-gated", "/x/spool", "/x/spool"},
                {"spool_perm", "0660", "0640", "0640"},
                {"spool_leave_on", "never", "{virus, spam}", "virus\nspam"},
                {"spool_leave_age", "1209600", "3d", "259200"},
                {"spool_leave_number", "1000", "0", "0"},
                {"spool_leave_total", "1G", "64K", "65536"},
                {"spool_memory", "1M", "64K", "65536"},
                {"spool_memory_total", "32M", "8M", "8M"},
                {"spool_disk_total", "4G", "1G", "1G"},
                {"timeout_direct", "300", "5m", "300"},
                {"timeout_session", "20", "1m", "60"},
                {"timeout_idle", "300", "60", "60"},
                {"timeout_final", "600", "15m", "900"},
                {"session_lifetime", "86400", "12h", "43200"},
                {"timeout_generation", "3600", "0", "0"},
                {"timeout_connect", "30", "10s", "10"},
                {"max_connections", "10000", "64", "64"},
                {"size_limit", "0", "10M", "10M"},
                {"max_recipients", "1000", "100", "100"},
                {"max_session_recipients", "100000", "500", "500"},
                {"max_envelope", "1M", "64K", "65536"},
                {"max_refused", "20", "0", "0"},
                {"commands", "any", "listed", "listed"},
                {"allow_commands", ALLOWED, "{EHLO, X-FROB}", "EHLO\nX-FROB"},
                {"ignore_errors", "no", "yes", "yes"},
                {"reply_reference", "yes", "no", "no"},
                {"log_helo", "no", "on", "yes"},
                {"log_mail_from", "", "{accepted, base64}", "accepted\nbase64"},
                {"log_rcpt_to", "", "\"accepted,rejected\"", "accepted\nrejected"},
                {"email_length", "64", "100", "100"},
                {"log_level", "debug", "notice", "notice"},
                {"log_facility", "daemon", "local7", "local7"},
                {"log_target", "syslog", "stderr", "stderr"},
                {"log_format", "text", "json", "json"},
                {"starttls", "pass", "forbid", "forbid"},
                {"bare_newline", "normalise", "reject", "reject"},
                {"bare_lf_from", "", "{10.1.0.0/16, ::1}", "10.1.0.0/16\n::1"},
                {"xclient_from", "", "{127.0.0.1, 2001:db8::/32}", "127.0.0.1\n2001:db8::/32"},
                {"display_names", "strip", "refuse", "refuse"},
                {"locale", "", "C", "C"},
                {"plugin_path", NULL, "/x/plugins", "/x/plugins"},
                {"conf_dir", NULL, "/x/conf.d", "/x/conf.d"},
                {"workers", NULL, "3", "3"},
                {"threads_per_client", "3", "4", "4"},
                {"upstream_mark", "0", "7", "7"},
                {"sandbox", "yes", "no", "no"},
#define MSG(name, text) {"msg_" #name, text, "\"Other words\"", "Other words"},
                CORE_MESSAGES
#undef MSG
};

static struct complaints complaints;

static struct core *read_core(const char *text)
{
    complaints_finish(&complaints);
    return core_read(scratch_file("smtp-gated.conf", text), &complaints);
}

static const char *said(void)
{
    return without_dir(buffer_cstr(&complaints.text));
}

/* As -C prints it, but for the last LF. */
static const char *value_of(const struct core *core, const char *name)
{
    static char text[512];
    FILE *out = fmemopen(text, sizeof text, "w");
    assert_true(core_print_option(core, name, out));
    fclose(out);
    assert_true(text[0] != '\0');
    text[strlen(text) - 1] = '\0';
    return text;
}

static int forget(void **state)
{
    complaints_finish(&complaints);
    return scratch_remove(state);
}

static void has_defaults(void **state)
{
    struct core *core = read_core("");
    (void)state;
    assert_non_null(core);
    for (size_t i = 0; i < COUNT(contract); i++)
        if (contract[i].initial)
            assert_string_equal(value_of(core, contract[i].name), contract[i].initial);
    core_destroy(core);
}

static void takes_all(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(contract); i++) {
        char line[256];
        snprintf(line, sizeof line, "%s = %s\n", contract[i].name, contract[i].other);
        struct core *core = read_core(line);
        if (!core)
            fprintf(stderr, "# %s", said());
        assert_non_null(core);
        assert_string_equal(value_of(core, contract[i].name), contract[i].printed);
        core_destroy(core);
    }
}

static void table_is_contract(void **state)
{
    size_t count = 0;
    (void)state;
    for (const struct sg_option *o = core_options; o->name; o++, count++)
        assert_string_equal(o->name, contract[count].name);
    assert_int_equal(count, COUNT(contract));
}

static void prints_all(void **state)
{
    static char text[16384], again[16384];
    struct core *core = read_core("proxy_name = x\nlog_rcpt_to = accepted\n");
    (void)state;
    for (int round = 0; round < 2; round++) {
        FILE *out = fmemopen(round ? again : text, sizeof text, "w");
        core_print(core, out);
        fclose(out);
        core_destroy(core);
        core = read_core(text);
        assert_non_null(core);
    }
    assert_string_equal(text, again);
    core_destroy(core);
}

static void derives(void **state)
{
    char host[256];
    struct core *core = read_core("limit_virt_size = 64M\nlimit_core_size = 0\n");
    (void)state;
    gethostname(host, sizeof host);
    assert_string_equal(core->proxy_name, host);
    assert_string_equal(core->conf_dir, scratch_path("conf.d"));
    assert_string_equal(core->file, scratch_path("smtp-gated.conf"));
    assert_true(core->workers >= 1);
    assert_int_equal(core->limits[0], 0);
    assert_int_equal(core->limits[1], 64 << 20);
    assert_int_equal(core->limits[2], -1);
    assert_non_null(core->outgoing_addr);
    assert_null(core->outgoing_addr[0]);
    core_destroy(core);
}

static void sets_up_the_log(void **state)
{
    struct core *core = read_core(
        "log_level = info\nlog_facility = local3\nlog_target = journal\nlog_format = json");
    struct log_setup setup = core_log_setup(core);
    (void)state;
    assert_int_equal(setup.level, LOG_INFO);
    assert_int_equal(setup.facility, LOG_LOCAL3);
    assert_int_equal(setup.target, LOG_TO_JOURNAL);
    assert_int_equal(setup.format, LOG_AS_JSON);
    core_destroy(core);
}

static const struct {
    const char *text, *said;
} bad[] = {
    {"bind_address = {::1, example.com}", "smtp-gated.conf:1: option 'bind_address': found "
                                          "'example.com'; expected an IPv4 or IPv6 address\n"},
    {"\nbind_address = {}",
     "smtp-gated.conf:2: option 'bind_address': expected at least one address\n"},
    {"outgoing_addr = {192.0.2.1, ::ffff:192.0.2.2}",
     "smtp-gated.conf:1: option 'outgoing_addr': expected at most one IPv4 and one IPv6 address\n"},
    {"limit_fsize = lots", "smtp-gated.conf:1: option 'limit_fsize': found 'lots'; expected a size "
                           "in bytes such as 64M, or -1\n"},
    {"set_user = 'no such user'",
     "smtp-gated.conf:1: option 'set_user': found 'no such user'; expected the name of a user of "
     "this system, or a number\n"},
    {"set_group = 'no such group'",
     "smtp-gated.conf:1: option 'set_group': found 'no such group'; expected the name of a group "
     "of this system, or a number\n"},
    {"proxy_name = 'two words'", "smtp-gated.conf:1: option 'proxy_name': found 'two words'; "
                                 "expected one word, or * for the name of the host\n"},
    {"spool_leave_on = {never, virus}",
     "smtp-gated.conf:1: option 'spool_leave_on': expected never alone, or other words without "
     "it\n"},
    {"commands = listed\nallow_commands = {}",
     "smtp-gated.conf:2: option 'allow_commands': expected at least one verb where commands is "
     "listed\n"},
    {"commands = known\nallow_commands = {X_FROB}",
     "smtp-gated.conf:2: option 'allow_commands': found 'X_FROB'; expected a verb of letters, "
     "digits and hyphens, and none that is never passed, as XCLIENT is\n"},
    {"commands = known\nallow_commands = {xproxyto}",
     "smtp-gated.conf:2: option 'allow_commands': found 'xproxyto'; expected a verb of letters, "
     "digits and hyphens, and none that is never passed, as XCLIENT is\n"},
    {"pidfile = ''", "smtp-gated.conf:1: option 'pidfile': found ''; expected an absolute path, "
                     "one that begins with /\n"},
    {"statefile = ''", "smtp-gated.conf:1: option 'statefile': found ''; expected an absolute "
                       "path, one that begins with /\n"},
    {"spool_path = ''", "smtp-gated.conf:1: option 'spool_path': found ''; expected an absolute "
                        "path, one that begins with /\n"},
    {"plugin_path = ''", "smtp-gated.conf:1: option 'plugin_path': found ''; expected an absolute "
                         "path, one that begins with /\n"},
    {"pipeline_size = 15", "smtp-gated.conf:1: option 'pipeline_size': found '15'; expected a "
                           "whole number from 16 to 32768\n"},
    {"max_connections = 131073", "smtp-gated.conf:1: option 'max_connections': found '131073'; "
                                 "expected a whole number from 1 to 131072\n"},
    {"forbid_starttls = yes", "smtp-gated.conf:1: option 'forbid_starttls': is not known\n"},
    {"# 1.4\n\nport 9199\n",
     "smtp-gated.conf:3: option 'port': an option is written NAME = VALUE\n"
     "smtp-gated.conf: looks like a file of version 1.4; smtp-gated --import smtp-gated.conf DIR "
     "makes the new tree of it\n"},
};

static void refuses(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct core *core = read_core(bad[i].text);
        assert_null(core);
        assert_string_equal(said(), bad[i].said);
    }
}

static void obsolete(void **state)
{
    (void)state;
    for (const char *const *name = core_obsolete; *name; name++) {
        char line[64], sentence[128];
        snprintf(line, sizeof line, "%s = 4096", *name);
        snprintf(
            sentence, sizeof sentence,
            "smtp-gated.conf:1: option '%s': is obsolete and does nothing; it may be removed\n",
            *name);
        struct core *core = read_core(line);
        assert_non_null(core);
        assert_string_equal(said(), sentence);
        core_destroy(core);
    }
}

static void no_such_option(void **state)
{
    struct core *core = read_core("");
    (void)state;
    assert_false(core_print_option(core, "prot", stdout));
    core_destroy(core);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("the table has the options of the contract, in its order", table_is_contract),
        TEST("every option has its default", has_defaults),
        TEST("every option can be set", takes_all),
        TEST("what -T prints reads back the same", prints_all),
        TEST("names, directories, limits and workers are filled in", derives),
        TEST("the log is set up in syslog's numbers", sets_up_the_log),
        TEST("options that do not fit the machine or each other are refused", refuses),
        TEST("obsolete options are accepted and remarked", obsolete),
        TEST("-C of an unknown option prints nothing", no_such_option),
    };

    return cmocka_run_group_tests_name("core_file", tests, NULL, forget);
}
