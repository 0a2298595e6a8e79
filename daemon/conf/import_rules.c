/* Which plugins the old file's settings amount to.  In 1.4 a feature was on by
 * its options' values, and several were on by default; here it is on by its
 * file, so each row says when there is one. */
#include "import_old.h"
#include "quote.h"
#include <string.h>

/* --------------------------------------------------------------- routing -- */

static bool mode_is(const struct old_conf *old, const char *mode)
{
    return strcmp(old_say(old, "mode"), mode) == 0;
}

static bool fixed(const struct old_conf *old)
{
    return mode_is(old, "fixed") || mode_is(old, "fixed+xclient");
}
static void fixed_more(const struct old_conf *old, struct buffer *out)
{
    if (mode_is(old, "fixed+xclient"))
        buffer_printf(out, "xclient = yes\n");
}
static bool tproxy(const struct old_conf *old)
{
    return mode_is(old, "tproxy") || mode_is(old, "tproxy,netfilter");
}
static void tproxy_more(const struct old_conf *old, struct buffer *out)
{
    buffer_printf(out, "source_port = keep\n");
    if (!mode_is(old, "tproxy"))
        buffer_printf(out, "routable_only = yes\n");
}
static bool netfilter(const struct old_conf *old)
{
    return mode_is(old, "netfilter") || mode_is(old, "tproxy,netfilter");
}
static bool remote(const struct old_conf *old)
{
    return mode_is(old, "remote");
}
static bool remote_udp(const struct old_conf *old)
{
    return mode_is(old, "remote-udp");
}
static bool getsockname_(const struct old_conf *old)
{
    return mode_is(old, "getsockname");
}
static bool ipfw(const struct old_conf *old)
{
    return mode_is(old, "ipfw");
}
static bool ipfilter(const struct old_conf *old)
{
    return mode_is(old, "ipfilter");
}
static bool pf(const struct old_conf *old)
{
    return mode_is(old, "pf");
}

/* ------------------------------------------------------------ who may come -- */

static bool limits(const struct old_conf *old)
{
    return old_number(old, "max_per_host") > 0 || old_number(old, "max_per_ident") > 0 ||
           old_number(old, "max_load") > 0;
}

static bool lock_files(const struct old_conf *old)
{
    return old_number(old, "lock_duration") != 0 && !old_says(old, "lock_on", "never");
}

/* 1.4 made no difference. */
static void local_more(const struct old_conf *old, struct buffer *out)
{
    (void)old;
    buffer_printf(out, "local = yes\n");
}

static void locks_comment(const struct old_conf *old, struct complaints *c)
{
    remark(c, old->file, 0, NULL, NULL,
           "lock-files and limits have local = yes, as 1.4 spared nobody; take it out where an "
           "MTA on this machine sends through the proxy");
}

static bool ratelimit(const struct old_conf *old)
{
    return old_number(old, "ratelimit_period") > 0 || old_number(old, "ratelimit_expiration") > 0 ||
           old_number(old, "ratelimit_dst_expiration") >= 0;
}

static bool earlytalk(const struct old_conf *old)
{
    const char *newer = old_say(old, "earlytalk");
    return *newer ? old_is_yes(old, "earlytalk") : old_is_yes(old, "earlytalker");
}

static bool dnsbl(const struct old_conf *old)
{
    return *old_say(old, "dnsbl") != '\0';
}

static bool auth_require(const struct old_conf *old)
{
    return !old_says(old, "auth_require", "no");
}

static bool regex(const struct old_conf *old)
{
    static const char *const patterns[] = {"regex_enforce_helo",      "regex_reject_helo",
                                           "regex_enforce_mail_from", "regex_reject_mail_from",
                                           "regex_enforce_rcpt_to",   "regex_reject_rcpt_to"};
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
        if (*old_say(old, patterns[i]))
            return true;
    return false;
}

static bool spf(const struct old_conf *old)
{
    return !old_says(old, "spf", "off") && !old_says(old, "spf", "none");
}

/* auth_skip: `direct` took an authenticated session past every check. */
static void skip(const struct old_conf *old, const char *word, struct buffer *out)
{
    if (old_says(old, "auth_skip", word) || old_says(old, "auth_skip", "direct"))
        buffer_printf(out, "skip_authenticated = yes\n");
}

static void dnsbl_more(const struct old_conf *old, struct buffer *out)
{
    skip(old, "dnsbl", out);
}
static void regex_more(const struct old_conf *old, struct buffer *out)
{
    skip(old, "regex", out);
}

