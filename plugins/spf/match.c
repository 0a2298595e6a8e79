/* check_host() of RFC 7208 (4): a domain's record, its terms one after the other,
 * what they include and where they redirect to.
 *
 * Ten terms may need the DNS, and two lookups may find nothing (4.6.4).  A record
 * that is missing stops the run wherever it stands, as an error does. */
#include "evaluation.h"
#include "record.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { TERMS = 10, VOIDS = 2, HOSTS = 10 };

static enum spf_result check_host(struct evaluation *e, const char *domain);

/* -------------------------------------------------------------- addresses -- */

static bool is_six(const struct evaluation *e)
{
    return e->client.six;
}

/* --------------------------------------------------------------- questions -- */

/* The term needs the DNS. */
static bool count_term(struct evaluation *e, const char *domain)
{
    if (++e->terms > TERMS)
        evaluation_stop(e, SPF_IS_PERMERROR, domain, "more than ten terms need the DNS");
    return !e->stopped;
}

/* A question of a term itself.  NULL: stopped. */
static const struct dns_answer *get(struct evaluation *e, enum dns_type type, const char *name)
{
    const struct dns_answer *answer = evaluation_get(e, type, name);
    if (!answer)
        return NULL;
    if (answer->outcome == DNS_NOTHING && ++e->voids > VOIDS)
        evaluation_stop(e, SPF_IS_PERMERROR, name, "more than two lookups find nothing");
    else if (answer->outcome == DNS_FAILED || answer->outcome == DNS_TIMEOUT)
        evaluation_stop(e, SPF_IS_TEMPERROR, name, answer->reason);
    return e->stopped ? NULL : answer;
}

static enum dns_type host_type(const struct evaluation *e)
{
    return is_six(e) ? DNS_AAAA : DNS_A;
}

/* address: of the client's kind. */
static bool is_in(const struct evaluation *e, const void *address, int prefix)
{
    const struct net net = net_make(is_six(e) ? AF_INET6 : AF_INET, address, (unsigned)prefix);
    return net_holds(&net, &e->client);
}

static bool holds_address(const struct evaluation *e, const struct dns_answer *answer, int prefix)
{
    for (unsigned i = 0; answer && i < answer->count; i++)
        if (is_in(e, answer->records[i].data, prefix))
            return true;
    return false;
}

/* ------------------------------------------------------------------- names -- */

enum kinship { ANY, BELOW, SAME };

static enum kinship kinship(const char *host, const char *domain)
{
    size_t n = strlen(host), k = strlen(domain);
    if (n < k || strcasecmp(host + n - k, domain) != 0)
        return ANY;
    return n == k ? SAME : host[n - k - 1] == '.' ? BELOW : ANY;
}

/* The name of the address that has the address, the nearest to a domain.  NULL:
 * there is none, errors among it (5.5), or stopped. */
static const char *validated(struct evaluation *e, const char *domain, enum kinship least)
{
    char reverse[DNS_NAME];
    const char *best = NULL;
    if (dns_reverse((const struct sockaddr *)&e->addr, is_six(e) ? "ip6.arpa" : "in-addr.arpa",
                    reverse) < 0)
        return NULL;
    const struct dns_answer *hosts = evaluation_get(e, DNS_PTR, reverse);
    for (unsigned i = 0; hosts && i < hosts->count && i < HOSTS && !e->stopped; i++) {
        const char *host = hosts->records[i].data;
        enum kinship near = kinship(host, domain);
        if (near < least ||
            !holds_address(e, evaluation_get(e, host_type(e), host), is_six(e) ? 128 : 32))
            continue;
        best = host;
        least = near + 1;
    }
    return best;
}

/* Only the macro `p` needs the DNS. */
static const char *own_name(struct evaluation *e, const char *domain, const char *spec)
{
    bool wanted = strstr(spec, "%{p") || strstr(spec, "%{P");
    const char *name = wanted ? validated(e, domain, ANY) : NULL;
    return name ? name : "unknown";
}

/* What a term's domain means; false: stopped. */
static bool target(struct evaluation *e, const char *domain, const char *spec, char name[DNS_NAME])
{
    const struct macro_facts facts = {.addr = (const struct sockaddr *)&e->addr,
                                      .helo = e->helo,
                                      .local_part = e->local_part,
                                      .sender_domain = e->domain,
                                      .domain = domain,
                                      .validated = own_name(e, domain, spec)};
    if (!e->stopped && !macro_expand(&facts, *spec ? spec : "%{d}", name, DNS_NAME))
        evaluation_stop(e, SPF_IS_PERMERROR, domain, "a macro comes to too much");
    return !e->stopped;
}

/* -------------------------------------------------------------- mechanisms -- */

/* Each: does the address match?  `name` is the target, for those that have one. */
typedef bool matcher(struct evaluation *e, const struct term *t, const char *name);

static int prefix_of(const struct evaluation *e, const struct term *t)
{
    return is_six(e) ? t->prefix6 : t->prefix4;
}

static bool match_all(struct evaluation *e, const struct term *t, const char *name)
{
    (void)e;
    (void)t;
    (void)name;
    return true;
}

static bool match_ip(struct evaluation *e, const struct term *t, const char *name)
{
    (void)name;
    return is_six(e) == (t->mechanism == IP6) && is_in(e, t->address, prefix_of(e, t));
}

