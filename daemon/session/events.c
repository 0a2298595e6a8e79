/* See events.h. */
#include "events.h"
#include "../base/log.h"
#include "../net/loop.h"
#include "../plugin/guard.h"
#include "../plugin/quarantine.h"
#include "api.h"
#include "journal.h"
#include "mail.h"

/* The arguments of the hook that is being asked; plugins are called before
 * ask() returns. */
static struct {
    const char *what, *more;
    struct sg_route *route;
} arguments;

static struct sg_verdict call_route(struct session *s, const struct plugin *p)
{
    struct sg_verdict v = p->desc.route(api_session(s), arguments.route, p->settings);
    sa_family_t family = arguments.route->server.ss_family;
    if (v.answer != SG_PASS || family == AF_UNSPEC)
        return v;
    if (family == AF_INET || family == AF_INET6)
        return (struct sg_verdict){.answer = SG_ACCEPT}; /* the first destination wins */
    *arguments.route = (struct sg_route){0}; /* as on_error = pass leaves it to the next */
    return (struct sg_verdict){.answer = SG_ERROR, .text = "a destination that is no IP address"};
}

static struct sg_verdict dispatch(struct chain *c, const struct plugin *p)
{
    struct session *s = subject_of(c, chain);
    struct sg_session *as = api_session(s);
    struct sg_mail *m = api_mail(s->mail);
    switch ((enum hook)c->hook) {
    case HOOK_route:
        return call_route(s, p);
    case HOOK_connect:
        return p->desc.connect(as, p->settings);
    case HOOK_greet:
        return p->desc.greet(as, p->settings);
    case HOOK_helo:
        return p->desc.helo(as, arguments.what, p->settings);
    case HOOK_auth:
        return p->desc.auth(as, arguments.what, p->settings);
    case HOOK_mail:
        return p->desc.mail(as, m, arguments.what, arguments.more, p->settings);
    case HOOK_rcpt:
        return p->desc.rcpt(as, m, arguments.what, arguments.more, p->settings);
    case HOOK_data:
        return p->desc.data(as, m, p->settings);
    default:
        return p->desc.end(as, m, p->settings);
    }
}

static const struct session *asked;

static struct sg_verdict call(struct chain *c, const struct plugin *p)
{
    asked = subject_of(c, chain);
    struct sg_verdict v = dispatch(c, p);
    asked = NULL;
    return v;
}

const struct session *session_asked(void)
{
    return asked;
}

/* only, except, skip_authenticated: for deciders and observers alike. */
static bool concerns(const struct session *s, const struct plugin *p)
{
    const struct common *common = &p->common;
    if (common->only && !sg_nets_contain(common->only, &s->peer.sa))
        return false;
    if (common->except && sg_nets_contain(common->except, &s->peer.sa))
        return false;
    if (common->skip_authenticated && s->authenticated)
        return false;
    return true;
}

/* max_load is for deciders only: an observer would see half a message. */
static bool exempt(struct chain *c, const struct plugin *p)
{
    return !concerns(subject_of(c, chain), p) ||
           (p->common.max_load > 0 && sg_load() > p->common.max_load);
}

/* Who missed something of a mail takes no part in the rest of it, even when he is
 * back: nobody is to judge half a message. */
static bool takes_part(const struct session *s, const struct plugin *p)
{
    if (!quarantine_holds(p))
        return !mail_missed(s->mail, p);
    mail_miss(s->mail, p);
    return false;
}

static bool serves(struct chain *c, const struct plugin *p)
{
    return takes_part(subject_of(c, chain), p);
}

static void cancelled(struct chain *c, const struct plugin *p, sg_ticket ticket)
{
    struct session *s = subject_of(c, chain);
    struct guard g;
    if (!p->desc.cancel)
        return;
    guard_enter(&g, p, HOOK_cancel, s->slot->id);
    p->desc.cancel(api_session(s), ticket, p->settings);
    guard_leave(&g);
}

static void remark_check(struct chain *c, const struct plugin *p, const char *what,
                         const char *text)
{
    if (*what == 'e')
        session_count(COUNTER_plugin_errors);
    else if (*what == 't')
        session_count(COUNTER_plugin_timeouts);
    journal_plugin(subject_of(c, chain), p, what, text);
}

static void answered(struct chain *c, const struct plugin *p, const char *what, uint64_t since)
{
    struct session *s = subject_of(c, chain);
    if (c->hook == HOOK_end && s->mail && log_wants(6))
        journal_check(s->mail, p, what, loop_now() - since);
}

static void decided(struct chain *c)
{
    service.entry->decided(subject_of(c, chain));
}

static uint64_t number(struct chain *c)
{
    return subject_of(c, chain)->slot->id;
}

