/* The life of an SPF check, above a DNS that does not wait.
 *
 * The rules (match.c) read as RFC 7208 has them: a record is asked for, and there
 * it is.  At the first one that is not there yet the run stops.  It is fetched,
 * and the check runs again from the beginning.  A run costs microseconds, and
 * there are at most as many as records are fetched: LOOKUPS.
 *
 * The records an evaluation was given stay the same for all its runs, whatever
 * becomes of them in the cache, so that each run comes further than the one
 * before. */
#include "evaluation.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *const spf_result_names[] = {"none",     "neutral",   "pass",     "fail",
                                        "softfail", "temperror", "permerror"};

/* --------------------------------------------------------------- questions -- */

void evaluation_stop(struct evaluation *e, enum spf_result error, const char *domain,
                     const char *why)
{
    if (e->stopped)
        return;
    e->stopped = true;
    e->error = error;
    snprintf(e->why, sizeof e->why, "%.180s: %s", domain, why);
}

/* Labels of 1 to 63 bytes of printable ASCII, blanks among it, but without the
 * backslash that name libraries take for an escape. */
static bool is_name(const char *name)
{
    size_t n = strlen(name), label = 0;
    if (n == 0 || n > DOMAIN)
        return false;
    for (const char *c = name; *c; c++) {
        label = *c == '.' ? 0 : label + 1;
        if (*c < ' ' || *c > '~' || *c == '\\' || label > 63 ||
            (*c == '.' && (c == name || c[-1] == '.')))
            return false;
    }
    return true;
}

/* The place of the next answer, named; NULL: stopped. */
static struct fetched *next_place(struct evaluation *e, enum dns_type type, const char *name)
{
    if (e->count == LOOKUPS) {
        evaluation_stop(e, SPF_IS_PERMERROR, name, "too many lookups");
        return NULL;
    }
    struct fetched *f = &e->fetched[e->count];
    f->type = type;
    snprintf(f->name, sizeof f->name, "%s", name);
    return f;
}

const struct dns_answer *evaluation_get(struct evaluation *e, enum dns_type type, const char *name)
{
    static const struct dns_answer nothing = {.outcome = DNS_NOTHING};
    if (e->stopped)
        return NULL;
    if (!is_name(name))
        return &nothing;
    for (unsigned i = 0; i < e->count; i++)
        if (e->fetched[i].type == type && strcasecmp(e->fetched[i].name, name) == 0)
            return e->fetched[i].answer;
    struct fetched *f = next_place(e, type, name);
    const struct dns_answer *known = f ? dns_known(e->dns, type, name) : NULL;
    if (!known) {
        e->missing = f;
        e->stopped = true;
        return NULL;
    }
    e->count++;
    return f->answer = dns_answer_keep(known);
}

/* -------------------------------------------------------------------- runs -- */

static void destroy(struct evaluation *e)
{
    for (unsigned i = 0; i < e->count; i++)
        dns_answer_drop(e->fetched[i].answer);
    free(e);
}

static void on_record(const struct dns_answer *answer, void *arg);

/* Runs until a record is missing, which is asked for, or there is a result. */
static bool advance(struct evaluation *e, enum spf_result *result)
{
    *result = evaluation_run(e);
    if (!e->missing)
        return true;
    e->question = dns_ask(e->dns, e->missing->type, e->missing->name, on_record, e);
    return false;
}

static bool is_error(enum spf_result result)
{
    return result == SPF_IS_TEMPERROR || result == SPF_IS_PERMERROR;
}

static void on_record(const struct dns_answer *answer, void *arg)
{
    struct evaluation *e = arg;
    enum spf_result result;
    e->question = NULL;
    e->missing->answer = dns_answer_keep(answer);
    e->count++;
    if (!advance(e, &result))
        return;
    e->done(result, is_error(result) ? e->why : NULL, e->arg);
    destroy(e);
}

/* -------------------------------------------------------------------- life -- */

/* A domain that can have a record: of letters, digits, '-', '_', with a dot. */
static bool is_domain(const char *text)
{
    static const char bytes[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    size_t n = strlen(text);
    return is_name(text) && strchr(text, '.') && text[n - 1] != '.' && strspn(text, bytes) == n;
}

/* Without a sender, or a local part, it is the postmaster (RFC 7208, 2.4, 4.3). */
static void set_sender(struct evaluation *e, const char *sender)
{
    const char *at = strrchr(sender, '@');
    const char *domain = at ? at + 1 : *sender ? "" : e->helo;
    size_t n = at ? (size_t)(at - sender) : 0;
    if (is_domain(domain))
        snprintf(e->domain, sizeof e->domain, "%s", domain);
    if (n > 0 && n <= LOCAL_PART)
        memcpy(e->local_part, sender, n);
    else
        strcpy(e->local_part, "postmaster");
}

struct evaluation *evaluation_create(struct dns *dns, const struct sockaddr *addr, const char *helo,
                                     const char *sender, evaluation_done *done, void *arg)
{
    struct evaluation *e = sg_alloc(sizeof *e);
    e->dns = dns;
    memcpy(&e->addr, addr,
           addr->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in));
    net_of(&e->client, addr);
    if (strlen(helo) <= DOMAIN)
        strcpy(e->helo, helo);
    set_sender(e, sender);
    e->done = done;
    e->arg = arg;
    return e;
}

const char *evaluation_domain(const struct evaluation *e)
{
    return e->domain;
}

int evaluation_begin(struct evaluation *e, enum spf_result *result, const char **why)
{
    static char reason[REASON];
    *result = SPF_IS_NONE;
    if (*e->domain && !advance(e, result))
        return 0;
    memcpy(reason, e->why, sizeof reason);
    *why = is_error(*result) ? reason : NULL;
    destroy(e);
    return 1;
}

void evaluation_cancel(struct evaluation *e)
{
    if (!e)
        return;
    dns_cancel(e->question);
    destroy(e);
}