/* An authenticated session was never held against SPF. */
static void spf_more(const struct old_conf *old, struct buffer *out)
{
    (void)old;
    buffer_printf(out, "skip_authenticated = yes\n");
}

/* --------------------------------------------------------------- scanners -- */

static bool clamd(const struct old_conf *old)
{
    return old_says(old, "antivirus_type", "clamd");
}
static bool mksd(const struct old_conf *old)
{
    return old_says(old, "antivirus_type", "mksd");
}

/* What was not scanned passed; what could not be was an error, refused or ignored. */
static void antivirus_more(const struct old_conf *old, struct buffer *out)
{
    buffer_printf(out, "too_large = pass\n");
    if (old_is_yes(old, "ignore_errors"))
        buffer_printf(out, "on_unscannable = pass\n");
    skip(old, "antivir", out);
}

/* A descriptor can be handed over by a UNIX socket only. */
static void clamd_more(const struct old_conf *old, struct buffer *out)
{
    if (*old_say(old, "antivirus_path") != '/')
        buffer_printf(out, "method = instream\n");
    antivirus_more(old, out);
}

static bool spamd(const struct old_conf *old)
{
    return old_says(old, "antispam_type", "spamassassin") && old_number(old, "spam_max_size") > 0;
}
static bool dspam(const struct old_conf *old)
{
    return *old_say(old, "dspam_storage") != '\0';
}

/* Spam was refused only where lock_on had the word, else logged. */
static bool spam_only_logged(const struct old_conf *old)
{
    return !old_says(old, "lock_on", "spam");
}

/* An error of spamd's never refused a message. */
static void spamd_more(const struct old_conf *old, struct buffer *out)
{
    buffer_printf(out, "on_error = pass\n");
    skip(old, "antispam", out);
    if (spam_only_logged(old))
        buffer_printf(out, "log_only = yes\n");
}

static void spamd_comment(const struct old_conf *old, struct complaints *c)
{
    if (spam_only_logged(old))
        remark(c, old->file, 0, NULL, NULL,
               "lock_on has no spam, so spam was only logged; as-spamd keeps that by log_only, "
               "take it out to refuse spam");
}

/* ------------------------------------------------------------------ rest -- */

static bool header(const struct old_conf *old)
{
    return !old_says(old, "nat_header_type", "none");
}
static bool action(const struct old_conf *old)
{
    return *old_say(old, "action_script") != '\0';
}

static void action_comment(const struct old_conf *old, struct complaints *c)
{
    remark(c, old->file, 0, NULL, NULL,
           "the action script's working directory was spool_path; now it is that of the daemon, /, "
           "and the script has the whole path of a message in SPOOL_NAME");
    if (old_number(old, "lock_duration") == 0)
        remark(c, old->file, 0, NULL, NULL,
               "lock_duration is 0, so the action script ran for spam only; now it runs for what "
               "action-script's option on says");
}

const struct old_plugin old_plugins[] = {
    {"10", "nat-fixed", fixed, fixed_more, NULL},
    {"10", "nat-tproxy", tproxy, tproxy_more, NULL},
    {"11", "nat-netfilter", netfilter, NULL, NULL},
    {"10", "nat-remote", remote, NULL, NULL},
    {"10", "nat-remote-udp", remote_udp, NULL, NULL},
    {"10", "nat-getsockname", getsockname_, NULL, NULL},
    {"10", "nat-ipfw", ipfw, NULL, NULL},
    {"10", "nat-ipfilter", ipfilter, NULL, NULL},
    {"10", "nat-pf", pf, NULL, NULL},
    {"20", "limits", limits, local_more, NULL},
    {"30", "lock-files", lock_files, local_more, locks_comment},
    {"35", "ratelimit-files", ratelimit, NULL, NULL},
    {"40", "earlytalk", earlytalk, NULL, NULL},
    {"45", "dnsbl", dnsbl, dnsbl_more, NULL},
    {"47", "auth-require", auth_require, NULL, NULL},
    {"50", "regex", regex, regex_more, NULL},
    {"55", "spf", spf, spf_more, NULL},
    {"60", "av-clamd", clamd, clamd_more, NULL},
    {"60", "av-mksd", mksd, antivirus_more, NULL},
    {"65", "as-spamd", spamd, spamd_more, spamd_comment},
    {"66", "as-dspam", dspam, NULL, NULL},
    {"70", "trace-header", header, NULL, NULL},
    {"80", "action-script", action, NULL, action_comment},
    {NULL, NULL, NULL, NULL, NULL},
};
