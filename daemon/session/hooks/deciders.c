/* See deciders.h. */
#include "deciders.h"
#include "../../base/log.h"
#include "../../net/loop.h"
#include "../../plugin/guard.h"
#include "../../plugin/quarantine.h"
#include "api.h"
#include "../talk/log_session.h"
#include "../model/mail.h"
#include "observers.h"

/* Of the hook that is being asked; chain.arguments. */
struct arguments {
    const char *what, *more;
    struct sg_route *route;
};

static struct sg_verdict call_route(struct session *s, const struct plugin *p,
                                    struct sg_route *route)
{
    struct sg_verdict v = p->desc.route(api_session(s), route, p->settings);
    sa_family_t family = route->server.ss_family;
    if (v.answer != SG_PASS || family == AF_UNSPEC)
        return v;
    if (family == AF_INET || family == AF_INET6)
        return (struct sg_verdict){.answer = SG_ACCEPT}; /* the first destination wins */
    *route = (struct sg_route){0}; /* as on_error = pass leaves it to the next */
    return (struct sg_verdict){.answer = SG_ERROR,
                               .text = "a destination that is not an IP address"};
}

static struct sg_verdict dispatch(struct chain *c, const struct plugin *p)
{
    struct session *s = subject_of(c, chain);
    const struct arguments *a = c->arguments;
    struct sg_session *as = api_session(s);
    struct sg_mail *m = api_mail(s->mail);
    switch ((enum hook)c->hook) {
    case HOOK_route:
        return call_route(s, p, a->route);
    case HOOK_connect:
        return p->desc.connect(as, p->settings);
    case HOOK_greet:
        return p->desc.greet(as, p->settings);
    case HOOK_helo:
        return p->desc.helo(as, a->what, p->settings);
    case HOOK_auth:
        return p->desc.auth(as, a->what, p->settings);
    case HOOK_mail:
        return p->desc.mail(as, m, a->what, a->more, p->settings);
    case HOOK_rcpt:
        return p->desc.rcpt(as, m, a->what, a->more, p->settings);
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

/* max_load is for deciders only: an observer would see half a message. */
static bool exempt(struct chain *c, const struct plugin *p)
{
    return !hook_concerns(subject_of(c, chain), p) ||
           (p->common.max_load > 0 && sg_load() > p->common.max_load);
}

static bool serves(struct chain *c, const struct plugin *p)
{
    return hook_takes_part(subject_of(c, chain), p);
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

static bool ask_with(struct session *s, enum hook hook, const struct arguments *arguments)
{
    s->chain.arguments = arguments;
    bool decided = chain_start(&s->chain, service.plugins, hook, loop_now());
    s->chain.arguments = NULL;
    return decided;
}

bool ask(struct session *s, enum hook hook, const char *what, const char *more)
{
    struct arguments arguments = {.what = what ? what : "", .more = more ? more : ""};
    return ask_with(s, hook, &arguments);
}

bool ask_route(struct session *s, struct sg_route *route)
{
    struct arguments arguments = {.route = route};
    return ask_with(s, HOOK_route, &arguments);
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
