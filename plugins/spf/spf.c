/* spf - refuse mail whose sender's domain says that it does not come from there.
 *
 * At MAIL, the domain of the reverse-path, or of the HELO name where that is
 * empty, is asked which addresses may send for it (RFC 7208), and whether the
 * address in question is among them: the client's (incoming), ours as the server sees it
 * (outgoing), or one that is configured (fixed).
 *
 * Only `fail` refuses.  An error is no result: it is logged, and the mail passes, unless
 * no name server is to be had, when on_error decides.
 * Who has authenticated is never asked, nor is this very machine, of which no domain
 * can know. */
#include "evaluate.h"

#include <ifaddrs.h>
#include <smtp-gated/kit/address.h>
#include <stdio.h>
#include <stdlib.h>

enum { INCOMING, OUTGOING, FIXED };
static const char *const checks[] = {"incoming", "outgoing", "fixed", NULL};

struct spf {
    int check;
    struct sockaddr_storage ip;
    const char *message;
    const char **nameservers;
    uint64_t patience;
    char *servers;
    struct dns *dns;
};

enum { CHECKED, FAILED, ERRORS, UNANSWERED };
static const struct sg_counter counters[] = {
    [CHECKED] = {"checked", "senders that were checked"},
    [FAILED] = {"failed", "senders whose result is fail"},
    [ERRORS] = {"errors", "senders whose result is temperror or permerror"},
    [UNANSWERED] = {"unanswered",
                    "senders that could not be checked because no name server answers"},
    SG_COUNTER_END};

static const struct sg_option options[] = {
    SG_OPT_ENUM(struct spf, check, "incoming", checks,
                "Which address must be allowed to send: the client's, ours as the server sees "
                "it, or ip"),
    SG_OPT_IP(struct spf, ip, NULL,
              "The address for check = fixed; for outgoing, where servers see another than this "
              "machine has"),
    SG_OPT_STRING(struct spf, message, "Rejected by SPF",
                  "What the client is told, with the domain and the address after it"),
    SG_OPT_STRINGS(struct spf, nameservers, NULL,
                   "Servers to ask, as IP or IP:port; the system's if not set"),
    {"patience", SG_DURATION, offsetof(struct spf, patience), "5s",
     "How long to wait for one record", NULL, 100, 60000},
    SG_OPT_END};

/* The state of a mail. */
struct check {
    struct spf *my;
    struct sg_session *session;
    struct evaluation *evaluation; /* under way, or NULL */
    sg_ticket ticket;
    char domain[256], ip[ADDRESS_TEXT];
};

/* -------------------------------------------------------------- verdicts -- */

/* The strings live until the next verdict: the host copies them. */
static struct sg_verdict refuse(const struct check *c)
{
    static char text[700];
    snprintf(text, sizeof text, "%s: %s does not designate %s as permitted sender", c->my->message,
             c->domain, c->ip);
    struct sg_verdict v = sg_answer(SG_TAKEOVER, text);
    v.code = 550;
    v.enhanced = "5.7.1";
    v.event = "spf";
    v.detail = c->domain;
    sg_log(c->session, SG_NOTICE, "SPF:REJECT", "ip=%s, domain=%s", c->ip, c->domain);
    return v;
}

static struct sg_verdict judge(const struct check *c, enum spf_result result, const char *why)
{
    struct sg_mail *m = sg_current_mail(c->session);
    char from[SG_LOG_ADDRESS];
    sg_note(c->session, "spf.result", spf_result_names[result]);
    sg_count(c->my, CHECKED, 1);
    if (result == SPF_IS_FAIL)
        sg_count(c->my, FAILED, 1);
    if (result == SPF_IS_TEMPERROR || result == SPF_IS_PERMERROR)
        sg_count(c->my, ERRORS, 1);
    sg_log_mail_from(m ? sg_reverse_path(m) : "", result == SPF_IS_FAIL, from);
    sg_log(c->session, SG_INFO, "SPF:RESULT", "ip=%s, helo=%s, from=%s, result=%s", c->ip,
           sg_helo_name(c->session), from, spf_result_names[result]);
    if (why)
        sg_log(c->session, SG_WARNING, "SPF:ERROR", "domain=%s, result=%s, reason=%s", c->domain,
               spf_result_names[result], why);
    if (result == SPF_IS_TEMPERROR && dns_is_down(c->my->dns)) {
        sg_count(c->my, UNANSWERED, 1);
        return sg_failed("no name server answers");
    }
    return result == SPF_IS_FAIL ? refuse(c) : sg_pass();
}

