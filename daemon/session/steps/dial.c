/* Dial and greet: to the server, and its greeting to the client, once all
 * `connect` hooks have passed. */
#include "../../net/dial.h"
#include "../../base/check.h"
#include "../../conf/nets.h"
#include "../hooks/deciders.h"
#include "../hooks/observers.h"
#include "../model/greeting.h"
#include "../talk/log_session.h"
#include "../talk/replies_out.h"
#include "steps.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* outgoing_addr: at most one of each family. */
static union address outgoing(sa_family_t family)
{
    struct sockaddr_storage addr;
    union address a = {0};
    const char *const *text = service.core->outgoing_addr;
    for (; text && *text; text++)
        if (address_parse(*text, &addr) && addr.ss_family == family)
            memcpy(&a, &addr, sizeof a);
    return a;
}

static int dial(struct session *s)
{
    union address from = outgoing(s->target.sa.sa_family);
    struct dial d = {.to = &s->target.sa, .mark = (int)service.core->upstream_mark};
    if (s->route_flags & SG_ROUTE_FROM_CLIENT) {
        from = s->peer;
        address_set_port(&from, s->greeting->route.source_port);
        d.transparent = true;
    }
    if (from.sa.sa_family != AF_UNSPEC)
        d.from = &from.sa;
    return dial_start(&s->server, &d, &server_ops, service.core->buffer_size);
}

/* The socket has its address as soon as it begins to connect, and must be known
 * before anybody can accept it: a NAT rule may turn it round to us. */
static void note_upstream(struct session *s)
{
    if (s->route_flags & SG_ROUTE_FIXED)
        return;
    union address here = address_local(conn_fd(&s->server));
    s->slot->upstream_local = address_in6(&here);
    s->slot->upstream_local_port = address_port(&here);
    scoreboard_index(service.board, s->slot);
}

void dial_begin(struct session *s)
{
    journal_new(s);
    session_step(s, STEP_dial);
    if (dial(s) == 0)
        note_upstream(s);
    else
        dial_failed(s, errno);
}

void dial_connected(struct session *s)
{
    session_step(s, STEP_greet);
    handover_begin(s);
}

void dial_failed(struct session *s, int error)
{
    char text[300];
    const char *msg =
        error == ETIMEDOUT ? service.core->msg_connect_timeout : service.core->msg_cannot_connect;
    if (error == ETIMEDOUT)
        snprintf(text, sizeof text, "%s [%s]", msg, s->server_ip);
    else
        snprintf(text, sizeof text, "%s [%s]: %s", msg, s->server_ip, strerror(error));
    greet_fail(s, text);
}

void dial_expired(struct session *s)
{
    dial_failed(s, ETIMEDOUT);
}

/* True once both the connect and the greet hooks have passed. */
static bool admitted(struct session *s)
{
    if (s->chain.pending)
        return false;
    const struct decision *d = chain_decision(&s->chain);
    enum hook hook = (enum hook)s->chain.hook;
    if (decision_objects(d)) {
        refuse_session(s, hook);
        return false;
    }
    if (s->greeting->ready)
        return true;
    s->greeting->ready = true;
    if (!ask(s, HOOK_greet, NULL, NULL))
        return false;
    return admitted(s);
}

static void begin_relay(struct session *s)
{
    chain_stop(&s->chain);
    greeting_drop(s);
    s->greeted = 1;
    session_step(s, STEP_relay);
    if (server_is_gone(s))
        session_finish(s, BY_SERVER);
}

/* There is no server now.  Nothing has been said yet, so 421 sends the client away for a
 * while, with all it may have wanted: STARTTLS, AUTH, or to try the next server. */
static void tell_failure(struct session *s)
{
    if (!admitted(s))
        return;
    session_count(COUNTER_servers_failed);
    journal_unserved(s, s->greeting->reason);
    answer(s, 421, "4.4.1", "%s", s->greeting->reason);
    session_linger(s, BY_SERVER);
}

void greet_fail(struct session *s, const char *reason)
{
    session_lose_server(s);
    if (s->step != STEP_greet)
        session_step(s, STEP_greet);
    free(s->greeting->reason);
    s->greeting->reason = xstrdup(reason);
    tell_failure(s);
}

/* A connect or greet hook that was pending has answered. */
void dial_decided(struct session *s)
{
    const struct decision *d = chain_decision(&s->chain);
    if (decision_objects(d))
        refuse_session(s, (enum hook)s->chain.hook);
    else if (s->greeting->reason)
        tell_failure(s);
    else if (s->step == STEP_greet && server_is_gone(s) && !conn_kept(&s->server))
        greet_fail(s, service.core->msg_connect_failed);
    else if (s->step == STEP_greet)
        conn_again(&s->server);
}

size_t greet_server(struct session *s, const char *bytes, size_t n)
{
    struct reply r;
    enum reply_state state = reply_scan(bytes, n, &r);
    if (state == REPLY_BROKEN ||
        (state == REPLY_PARTIAL && (server_is_gone(s) || n >= service.core->buffer_size))) {
        greet_fail(s, service.core->msg_connect_failed);
        return n;
    }
    if (state == REPLY_PARTIAL)
        return 0;
    if (!handover_reply(s, &s->greeting->handover, &r))
        return is_dead(s) ? n : r.raw.n;
    if (!admitted(s))
        return 0;
    observe_reply(s, "", &r);
    pass_reply(s, &r);
    begin_relay(s);
    return r.raw.n;
}

void greet_server_end(struct session *s)
{
    if (conn_is_broken(&s->server)) /* what is kept will never be delivered */
        session_lose_server(s);
    if (!s->chain.pending) /* else its decision looks at what is there */
        greet_fail(s, service.core->msg_connect_failed);
}
