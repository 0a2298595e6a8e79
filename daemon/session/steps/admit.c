/* Accept, route, admit: from the new connection to the word that it may go on. */
#include "../../base/check.h"
#include "../../net/loop.h"
#include "sessions.h"
#include "../model/client_told.h"
#include "../hooks/deciders.h"
#include "../model/greeting.h"
#include "../talk/log_session.h"
#include "../talk/replies_out.h"
#include "steps.h"
#include <stdio.h>
#include <unistd.h>

/* The client talks before it has been greeted: kept for later, and noted. */
size_t early_bytes(struct session *s, const char *bytes, size_t n)
{
    if (memchr(bytes, '\n', n))
        s->early_line = 1;
    return 0;
}

/* Who says all it has to say, and ends, before it has been greeted is served as any server
 * would serve it: its end is told again after its commands. */
void early_end(struct session *s)
{
    if (conn_kept(&s->client))
        s->input.end_told = 0;
    else
        session_close(s, BY_CLIENT);
}

/* One line and the end: nobody has been greeted yet (RFC 5321, 3.1).  With 421 the
 * enhanced code says what is short; 554 stands alone, as ever. */
void refuse_session(struct session *s, enum hook hook)
{
    struct objection o = hook_refused(s, hook);
    journal_refused(s, o.text);
    if (!chain_decision(&s->chain)->event)
        session_count(COUNTER_rejects_other);
    answer(s, o.code, o.code < 500 ? o.enhanced : NULL, "%s", o.text);
    session_linger(s, BY_CLIENT);
}

static void refuse_loop(struct session *s)
{
    session_count(COUNTER_rejects_other);
    journal_refused(s, service.core->msg_loop_avoidance);
    answer(s, 554, NULL, "%s", service.core->msg_loop_avoidance);
    session_linger(s, BY_CLIENT);
}

static void take_route(struct session *s, const struct sg_route *r)
{
    s->target = address_from((const struct sockaddr *)&r->server);
    s->route_flags = r->flags;
    address_text(&s->target, s->server_ip);
    s->slot->server = address_in6(&s->target);
    s->slot->server_port = address_port(&s->target);
    if (r->ident[0]) {
        s->ident = span_dup(span_of(r->ident, strnlen(r->ident, sizeof r->ident)));
        snprintf(s->slot->ident, sizeof s->slot->ident, "%s", s->ident);
    }
}

void route_decided(struct session *s)
{
    if (decision_objects(chain_decision(&s->chain))) {
        refuse_session(s, HOOK_route);
        return;
    }
    take_route(s, &s->greeting->route);
    scoreboard_index(service.board, s->slot);
    if (s->target.sa.sa_family == AF_UNSPEC) {
        greet_fail(s, service.core->msg_lookup_failed);
        return;
    }
    if (leads_back(s)) {
        refuse_loop(s);
        return;
    }
    session_step(s, STEP_admit);
    if (told_is_trusted(s)) { /* they are asked for the client that it will tell of */
        dial_begin(s);
        return;
    }
    if (ask(s, HOOK_connect, NULL, NULL) && decision_objects(chain_decision(&s->chain)))
        refuse_session(s, HOOK_connect);
    else
        dial_begin(s); /* beside the hooks that are still pending */
}

void open_session(struct session *s)
{
    s->greeting = xcalloc(1, sizeof *s->greeting);
    session_step(s, STEP_route);
    if (ask_route(s, &s->greeting->route))
        route_decided(s);
}

/* All places are taken: said without a session.  With 554 there would be clients that
 * give up their mail for good. */
static void refuse_plainly(int fd, const char *text)
{
    char line[400];
    int n = snprintf(line, sizeof line, "421 4.3.2 %s %s\r\n", service.core->proxy_name, text);
    if (n > 0 && send(fd, line, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
        n = 0; /* nobody is there to be told */
    close(fd);
}

void session_accept(int fd, const union address *peer, const union address *local)
{
    session_count(COUNTER_requests_total);
    struct session *s = session_create(fd, peer);
    if (!s) {
        session_count(COUNTER_rejects_other);
        char src[ADDRESS_TEXT_PORT];
        address_text_port(peer, src);
        log_note(5, "Rejecting (%ld) connection from %s", service.core->max_connections, src);
        refuse_plainly(fd, service.core->msg_max_reached);
        return;
    }
    if (is_dead(s))
        return;
    s->local = *local;
    open_session(s);
    session_settle(s);
}