static void on_result(enum spf_result result, const char *why, void *arg)
{
    struct check *c = arg;
    c->evaluation = NULL;
    sg_resume(c->ticket, judge(c, result, why));
}

/* ----------------------------------------------------------------- hooks -- */

static const struct sockaddr *address_of(const struct sg_session *s, const struct spf *my)
{
    if (my->check == INCOMING)
        return sg_client_addr(s);
    return my->ip.ss_family != AF_UNSPEC ? (const struct sockaddr *)&my->ip : sg_outgoing_addr(s);
}

static struct sg_verdict spf_mail(struct sg_session *s, struct sg_mail *m, const char *reverse_path,
                                  const char *parameters, void *self)
{
    struct spf *my = self;
    struct check *c = sg_mail_state(m, my);
    const struct sockaddr *addr = address_of(s, my);
    enum spf_result result;
    const char *why;
    (void)parameters;
    sg_note(s, "spf.result", NULL);
    if (sg_authenticated(s) || address_is_loopback(addr))
        return sg_pass();
    if (my->check == OUTGOING && !address_is_public(addr))
        return sg_failed("servers outside do not see our private address: set ip");
    c->my = my;
    c->session = s;
    address_text(addr, c->ip);
    c->evaluation = evaluation_create(my->dns, addr, sg_helo_name(s), reverse_path, on_result, c);
    snprintf(c->domain, sizeof c->domain, "%s", evaluation_domain(c->evaluation));
    if (evaluation_begin(c->evaluation, &result, &why)) {
        c->evaluation = NULL;
        return judge(c, result, why);
    }
    c->ticket = sg_defer(s);
    return sg_pending();
}

static void stop(struct sg_mail *m, void *self)
{
    struct check *c = sg_mail_state(m, self);
    evaluation_cancel(c->evaluation);
    c->evaluation = NULL;
}

static void spf_cancel(struct sg_session *s, sg_ticket ticket, void *self)
{
    struct sg_mail *m = sg_current_mail(s);
    const struct check *c = m ? sg_mail_state(m, self) : NULL;
    if (c && c->ticket == ticket)
        stop(m, self);
}

static void spf_mail_done(struct sg_session *s, struct sg_mail *m, void *self)
{
    (void)s;
    stop(m, self);
}

/* ------------------------------------------------------------------ life -- */

/* Whatever is dialled from, it is an address of this machine. */
static int has_public_address(void)
{
    struct ifaddrs *all, *one;
    int found = 0;
    if (getifaddrs(&all) < 0)
        return 1;
    for (one = all; one && !found; one = one->ifa_next)
        found = address_is_public(one->ifa_addr);
    freeifaddrs(all);
    return found;
}

static int spf_configure(void *self)
{
    struct spf *my = self;
    if (my->check == OUTGOING && my->ip.ss_family == AF_UNSPEC && !has_public_address()) {
        sg_config_error("check", "this machine has private addresses only, and servers see "
                                 "another: set ip to that");
        return -1;
    }
    if (my->check == FIXED && my->ip.ss_family == AF_UNSPEC) {
        sg_config_error("check", "fixed needs an address: set ip");
        return -1;
    }
    my->servers = dns_configure(my->nameservers);
    return my->servers ? 0 : -1;
}

static void spf_stop(void *self)
{
    struct spf *my = self;
    dns_close(my->dns);
}

static int spf_start(void *self)
{
    struct spf *my = self;
    my->dns = dns_open(my->servers, my->patience);
    return my->dns ? 0 : -1;
}

static void spf_release(void *self)
{
    struct spf *my = self;
    free(my->servers);
}

SG_PLUGIN(spf, .summary = "refuse mail that its sender's domain disowns (SPF)", .options = options,
          .counters = counters, .settings_size = sizeof(struct spf),
          .mail_size = sizeof(struct check), .configure = spf_configure, .start = spf_start,
          .stop = spf_stop, .release = spf_release, .mail = spf_mail, .cancel = spf_cancel,
          .mail_done = spf_mail_done, .on_error = "pass")