const struct chain_ops session_chain_ops = {.call = call,
                                            .exempt = exempt,
                                            .serves = serves,
                                            .decided = decided,
                                            .cancelled = cancelled,
                                            .remark = remark_check,
                                            .session = number,
                                            .answered = answered};

bool ask(struct session *s, enum hook hook, const char *what, const char *more)
{
    arguments.what = what ? what : "";
    arguments.more = more ? more : "";
    return chain_start(&s->chain, service.plugins, hook, loop_now());
}

bool ask_route(struct session *s, struct sg_route *route)
{
    arguments.route = route;
    return ask(s, HOOK_route, NULL, NULL);
}

/* Every observer of a hook that the session concerns; body runs `expr` for it. */
#define OBSERVE(s, which, expr)                                                                    \
    for (struct plugin *const *at = service.plugins->by_hook[HOOK_##which]; at && *at; at++) {     \
        const struct plugin *p = *at;                                                              \
        struct guard g;                                                                            \
        if (!concerns(s, p) || !takes_part(s, p))                                                  \
            continue;                                                                              \
        guard_enter(&g, p, HOOK_##which, (s)->slot->id);                                           \
        expr;                                                                                      \
        guard_leave(&g);                                                                           \
    }

void observe_body(struct session *s, const char *bytes, size_t n)
{
    OBSERVE(s, body, p->desc.body(api_session(s), api_mail(s->mail), bytes, n, p->settings))
}

void observe_reply(struct session *s, const char *command, const struct reply *reply)
{
    char text[512];
    struct plugin *const *any = service.plugins->by_hook[HOOK_reply];
    if (!any || !*any)
        return;
    size_t n = reply->last.n < sizeof text ? reply->last.n : sizeof text - 1;
    memcpy(text, reply->last.p, n);
    text[n] = '\0';
    OBSERVE(s, reply, p->desc.reply(api_session(s), command, reply->code, text, p->settings))
}

/* What an event adds to the statefile's numbers; a refusal at connect is also counted there. */
static const struct {
    const char *name;
    enum counter found, rejects;
    bool finds;
} events[] = {
    {"virus", COUNTER_found_virus, COUNTER_rejects_other, true},
    {"spam", COUNTER_found_spam, COUNTER_rejects_other, true},
    {"noauth", COUNTER_found_noauth, COUNTER_rejects_other, true},
    {"spf", COUNTER_found_spf, COUNTER_rejects_other, true},
    {"regex", COUNTER_found_regex, COUNTER_rejects_other, true},
    {"earlytalk", COUNTER_found_earlytalk, COUNTER_rejects_other, true},
    {"dnsbl", COUNTER_found_dnsbl, COUNTER_rejects_dnsbl, true},
    {"maxhost", 0, COUNTER_rejects_host, false},
    {"maxident", 0, COUNTER_rejects_ident, false},
    {"locked", 0, COUNTER_rejects_lock, false},
    {"load", 0, COUNTER_rejects_rate, false},
    {"ratelimit", 0, COUNTER_rejects_ratelimit, false},
};

static void count_event(const struct session *s, const char *name)
{
    bool at_connect = !s->greeted;
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        if (strcmp(events[i].name, name) != 0)
            continue;
        if (events[i].finds)
            session_count(events[i].found);
        if (at_connect || !events[i].finds)
            session_count(events[i].rejects);
        return;
    }
    if (at_connect)
        session_count(COUNTER_rejects_other);
}

void observe_event(struct session *s, const char *name, const char *detail)
{
    count_event(s, name);
    OBSERVE(s, event, p->desc.event(api_session(s), name, detail ? detail : "", p->settings))
}

struct objection hook_refused(struct session *s, enum hook hook)
{
    const struct decision *d = chain_decision(&s->chain);
    struct objection o = objection_of(s, d, hook);
    journal_verdict(s, hook, d, o.code, o.text);
    if (d->event)
        observe_event(s, d->event, d->detail);
    return o;
}

/* The ends of things are told to all who may have seen their beginning: so also in
 * quarantine, but in sessions that are younger than that. */
void observe_mail_done(struct session *s)
{
    struct plugin *const *at = service.plugins->by_hook[HOOK_mail_done];
    for (; at && *at; at++) {
        struct guard g;
        if (quarantine_unmet(*at, s->slot->id))
            continue;
        guard_enter(&g, *at, HOOK_mail_done, s->slot->id);
        (*at)->desc.mail_done(api_session(s), api_mail(s->mail), (*at)->settings);
        guard_leave(&g);
    }
}

void observe_close(struct session *s)
{
    struct plugin *const *at = service.plugins->by_hook[HOOK_close];
    for (; at && *at; at++) {
        struct guard g;
        if (quarantine_unmet(*at, s->slot->id))
            continue;
        guard_enter(&g, *at, HOOK_close, s->slot->id);
        (*at)->desc.close(api_session(s), (*at)->settings);
        guard_leave(&g);
    }
}