static bool match_a(struct evaluation *e, const struct term *t, const char *name)
{
    return holds_address(e, get(e, host_type(e), name), prefix_of(e, t));
}

static bool match_exists(struct evaluation *e, const struct term *t, const char *name)
{
    const struct dns_answer *answer = get(e, DNS_A, name);
    (void)t;
    return answer && answer->outcome == DNS_FOUND;
}

static bool match_mx(struct evaluation *e, const struct term *t, const char *name)
{
    const struct dns_answer *hosts = get(e, DNS_MX, name);
    if (hosts && hosts->count > HOSTS)
        evaluation_stop(e, SPF_IS_PERMERROR, name, "more than ten mail exchangers");
    for (unsigned i = 0; hosts && i < hosts->count && !e->stopped; i++) {
        const char *host = hosts->records[i].data;
        const struct dns_answer *answer = evaluation_get(e, host_type(e), host);
        if (answer && (answer->outcome == DNS_FAILED || answer->outcome == DNS_TIMEOUT))
            evaluation_stop(e, SPF_IS_TEMPERROR, host, answer->reason);
        else if (holds_address(e, answer, prefix_of(e, t)))
            return true;
    }
    return false;
}

static bool match_ptr(struct evaluation *e, const struct term *t, const char *name)
{
    (void)t;
    return validated(e, name, BELOW) != NULL;
}

static bool match_include(struct evaluation *e, const struct term *t, const char *name)
{
    enum spf_result result = check_host(e, name);
    (void)t;
    if (!e->stopped && result == SPF_IS_NONE)
        evaluation_stop(e, SPF_IS_PERMERROR, name, "it is included and has no SPF record");
    return result == SPF_IS_PASS;
}

static const struct {
    matcher *match;
    bool asks;
} mechanisms[] = {
    [ALL] = {match_all, false}, [INCLUDE] = {match_include, true}, [A] = {match_a, true},
    [MX] = {match_mx, true},    [PTR] = {match_ptr, true},         [IP4] = {match_ip, false},
    [IP6] = {match_ip, false},  [EXISTS] = {match_exists, true}};

static bool matches(struct evaluation *e, const char *domain, const struct term *t)
{
    char name[DNS_NAME] = "";
    bool asks = mechanisms[t->mechanism].asks;
    if (asks && (!count_term(e, domain) || !target(e, domain, t->domain, name)))
        return false;
    return mechanisms[t->mechanism].match(e, t, name) && !e->stopped;
}

/* ----------------------------------------------------------------- records -- */

static enum spf_result meaning(char qualifier)
{
    return qualifier == '-'   ? SPF_IS_FAIL
           : qualifier == '~' ? SPF_IS_SOFTFAIL
           : qualifier == '?' ? SPF_IS_NEUTRAL
                              : SPF_IS_PASS;
}

static enum spf_result redirected(struct evaluation *e, const char *domain, const char *spec)
{
    char name[DNS_NAME];
    if (!count_term(e, domain) || !target(e, domain, spec, name))
        return SPF_IS_NONE;
    enum spf_result result = check_host(e, name);
    if (!e->stopped && result == SPF_IS_NONE)
        evaluation_stop(e, SPF_IS_PERMERROR, name, "it is redirected to and has no SPF record");
    return result;
}

static enum spf_result judge(struct evaluation *e, const char *domain, const struct record *r)
{
    for (unsigned i = 0; i < r->count && !e->stopped; i++)
        if (matches(e, domain, &r->terms[i]))
            return meaning(r->terms[i].qualifier);
    return r->redirect && !e->stopped ? redirected(e, domain, r->redirect) : SPF_IS_NEUTRAL;
}

/* Of the texts of a domain the one that is its SPF record; NULL: none, or stopped. */
static const struct dns_record *policy(struct evaluation *e, const char *domain,
                                       const struct dns_answer *texts)
{
    const struct dns_record *found = NULL;
    for (unsigned i = 0; i < texts->count; i++) {
        if (!record_is_spf(texts->records[i].data, texts->records[i].length))
            continue;
        if (found)
            evaluation_stop(e, SPF_IS_PERMERROR, domain, "there is more than one SPF record");
        found = &texts->records[i];
    }
    return e->stopped ? NULL : found;
}

/* Recursion ends with the tenth term. */
static enum spf_result check_host(struct evaluation *e, const char *domain)
{
    const struct dns_answer *texts = evaluation_get(e, DNS_TXT, domain);
    if (texts && (texts->outcome == DNS_FAILED || texts->outcome == DNS_TIMEOUT))
        evaluation_stop(e, SPF_IS_TEMPERROR, domain, texts->reason);
    const struct dns_record *found = texts && !e->stopped ? policy(e, domain, texts) : NULL;
    if (!found)
        return SPF_IS_NONE;
    struct record *r = sg_alloc(sizeof *r);
    const char *wrong = record_read(found->data, found->length, r);
    if (wrong)
        evaluation_stop(e, SPF_IS_PERMERROR, domain, wrong);
    enum spf_result result = judge(e, domain, r);
    free(r);
    return result;
}

enum spf_result evaluation_run(struct evaluation *e)
{
    e->terms = e->voids = 0;
    e->stopped = false;
    e->missing = NULL;
    *e->why = '\0';
    enum spf_result result = check_host(e, e->domain);
    return e->stopped ? e->error : result;
}
