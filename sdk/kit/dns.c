/* See <smtp-gated/kit/dns.h>.
 *
 * An inquiry is what is on the wire: one name and type, however many ask for it.  A
 * question is one that asks: it waits for its inquiry until its own time is over,
 * then it is ready, and the loop delivers it.  An inquiry that nobody waits for any
 * more runs to its end, which fills the cache. */
#include "dns_inner.h"
#include <smtp-gated/kit/expiring.h>

#include <ctype.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#define CACHE_ENTRIES 8192
#define CACHE_BYTES (4u * 1024 * 1024)
#define KEY (DNS_NAME + 8)

TAILQ_HEAD(questions, dns_question);

struct inquiry {
    struct dns *dns;
    char key[KEY]; /* "TYPE name", in lower case */
    enum dns_type type;
    struct questions askers;
    struct dns_exchange *exchange;
};

static const char too_late[] = "no answer in time";

struct dns_question {
    TAILQ_ENTRY(dns_question) among; /* the askers, or those that are ready */
    TAILQ_ENTRY(dns_question) by_due;
    struct dns *dns;
    struct inquiry *of;              /* NULL when ready */
    const struct dns_answer *answer; /* when ready */
    uint64_t due;
    dns_done *done;
    void *arg;
};

struct dns {
    LIST_ENTRY(dns) all;
    unsigned users;
    char *servers;
    uint64_t patience;
    struct dns_wire *wire;
    struct expiring *cache;
    void *inquiries; /* tsearch(3), by key */
    struct questions ready, waiting;
};

/* Of this worker, by whom they ask. */
static LIST_HEAD(, dns) resolvers = LIST_HEAD_INITIALIZER(resolvers);

static int compare(const void *a, const void *b)
{
    return strcmp(((const struct inquiry *)a)->key, ((const struct inquiry *)b)->key);
}

/* Without the last dot.  False: too long for a name. */
static bool make_key(char key[KEY], enum dns_type type, const char *name)
{
    size_t n = strlen(name);
    n -= n > 0 && name[n - 1] == '.';
    if (n >= DNS_NAME)
        return false;
    size_t at = (size_t)snprintf(key, KEY, "%d ", (int)type);
    for (size_t i = 0; i < n; i++)
        key[at + i] = (char)tolower((unsigned char)name[i]);
    key[at + n] = '\0';
    return true;
}

static const char *name_in(const char *key)
{
    return strchr(key, ' ') + 1;
}

/* ------------------------------------------------------------- delivery -- */

static void arm(struct dns *dns)
{
    const struct dns_question *first = TAILQ_FIRST(&dns->waiting);
    uint64_t due = first ? first->due : UINT64_MAX;
    dns_wire_arm(dns->wire, TAILQ_EMPTY(&dns->ready) ? due : 0);
}

/* The question has its answer, of which it takes a share. */
static void make_ready(struct dns_question *q, const struct dns_answer *answer)
{
    if (q->of) {
        TAILQ_REMOVE(&q->of->askers, q, among);
        TAILQ_REMOVE(&q->dns->waiting, q, by_due);
    }
    q->of = NULL;
    q->answer = dns_answer_keep(answer);
    TAILQ_INSERT_TAIL(&q->dns->ready, q, among);
}

static void expire(struct dns *dns)
{
    const struct dns_answer *late = NULL;
    struct dns_question *q;
    while ((q = TAILQ_FIRST(&dns->waiting)) && q->due <= sg_now()) {
        if (!late)
            late = dns_answer_none(DNS_TIMEOUT, too_late, 0);
        make_ready(q, late);
    }
    dns_answer_drop(late);
}

static void deliver(void *arg)
{
    struct dns *dns = arg;
    struct dns_question *q;
    expire(dns);
    while ((q = TAILQ_FIRST(&dns->ready))) {
        TAILQ_REMOVE(&dns->ready, q, among);
        q->done(q->answer, q->arg);
        dns_answer_drop(q->answer);
        free(q);
    }
    arm(dns);
}

/* ------------------------------------------------------------ inquiries -- */

static void release(void *answer)
{
    dns_answer_drop(answer);
}

static void remember(struct dns *dns, const char *key, const struct dns_answer *answer)
{
    if (answer->ttl == 0)
        return;
    expiring_put(dns->cache, key, (void *)(uintptr_t)dns_answer_keep(answer),
                 dns_answer_bytes(answer), sg_now() + (uint64_t)answer->ttl * 1000);
}

