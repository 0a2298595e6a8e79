/* dnsbl - refuse clients that stand in DNS block lists.
 *
 * All lists are asked at the same moment.  Each that lists the client adds its
 * weight, and the client is refused when they reach the threshold; that, or that
 * they cannot reach it any more, is known as soon as the lists still to be heard
 * can change nothing.
 *
 * It is decided when the client connects; with skip_authenticated at MAIL, when a
 * client that may pass has had its chance to say who it is.
 *
 * A list that does not answer, or whose answer is an error, says nothing: it adds
 * nothing, and the log has it once an hour for each list.  Nobody is refused because a
 * list is ill.  Where no name server is to be had, no list can be asked: then on_error
 * decides, unless enough is known to refuse. */
#include "zone.h"
#include <smtp-gated/kit/address.h>
#include <smtp-gated/kit/dns.h>
#include <smtp-gated/kit/expiring.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECOND = 1000, HOUR = 60 * 60 * SECOND };
enum { LATE = 3 };

/* How a list is, for this worker. */
struct health {
    unsigned late; /* answers in a row that did not come in time */
    uint64_t since, again;
    struct dns_question *probe;
    struct zone *zone;
};

struct dnsbl {
    const char **zones;
    long threshold;
    const char *message;
    const char **nameservers;
    uint64_t patience;
    struct zone *lists;
    unsigned count;
    char *servers;
    struct dns *dns;
    struct expiring *told; /* lists whose illness has been logged */
    struct health *health; /* of each list */
};

enum { CHECKED, LISTED, FAILED, UNANSWERED };
static const struct sg_counter counters[] = {
    [CHECKED] = {"checked", "clients that were looked up"},
    [LISTED] = {"listed", "clients refused because of the lists they stand in"},
    [FAILED] = {"failed", "times a list gave no answer, or one that is an error"},
    [UNANSWERED] = {"unanswered",
                    "clients that could not be checked because no name server answers"},
    SG_COUNTER_END};

static const struct sg_option options[] = {
    SG_OPT_STRINGS(struct dnsbl, zones, NULL,
                   "The lists to ask, each as ZONE[=ANSWERS][*WEIGHT][ as NAME]"),
    SG_OPT_INT(struct dnsbl, threshold, "1", 1, 1000000,
               "Refuse a client when the weights of the lists it stands in come to this"),
    SG_OPT_STRING(struct dnsbl, message, "Rejected by DNS blacklist",
                  "What the client is told, with the list and its answer after it"),
    SG_OPT_STRINGS(struct dnsbl, nameservers, NULL,
                   "Servers to ask, as IP or IP:port; the system's if not set"),
    {"patience", SG_DURATION, offsetof(struct dnsbl, patience), "5s", "How long to wait for a list",
     NULL, 100, 60000},
    SG_OPT_END};

struct check;

/* One list, asked about one client. */
struct asked {
    struct check *check;
    struct dns_question *question; /* open, or NULL */
    int listed;
    struct in_addr answer;
};

struct check {
    struct dnsbl *my;
    struct sg_session *session;
    sg_ticket ticket;
    int at_mail;
    int unheard;          /* a list has said nothing */
    struct asked asked[]; /* one per list */
};

/* What a session keeps: the check that is under way. */
struct state {
    struct check *check;
};

/* ----------------------------------------------------------------- logs -- */

static const char *dotted(const struct in_addr *address)
{
    static char text[INET_ADDRSTRLEN];
    return inet_ntop(AF_INET, address, text, sizeof text);
}

static void log_failure(struct check *c, const struct zone *zone, const char *why)
{
    c->unheard = 1;
    sg_count(c->my, FAILED, 1);
    if (expiring_first(c->my->told, zone->name, HOUR, sg_now()))
        sg_log(c->session, SG_WARNING, "DNSBL:FAIL", "domain=%s, result=%s", zone->show, why);
}

static void log_refusal(const struct check *c)
{
    char from[ADDRESS_TEXT], to[ADDRESS_TEXT];
    if (c->at_mail)
        sg_log(c->session, SG_NOTICE, "DNSBL:REJECT", "MAIL");
    else
        sg_log(c->session, SG_NOTICE, "DNSBL:REJECT", "from=%s to=%s",
               address_text_port(sg_client_addr(c->session), from),
               address_text_port(sg_server_addr(c->session), to));
}

/* -------------------------------------------------------------- answers -- */

static void heard(struct asked *a, const struct zone *zone, const char *domain,
                  const struct in_addr *address)
{
    char why[64];
    enum zone_word word = zone_judge(zone, address);
    if (word == ZONE_ERROR) {
        snprintf(why, sizeof why, "the answer %s is not a listing", dotted(address));
        log_failure(a->check, zone, why);
    } else if (word == ZONE_LISTED && !a->listed) {
        a->listed = 1;
        a->answer = *address;
        sg_log(a->check->session, SG_INFO, "DNSBL:FOUND", "domain=%s, answer=%s", domain,
               dotted(address));
    }
}

