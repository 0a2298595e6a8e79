/* Birth and death of sessions, and the list of those that live here. */
#include "../base/check.h"
#include "../net/loop.h"
#include "../plugin/ticket.h"
#include "acceptor.h"
#include "events.h"
#include "journal.h"
#include "mail.h"
#include "notes.h"
#include "speak.h"
#include "steps.h"
#include <stdlib.h>
#include <unistd.h>

struct service service;
static struct session *graveyard; /* closed in this turn; events may still point at them */

void sessions_open(const struct core *core, const struct plugins *plugins, struct scoreboard *board,
                   struct worker_slot *slot)
{
    service = (struct service){
        .core = core, .plugins = plugins, .board = board, .slot = slot, .pid = getpid()};
}

unsigned sessions_count(void)
{
    return service.count;
}

void session_count(enum counter counter)
{
    atomic_fetch_add_explicit(&service.slot->counters[counter], 1, memory_order_relaxed);
}

const union address *session_local(struct session *s)
{
    if (address_is_any(&s->local) && conn_is_open(&s->client))
        s->local = address_local(conn_fd(&s->client));
    return &s->local;
}

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
    s->timer.fire = session_fire;
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
    if (conn_open(&s->client, fd, &client_ops, service.core->buffer_size) != 0)
        session_close(s, BY_CLIENT); /* the descriptor is closed */
    return s;
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

size_t close_client(struct session *s, const char *bytes, size_t n)
{
    (void)s, (void)bytes;
    return n;
}

/* It sends no more, but it may still be reading what it is owed. */
void close_client_end(struct session *s)
{
    if (conn_backlog(&s->client) == 0)
        close_now(s);
}

void close_now(struct session *s)
{
    session_close(s, s->step == STEP_close ? (enum closed_by)s->closed_by : BY_CLIENT);
}

/* Nothing moved for timeout_idle: told, where 1.4 just closed. */
void idle_expired(struct session *s)
{
    if (s->step == STEP_tunnel) {
        session_close(s, BY_TIMEOUT);
        return;
    }
    slots_finish(&s->replies);
    answer(s, 421, "4.4.2", "%s", service.core->msg_session_timeout);
    session_linger(s, BY_TIMEOUT);
}

static void bury(struct session *s)
{
    slots_finish(&s->replies);
    notes_finish(&s->notes);
    greet_end(s);
    if (s->states)
        for (unsigned i = 0; i < service.plugins->count; i++)
            free(s->states[i]);
    free(s->states);
    request_drop(s);
    free(s->helo);
    free(s->told);
    free(s->reason);
    free(s->ident);
    free(s);
}

/* Where many wait for their checks, a turn of the loop for each answer costs more
 * than to relay a mail: they are heard together. */
#define MANY_WAIT 4u

bool sessions_turn(void)
{
    bool any = chain_deliver();
    if (any && tickets_open() >= MANY_WAIT)
        loop_collect();
    while (graveyard) {
        struct session *s = graveyard;
        graveyard = s->next;
        bury(s);
    }
    return any;
}

/* In a tunnel a 421 would be taken for something else. */
static void end_one(struct session *s, enum closed_by by)
{
    if (s->step == STEP_tunnel || s->step == STEP_close) {
        session_close(s, by);
        return;
    }
    slots_finish(&s->replies);
    answer(s, 421, "4.3.2", "%s", service.core->msg_temp_unavail);
    session_linger(s, by);
    session_settle(s);
}

void life_over(struct session *s)
{
    session_count(COUNTER_sessions_expired);
    end_one(s, BY_TIMEOUT);
}

void sessions_end_all(void)
{
    for (struct session *s = service.sessions, *next; s; s = next) {
        next = s->next;
        end_one(s, BY_ADMIN);
    }
}

void sessions_expire_all(void)
{
    for (struct session *s = service.sessions, *next; s; s = next) {
        next = s->next;
        s->end_at = loop_now();
        session_settle(s);
    }
}