static void on_answer(const unsigned char *bytes, size_t n, enum dns_outcome outcome,
                      const char *why, void *arg)
{
    struct inquiry *i = arg;
    struct dns_question *q;
    const struct dns_answer *answer =
        bytes ? dns_message_read(bytes, n, i->type)
              : dns_answer_none(outcome, outcome == DNS_TIMEOUT ? too_late : why, 0);
    remember(i->dns, i->key, answer);
    tdelete(i, &i->dns->inquiries, compare);
    while ((q = TAILQ_FIRST(&i->askers)))
        make_ready(q, answer);
    dns_answer_drop(answer);
    free(i);
}

static struct inquiry *begin(struct dns *dns, const char *key, enum dns_type type)
{
    struct inquiry *i = sg_alloc(sizeof *i);
    i->dns = dns;
    i->type = type;
    snprintf(i->key, sizeof i->key, "%s", key);
    TAILQ_INIT(&i->askers);
    if (!tsearch(i, &dns->inquiries, compare))
        sg_out_of_memory();
    return i;
}

/* The loop answers. */
static void join(struct dns_question *q, const char *key, enum dns_type type)
{
    struct inquiry wanted;
    memcpy(wanted.key, key, strlen(key) + 1);
    struct inquiry **place = tfind(&wanted, &q->dns->inquiries, compare);
    struct inquiry *i = place ? *place : begin(q->dns, key, type);
    q->of = i;
    TAILQ_INSERT_TAIL(&i->askers, q, among);
    TAILQ_INSERT_TAIL(&q->dns->waiting, q, by_due);
    if (place)
        dns_wire_insist(i->exchange);
    else
        i->exchange = dns_wire_ask(q->dns->wire, type, name_in(i->key), on_answer, i);
}

/* ------------------------------------------------------------ questions -- */

const struct dns_answer *dns_known(struct dns *dns, enum dns_type type, const char *name)
{
    char key[KEY];
    return make_key(key, type, name) ? expiring_get(dns->cache, key, sg_now()) : NULL;
}

struct dns_question *dns_ask(struct dns *dns, enum dns_type type, const char *name, dns_done *done,
                             void *arg)
{
    char key[KEY];
    struct dns_question *q = sg_alloc(sizeof *q);
    const struct dns_answer *known = dns_known(dns, type, name), *wrong;
    q->dns = dns;
    q->done = done;
    q->arg = arg;
    q->due = sg_now() + dns->patience;
    if (known) {
        make_ready(q, known);
    } else if (make_key(key, type, name)) {
        join(q, key, type);
    } else {
        make_ready(q, wrong = dns_answer_none(DNS_FAILED, "the name is too long", 0));
        dns_answer_drop(wrong);
    }
    arm(dns);
    return q;
}

void dns_cancel(struct dns_question *q)
{
    if (!q)
        return;
    if (q->of) {
        TAILQ_REMOVE(&q->of->askers, q, among);
        TAILQ_REMOVE(&q->dns->waiting, q, by_due);
    } else {
        TAILQ_REMOVE(&q->dns->ready, q, among);
        dns_answer_drop(q->answer);
    }
    free(q);
}

/* ----------------------------------------------------------------- life -- */

static struct dns *find(const char *servers, uint64_t patience)
{
    struct dns *dns;
    LIST_FOREACH(dns, &resolvers, all)
    if (dns->patience == patience && strcmp(dns->servers, servers) == 0)
        return dns;
    return NULL;
}

struct dns *dns_open(const char *servers, uint64_t patience)
{
    struct dns *dns = find(servers, patience);
    if (dns) {
        dns->users++;
        return dns;
    }
    dns = sg_alloc(sizeof *dns);
    dns->wire = dns_wire_open(servers, patience, deliver, dns);
    if (!dns->wire) {
        free(dns);
        return NULL;
    }
    dns->users = 1;
    dns->servers = sg_strdup(servers);
    dns->patience = patience;
    dns->cache = expiring_create(CACHE_ENTRIES, CACHE_BYTES, release);
    TAILQ_INIT(&dns->ready);
    TAILQ_INIT(&dns->waiting);
    LIST_INSERT_HEAD(&resolvers, dns, all);
    return dns;
}

int dns_is_down(const struct dns *dns)
{
    return dns_wire_is_down(dns->wire);
}

/* An inquiry that goes takes those who ask along. */
static void forget(void *node)
{
    struct inquiry *i = node;
    while (!TAILQ_EMPTY(&i->askers))
        dns_cancel(TAILQ_FIRST(&i->askers));
    free(i);
}

void dns_close(struct dns *dns)
{
    struct dns_question *q;
    if (!dns || --dns->users > 0)
        return;
    LIST_REMOVE(dns, all);
    dns_wire_close(dns->wire);
    tdestroy(dns->inquiries, forget);
    while ((q = TAILQ_FIRST(&dns->ready)))
        dns_cancel(q);
    expiring_destroy(dns->cache);
    free(dns->servers);
    free(dns);
}
