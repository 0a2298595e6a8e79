/* Birth and death of sessions, and the list of those that live here. */
#include "life.h"
#include "../../base/check.h"
#include "../../net/loop.h"
#include "../hooks/deciders.h"
#include "../hooks/observers.h"
#include "../model/greeting.h"
#include "../talk/log_session.h"
#include "../model/notes.h"
#include "../model/request.h"
#include "../talk/replies_out.h"
#include "../hooks/transaction.h"
#include <stdlib.h>
#include <unistd.h>

static struct session *graveyard; /* closed in this turn; events may still point at them */

static void enlist(struct session *s)
{
    s->next = service.sessions;
    s->link = &service.sessions;
    if (s->next)
        s->next->link = &s->next;
    service.sessions = s;
    atomic_store_explicit(&service.slot->sessions, ++service.count, memory_order_relaxed);
}

static void delist(struct session *s)
{
    *s->link = s->next;
    if (s->next)
        s->next->link = s->link;
    atomic_store_explicit(&service.slot->sessions, --service.count, memory_order_relaxed);
}

struct session *session_create(int fd, const union address *peer)
{
    struct session_slot *slot = scoreboard_claim_session(service.board, service.pid,
                                                         (uint32_t)service.core->max_connections);
    if (!slot)
        return NULL;
    struct session *s = xcalloc(1, sizeof *s);
    s->slot = slot;
    s->client.watch.fd = s->server.watch.fd = -1;
    s->timer.fire = service.entry->fire;
    s->chain.ops = &session_chain_ops;
    s->peer = *peer;
    address_text(peer, s->client_ip);
    slot->client = address_in6(peer);
    slot->client_port = address_port(peer);
    slot->auth = '.';
    s->active_at = s->step_at = loop_now();
    s->end_at =
        service.core->session_lifetime ? s->step_at + service.core->session_lifetime : UINT64_MAX;
    enlist(s);
    if (conn_open(&s->client, fd, service.entry->client, service.core->buffer_size) != 0)
        session_close(s, BY_CLIENT); /* the descriptor is closed */
    return s;
}

void session_step(struct session *s, enum step step)
{
    journal_step(s, s->step, step);
    s->step = (uint8_t)step;
    s->input.held = conn_kept(&s->client) > 0;
    s->step_at = s->active_at = loop_now();
    s->slot->activity = (uint8_t)step_facts[step].activity;
    conn_expect_much(&s->client, step_facts[step].bulk);
    conn_expect_much(&s->server, step_facts[step].bulk);
}

void session_lose_server(struct session *s)
{
    conn_close(&s->server);
}

void session_close(struct session *s, enum closed_by by)
{
    if (is_dead(s))
        return;
    s->closed_by = (uint8_t)by;
    s->ending =
        ENDING_DEAD; /* first: what plugins do when they hear of it moves nothing any more */
    chain_stop(&s->chain);
    mail_finish(s);
    if (s->announced && !s->slot->transactions && !s->tunnelled)
        session_count(COUNTER_requests_empty);
    observe_close(s);
    journal_refusals(s);
    if (s->announced)
        journal_close(s);
    timer_disarm(&s->timer);
    if (conn_is_open(&s->client))
        conn_flush(&s->client);
    conn_close(&s->client);
    conn_close(&s->server);
    scoreboard_release_session(service.board, s->slot);
    delist(s);
    s->next = graveyard;
    graveyard = s;
}

void session_finish(struct session *s, enum closed_by by)
{
    if (is_dead(s))
        return;
    session_lose_server(s);
    conn_flush(&s->client);
    s->closed_by = (uint8_t)by;
    if (!conn_is_open(&s->client) || conn_backlog(&s->client) == 0)
        session_close(s, by);
    else
        session_step(s, STEP_close);
}

void session_linger(struct session *s, enum closed_by by)
{
    if (s->ending >= ENDING_LINGERS)
        return;
    session_lose_server(s);
    chain_stop(&s->chain);
    s->closed_by = (uint8_t)by;
    s->ending = ENDING_LINGERS;
    scoreboard_unindex(service.board, s->slot); /* a client that lingers may come again */
    session_step(s, STEP_close);
    conn_flush(&s->client);
    conn_shutdown(&s->client);
    if (conn_has_ended(&s->client) && conn_backlog(&s->client) == 0)
        session_close(s, by);
}

void session_hang_up(struct session *s, const char *enhanced, const char *text, enum closed_by by)
{
    slots_finish(&s->replies);
    answer(s, 421, enhanced, "%s", text);
    session_linger(s, by);
}

void greeting_drop(struct session *s)
{
    if (s->greeting)
        free(s->greeting->reason);
    free(s->greeting);
    s->greeting = NULL;
}

static void bury(struct session *s)
{
    slots_finish(&s->replies);
    notes_finish(&s->notes);
    greeting_drop(s);
    if (s->states)
        for (unsigned i = 0; i < service.plugins->count; i++)
            free(s->states[i]);
    free(s->states);
    request_free(s->request);
    free(s->helo);
    free(s->told);
    free(s->reason);
    free(s->ident);
    free(s);
}

void graves_clear(void)
{
    while (graveyard) {
        struct session *s = graveyard;
        graveyard = s->next;
        bury(s);
    }
}
