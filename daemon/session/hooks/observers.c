/* See observers.h. */
#include "observers.h"
#include "../../net/loop.h"
#include "../../plugin/guard.h"
#include "../../plugin/quarantine.h"
#include "api.h"
#include <string.h>

/* only, except, skip_authenticated: for deciders and observers alike. */
bool hook_concerns(const struct session *s, const struct plugin *p)
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

/* Who missed something of a mail takes no part in the rest of it, even when he is
 * back: nobody is to judge half a message. */
bool hook_takes_part(const struct session *s, const struct plugin *p)
{
    if (!quarantine_holds(p))
        return !mail_missed(s->mail, p);
    mail_miss(s->mail, p);
    return false;
}

/* Every observer of a hook that the session concerns; body runs `expr` for it. */
#define OBSERVE(s, which, expr)                                                                    \
    for (struct plugin *const *at = service.plugins->by_hook[HOOK_##which]; at && *at; at++) {     \
        const struct plugin *p = *at;                                                              \
        struct guard g;                                                                            \
        if (!hook_concerns(s, p) || !hook_takes_part(s, p))                                        \
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
