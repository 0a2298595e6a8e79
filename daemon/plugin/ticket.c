/* See ticket.h.  Open tickets stand in a small hash by number. */
#include "ticket.h"
#include "../base/check.h"
#include <stdlib.h>

#define BUCKETS 4096u

struct entry {
    struct ticket ticket; /* first: a ticket is its entry */
    struct entry *bucket_next;
};

static struct entry *buckets[BUCKETS];
static unsigned count;
static sg_ticket last_id;
static struct ticket *answered_first, **answered_last = &answered_first;
struct ticket_context *ticket_context;

static struct entry **find(sg_ticket id)
{
    struct entry **e = &buckets[id % BUCKETS];
    while (*e && (*e)->ticket.id != id)
        e = &(*e)->bucket_next;
    return e;
}

struct ticket *ticket_open(struct chain *c, const struct plugin *p, uint64_t deadline)
{
    struct entry *e = xcalloc(1, sizeof *e);
    e->ticket = (struct ticket){
        .id = ++last_id, .chain = c, .next = c->tickets, .plugin = p, .deadline = deadline};
    c->tickets = &e->ticket;
    struct entry **bucket = &buckets[last_id % BUCKETS];
    e->bucket_next = *bucket;
    *bucket = e;
    count++;
    return &e->ticket;
}

static void leave_answered(struct ticket *t)
{
    struct ticket **p = &answered_first;
    while (*p && *p != t)
        p = &(*p)->answered_next;
    if (!*p)
        return;
    *p = t->answered_next;
    if (answered_last == &t->answered_next)
        answered_last = p;
}

void ticket_close(struct ticket *t)
{
    struct ticket **in_chain = &t->chain->tickets;
    while (*in_chain && *in_chain != t)
        in_chain = &(*in_chain)->next;
    if (*in_chain)
        *in_chain = t->next;
    struct entry **e = find(t->id);
    check(*e);
    *e = (*e)->bucket_next;
    count--;
    if (t->answered)
        leave_answered(t);
    free((char *)t->verdict.enhanced);
    free((char *)t->verdict.text);
    free((char *)t->verdict.event);
    free((char *)t->verdict.detail);
    free(t);
}

unsigned tickets_open(void)
{
    return count;
}

struct ticket *ticket_next_answered(void)
{
    return answered_first;
}

sg_ticket sg_defer(struct sg_session *s)
{
    (void)s; /* the hook that runs says it all */
    struct ticket_context *at = ticket_context;
    if (!at || at->took)
        return 0;
    const struct plugin *p = *at->place;
    at->taken = ticket_open(at->chain, p, at->now + p->common.timeout);
    at->taken->place = at->place;
    at->took = true;
    return at->taken->id;
}

int sg_ticket_alive(sg_ticket id)
{
    struct entry *e = *find(id);
    return e && !e->ticket.answered;
}

void sg_resume(sg_ticket id, struct sg_verdict verdict)
{
    struct entry *e = *find(id);
    if (!e || e->ticket.answered)
        return;
    struct ticket *t = &e->ticket;
    t->verdict = verdict;
    t->verdict.enhanced = xstrdup(verdict.enhanced);
    t->verdict.text = xstrdup(verdict.text);
    t->verdict.event = xstrdup(verdict.event);
    t->verdict.detail = xstrdup(verdict.detail);
    t->answered = true;
    t->answered_next = NULL;
    *answered_last = t;
    answered_last = &t->answered_next;
}