/* A list that does not answer in time, three times in a row, is left out, so that no client
 * waits for it, and asked in passing once a second whether it is back. */
static int is_silent(const struct health *h)
{
    return h->late >= LATE;
}

static void note_health(struct health *h, const struct dns_answer *answer)
{
    int was = is_silent(h);
    h->late = answer->outcome == DNS_TIMEOUT ? h->late + 1 : 0;
    h->again = sg_now() + SECOND;
    if (!was && is_silent(h)) {
        h->since = sg_now();
        sg_log(NULL, SG_ERR, "DNSBL:DOWN", "domain=%s, result=%s", h->zone->show, answer->reason);
    } else if (was && !is_silent(h)) {
        sg_log(NULL, SG_NOTICE, "DNSBL:UP", "domain=%s, time=%lu", h->zone->show,
               (unsigned long)((sg_now() - h->since) / SECOND));
    }
}

static void on_probe(const struct dns_answer *answer, void *arg)
{
    struct health *h = arg;
    h->probe = NULL;
    note_health(h, answer);
}

static void leave_out(struct check *c, struct health *h, const char *domain)
{
    log_failure(c, h->zone, "it is left out until it answers again");
    if (!h->probe && sg_now() >= h->again)
        h->probe = dns_ask(c->my->dns, DNS_A, domain, on_probe, h);
}

static void read_answer(struct asked *a, const struct dns_answer *answer)
{
    const struct zone *zone = &a->check->my->lists[a - a->check->asked];
    char domain[DNS_NAME] = "";
    dns_reverse(sg_client_addr(a->check->session), zone->show, domain);
    if (answer->outcome == DNS_NOTHING)
        sg_log(a->check->session, SG_DEBUG, "DNSBL:OK", "domain=%s", domain);
    else if (answer->outcome != DNS_FOUND)
        log_failure(a->check, zone, answer->reason);
    for (unsigned i = 0; i < answer->count; i++) {
        struct in_addr address;
        memcpy(&address, answer->records[i].data, sizeof address);
        heard(a, zone, domain, &address);
    }
}

/* ------------------------------------------------------------- verdicts -- */

enum outlook { OPEN, REFUSED, PASSED };

static enum outlook outlook(const struct check *c)
{
    long sum = 0, up = 0, down = 0; /* what the lists still open may add or take */
    for (unsigned i = 0; i < c->my->count; i++) {
        int weight = c->my->lists[i].weight;
        if (c->asked[i].listed)
            sum += weight;
        else if (c->asked[i].question)
            *(weight > 0 ? &up : &down) += weight;
    }
    if (sum + down >= c->my->threshold)
        return REFUSED;
    return sum + up < c->my->threshold ? PASSED : OPEN;
}

/* The strings live until the next verdict: the host copies them. */
static struct sg_verdict refuse(const struct check *c)
{
    static char text[512];
    unsigned i = 0;
    while (!c->asked[i].listed || c->my->lists[i].weight < 0)
        i++;
    const char *zone = c->my->lists[i].show;
    snprintf(text, sizeof text, "%s: DNSBL: %s: %s", c->my->message, zone,
             dotted(&c->asked[i].answer));
    log_refusal(c);
    sg_count(c->my, LISTED, 1);
    struct sg_verdict v = sg_answer(c->at_mail ? SG_TAKEOVER : SG_REJECT, text);
    v.code = c->at_mail ? 550 : 554;
    v.enhanced = c->at_mail ? "5.7.1" : NULL;
    v.event = "dnsbl";
    v.detail = zone;
    return v;
}

static struct sg_verdict verdict_of(const struct check *c, enum outlook outlook)
{
    if (outlook == REFUSED)
        return refuse(c);
    if (!c->unheard || !dns_is_down(c->my->dns))
        return sg_pass();
    sg_count(c->my, UNANSWERED, 1);
    return sg_failed("no name server answers");
}

static void drop_check(struct check *c)
{
    struct state *state = sg_session_state(c->session, c->my);
    for (unsigned i = 0; i < c->my->count; i++)
        dns_cancel(c->asked[i].question);
    state->check = NULL;
    free(c);
}

static void on_answer(const struct dns_answer *answer, void *arg)
{
    struct asked *a = arg;
    struct check *c = a->check;
    a->question = NULL;
    note_health(&c->my->health[a - c->asked], answer);
    read_answer(a, answer);
    enum outlook now = outlook(c);
    if (now == OPEN)
        return;
    sg_ticket ticket = c->ticket;
    struct sg_verdict verdict = verdict_of(c, now);
    drop_check(c);
    sg_resume(ticket, verdict);
}

