/* What can be told of a session without doing anything to it. */
#include "request.h"
#include "session.h"
#include <stdlib.h>

struct service service;

const struct step_facts step_facts[STEP_COUNT] = {
#define STEP(name, activity, bulk) [STEP_##name] = {#name, ACT_##activity, bulk},
#include "steps.def"
#undef STEP
};

const char *step_name(unsigned step)
{
    return step < STEP_COUNT ? step_facts[step].name : "?";
}

const union address *session_local(struct session *s)
{
    if (address_is_any(&s->local) && conn_is_open(&s->client))
        s->local = address_local(conn_fd(&s->client));
    return &s->local;
}

void session_count(enum counter counter)
{
    atomic_fetch_add_explicit(&service.slot->counters[counter], 1, memory_order_relaxed);
}

void request_free(struct request *r)
{
    if (r)
        buffer_finish(&r->room);
    free(r);
}
