/* All sessions of a worker, for the worker; and how they end by themselves. */
#include "../../net/loop.h"
#include "../../plugin/ticket.h"
#include "sessions.h"
#include "../hooks/keeping.h"
#include "../life/life.h"
#include "steps.h"
#include <unistd.h>

void sessions_open(const struct core *core, const struct plugins *plugins, struct scoreboard *board,
                   struct worker_slot *slot)
{
    service = (struct service){.entry = &session_entry,
                               .core = core,
                               .plugins = plugins,
                               .board = board,
                               .slot = slot,
                               .pid = getpid()};
    keeping_open();
}

void sessions_close(void)
{
    keeping_close();
}

unsigned sessions_count(void)
{
    return service.count;
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
    session_hang_up(s, "4.4.2", service.core->msg_session_timeout, BY_TIMEOUT);
}

/* Where many wait for their checks, a turn of the loop for each answer costs more
 * than to relay a mail: they are heard together. */
#define MANY_WAIT 4u

bool sessions_turn(void)
{
    bool any = chain_deliver();
    if (any && tickets_open() >= MANY_WAIT)
        loop_collect();
    graves_clear();
    return any;
}

/* In a tunnel a 421 would be taken for something else. */
static void end_one(struct session *s, enum closed_by by)
{
    if (s->step == STEP_tunnel || s->step == STEP_close) {
        session_close(s, by);
        return;
    }
    session_hang_up(s, "4.3.2", service.core->msg_temp_unavail, by);
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