/* ------------------------------------------------------------ questions -- */

/* Asks all lists, and takes at once what the cache has. */
static void ask(struct check *c)
{
    char domain[DNS_NAME];
    for (unsigned i = 0; i < c->my->count; i++) {
        struct asked *a = &c->asked[i];
        a->check = c;
        if (dns_reverse(sg_client_addr(c->session), c->my->lists[i].name, domain) < 0)
            continue;
        const struct dns_answer *known = dns_known(c->my->dns, DNS_A, domain);
        if (known)
            read_answer(a, known);
        else if (is_silent(&c->my->health[i]))
            leave_out(c, &c->my->health[i], domain);
        else
            a->question = dns_ask(c->my->dns, DNS_A, domain, on_answer, a);
    }
}

static struct sg_verdict check(struct sg_session *s, struct dnsbl *my, int at_mail)
{
    struct state *state = sg_session_state(s, my);
    if (my->count == 0)
        return sg_pass();
    struct check *c = sg_alloc(sizeof *c + my->count * sizeof *c->asked);
    c->my = my;
    c->session = s;
    c->at_mail = at_mail;
    state->check = c;
    sg_count(my, CHECKED, 1);
    ask(c);
    enum outlook now = outlook(c);
    if (now == OPEN) {
        c->ticket = sg_defer(s);
        return sg_pending();
    }
    struct sg_verdict verdict = verdict_of(c, now);
    drop_check(c);
    return verdict;
}

/* ---------------------------------------------------------------- hooks -- */

static struct sg_verdict dnsbl_connect(struct sg_session *s, void *self)
{
    return sg_skips_authenticated(self) ? sg_pass() : check(s, self, 0);
}

static struct sg_verdict dnsbl_mail(struct sg_session *s, struct sg_mail *m,
                                    const char *reverse_path, const char *parameters, void *self)
{
    (void)m;
    (void)reverse_path;
    (void)parameters;
    return sg_skips_authenticated(self) ? check(s, self, 1) : sg_pass();
}

static void dnsbl_cancel(struct sg_session *s, sg_ticket ticket, void *self)
{
    struct state *state = sg_session_state(s, self);
    if (state->check && state->check->ticket == ticket)
        drop_check(state->check);
}

static void dnsbl_close(struct sg_session *s, void *self)
{
    struct state *state = sg_session_state(s, self);
    if (state->check)
        drop_check(state->check);
}

/* ----------------------------------------------------------------- life -- */

static int read_zones(struct dnsbl *my)
{
    const char *wrong = NULL;
    while (my->zones && my->zones[my->count])
        my->count++;
    my->lists = sg_alloc((my->count + 1) * sizeof *my->lists);
    for (unsigned i = 0; i < my->count && !wrong; i++) {
        wrong = zone_parse(my->zones[i], &my->lists[i]);
        if (wrong)
            sg_config_error("zones", "'%s' is not a list: %s", my->zones[i], wrong);
    }
    return wrong ? -1 : 0;
}

static void dnsbl_release(void *self)
{
    struct dnsbl *my = self;
    free(my->servers);
    free(my->lists);
}

static int dnsbl_configure(void *self)
{
    struct dnsbl *my = self;
    if (read_zones(my) == 0 && (my->servers = dns_configure(my->nameservers)))
        return 0;
    dnsbl_release(self);
    return -1;
}

static int dnsbl_start(void *self)
{
    struct dnsbl *my = self;
    my->told = expiring_create(my->count + 1, 1, NULL);
    my->health = sg_alloc((my->count + 1) * sizeof *my->health);
    for (unsigned i = 0; i < my->count; i++)
        my->health[i].zone = &my->lists[i];
    my->dns = dns_open(my->servers, my->patience);
    return my->dns ? 0 : -1;
}

static void dnsbl_stop(void *self)
{
    struct dnsbl *my = self;
    for (unsigned i = 0; i < my->count; i++)
        dns_cancel(my->health[i].probe);
    free(my->health);
    dns_close(my->dns);
    expiring_destroy(my->told);
}

SG_PLUGIN(dnsbl, .summary = "refuse clients that stand in DNS block lists", .options = options,
          .counters = counters, .settings_size = sizeof(struct dnsbl),
          .session_size = sizeof(struct state), .configure = dnsbl_configure, .start = dnsbl_start,
          .stop = dnsbl_stop, .release = dnsbl_release, .connect = dnsbl_connect,
          .mail = dnsbl_mail, .cancel = dnsbl_cancel, .close = dnsbl_close, .on_error = "pass")
