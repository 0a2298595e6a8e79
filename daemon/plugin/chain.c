/* See chain.h. */
#include "chain.h"
#include "../base/check.h"
#include "guard.h"
#include "ticket.h"
#include <stdlib.h>

static void decision_destroy(struct decision *d)
{
    if (!d)
        return;
    free(d->enhanced);
    free(d->text);
    free(d->event);
    free(d->detail);
    free(d);
}

static void cancel(struct ticket *t)
{
    struct chain *c = t->chain;
    const struct plugin *p = t->plugin;
    sg_ticket id = t->id;
    bool answered = t->answered;
    ticket_close(t);
    if (!answered)
        c->ops->cancelled(c, p, id);
}

static uint64_t asked_at(const struct ticket *t)
{
    return t->deadline - t->plugin->common.timeout;
}

static void cancel_all(struct chain *c)
{
    while (c->tickets)
        cancel(c->tickets);
}

/* `accept` at `place`: whoever stands after it is no longer asked. */
static void cancel_behind(struct chain *c, struct plugin *const *place)
{
    for (struct ticket *t = c->tickets, *next; t; t = next) {
        next = t->next;
        if (t->place > place)
            cancel(t);
    }
}

static void object(struct chain *c, const struct plugin *p, const struct sg_verdict *v, bool failed)
{
    struct decision *d = xcalloc(1, sizeof *d);
    *d = (struct decision){.answer = v->answer, .code = v->code, .by = p, .failed = failed};
    d->enhanced = xstrdup(v->enhanced);
    d->text = xstrdup(v->text);
    d->event = xstrdup(v->event);
    d->detail = xstrdup(v->detail);
    decision_destroy(c->decision);
    c->decision = d;
    cancel_all(c);
}

/* The check could not be made: on_error decides what that means. */
static void fail(struct chain *c, const struct plugin *p, const char *what, const char *text)
{
    static const enum sg_answer answers[] = {[ON_ERROR_PASS] = SG_PASS,
                                             [ON_ERROR_TEMPFAIL] = SG_TEMPFAIL,
                                             [ON_ERROR_REJECT] = SG_REJECT};
    c->ops->remark(c, p, what, text);
    struct sg_verdict v = {.answer = answers[p->common.on_error]};
    if (v.answer != SG_PASS)
        object(c, p, &v, true);
}

static bool code_fits(const struct sg_verdict *v)
{
    int low = v->answer == SG_TEMPFAIL ? 400 : v->answer == SG_REJECT ? 500 : 400;
    return v->code == 0 ||
           (v->code >= low && v->code <= (low == 500 || v->answer == SG_TAKEOVER ? 599 : 499));
}

static void settle_objection(struct chain *c, const struct plugin *p, const struct sg_verdict *v)
{
    if (!code_fits(v))
        fail(c, p, "error", "the reply code does not fit the answer");
    else if (p->common.log_only)
        c->ops->remark(c, p, "log_only", v->text ? v->text : "");
    else
        object(c, p, v, false);
}

static const char *const words[] = {
    [SG_PASS] = "pass",         [SG_ACCEPT] = "accept",     [SG_REJECT] = "reject",
    [SG_TEMPFAIL] = "tempfail", [SG_TAKEOVER] = "takeover", [SG_PENDING] = "error",
    [SG_ERROR] = "error"};

/* One plugin's answer, at once or later.  place is its place in the hook's order. */
static void settle(struct chain *c, struct plugin *const *place, const struct sg_verdict *v,
                   uint64_t since)
{
    const struct plugin *p = *place;
    bool known = (unsigned)v->answer < sizeof words / sizeof *words;
    c->ops->answered(c, p, known ? words[v->answer] : "error", since);
    switch (v->answer) {
    case SG_PASS:
        return;
    case SG_ACCEPT:
        c->at = NULL;
        cancel_behind(c, place);
        return;
    case SG_REJECT:
    case SG_TEMPFAIL:
    case SG_TAKEOVER:
        settle_objection(c, p, v);
        return;
    case SG_ERROR:
        fail(c, p, "error", v->text ? v->text : "");
        return;
    case SG_PENDING:
        fail(c, p, "error", "pending without a ticket");
        return;
    }
    fail(c, p, "error", "an answer that does not exist");
}

static void ask(struct chain *c, struct plugin *const *place, uint64_t now)
{
    struct ticket_context here = {c, place, now, NULL, false}, *outer = ticket_context;
    struct guard g;
    ticket_context = &here;
    guard_enter(&g, *place, c->hook, c->ops->session(c));
    struct sg_verdict v = c->ops->call(c, *place);
    guard_leave(&g);
    ticket_context = outer;
    if (v.answer == SG_PENDING && here.took)
        return;
    if (here.taken)
        ticket_close(here.taken);
    settle(c, place, &v, now);
}

bool chain_start(struct chain *c, const struct plugins *set, enum hook hook, uint64_t now)
{
    chain_stop(c);
    c->hook = (uint8_t)hook;
    c->pending = true;
    c->at = set->by_hook[hook];
    while (!c->decision && c->at && *c->at) {
        struct plugin *const *place = c->at++;
        if (c->ops->exempt(c, *place))
            continue;
        if (c->ops->serves(c, *place))
            ask(c, place, now);
        else
            fail(c, *place, "error", "in quarantine");
    }
    c->pending = !c->decision && c->tickets;
    return !c->pending;
}

const struct decision *chain_decision(const struct chain *c)
{
    static const struct decision pass = {.answer = SG_PASS};
    return c->decision ? c->decision : &pass;
}

void chain_stop(struct chain *c)
{
    c->pending = false;
    cancel_all(c);
    decision_destroy(c->decision);
    c->decision = NULL;
}

uint64_t chain_deadline(const struct chain *c)
{
    uint64_t first = UINT64_MAX;
    for (const struct ticket *t = c->tickets; t; t = t->next)
        if (t->deadline < first)
            first = t->deadline;
    return first;
}

/* After an answer to a pending chain: was it the one that decides? */
static void conclude(struct chain *c)
{
    if (!c->pending || (!c->decision && c->tickets))
        return;
    c->pending = false;
    c->ops->decided(c);
}

void chain_expire(struct chain *c, uint64_t now)
{
    for (struct ticket *t = c->tickets, *next; t && !c->decision; t = next) {
        next = t->next;
        const struct plugin *p = t->plugin;
        if (t->deadline > now || t->answered)
            continue;
        c->ops->answered(c, p, "timeout", asked_at(t));
        cancel(t);
        fail(c, p, "timeout", "no answer in time");
    }
    conclude(c);
}

bool chain_deliver(void)
{
    struct ticket *t;
    bool any = false;
    while ((t = ticket_next_answered()) != NULL) {
        struct chain *c = t->chain;
        struct plugin *const *place = t->place;
        struct sg_verdict v = t->verdict;
        uint64_t since = asked_at(t);
        t->verdict = (struct sg_verdict){.answer = SG_PASS};
        ticket_close(t);
        settle(c, place, &v, since);
        free((char *)v.enhanced);
        free((char *)v.text);
        free((char *)v.event);
        free((char *)v.detail);
        conclude(c);
        any = true;
    }
    return any;
}
