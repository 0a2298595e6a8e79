/* Where is the master?  The Sentinels are asked, one after the other, from the one that knew
 * last time on, each time a connection is to be made: what was true before is not believed.
 * Whether the server agrees that it is the master, it is asked by its greeting. */
#include "redis_node.h"

#include <errno.h>
#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct redis_find {
    const struct redis_plan *plan;
    unsigned *first, tried;
    struct redis_wire *wire;
    redis_found *found;
    void *arg;
    enum redis_outcome outcome;
    char why[REDIS_REASON];
};

static bool dial(struct redis_find *f);

static void finish(struct redis_find *f, const struct address_place *place)
{
    redis_wire_close(f->wire);
    f->found(place, f->outcome, f->why, f->arg);
    free(f);
}

static void next(struct redis_find *f)
{
    redis_wire_close(f->wire);
    f->wire = NULL;
    f->tried++;
    *f->first = (*f->first + 1) % f->plan->count;
    if (!dial(f))
        finish(f, NULL);
}

/* One that refuses us is what an administrator must know. */
static void remember(struct redis_find *f, enum redis_outcome outcome, const char *why)
{
    if (f->outcome == REDIS_REFUSED)
        return;
    f->outcome = outcome;
    snprintf(f->why, sizeof f->why, "Sentinel %s: %s", f->plan->places[*f->first].text, why);
}

/* -------------------------------------------------------------- answers -- */

static void opened(void *arg)
{
    struct redis_find *f = arg;
    const char *const words[] = {"SENTINEL", "GET-MASTER-ADDR-BY-NAME", f->plan->master, NULL};
    char *command = sg_alloc(4 * REDIS_ROOM(24) + strlen(f->plan->master));
    const char *end = redis_put_command(command, words);
    redis_wire_send(f->wire, command, (size_t)(end - command));
    redis_wire_expect(f->wire, f->plan->sentinel.patience);
    free(command);
}

static void replied(const redisReply *reply, void *arg)
{
    struct redis_find *f = arg;
    struct address_place place;
    if (redis_place_of(reply, &place)) {
        finish(f, &place);
        return;
    }
    if (reply->type == REDIS_REPLY_ERROR)
        remember(f, redis_meaning(reply->str) == REDIS_MEANS_REFUSED ? REDIS_REFUSED : REDIS_GONE,
                 reply->str);
    else
        remember(f, REDIS_GONE, "does not know this master, or not its address");
    next(f);
}

static void lost(enum redis_outcome outcome, const char *why, void *arg)
{
    struct redis_find *f = arg;
    f->wire = NULL;
    remember(f, outcome, why);
    next(f);
}

/* The next Sentinel that can be dialled at all. */
static bool dial(struct redis_find *f)
{
    static const struct redis_wire_owner owner = {opened, replied, lost};
    for (; f->tried < f->plan->count; f->tried++) {
        f->wire = redis_wire_open(&f->plan->sentinel, &f->plan->places[*f->first], &owner, f);
        if (f->wire)
            return true;
        remember(f, REDIS_GONE, strerror(errno));
        *f->first = (*f->first + 1) % f->plan->count;
    }
    return false;
}

struct redis_find *redis_find_open(const struct redis_plan *plan, unsigned *first,
                                   redis_found *found, void *arg)
{
    struct redis_find *f = sg_alloc(sizeof *f);
    f->plan = plan;
    f->first = first;
    f->found = found;
    f->arg = arg;
    f->outcome = REDIS_GONE;
    if (dial(f))
        return f;
    const int error = errno;
    free(f);
    errno = error;
    return NULL;
}

void redis_find_close(struct redis_find *f)
{
    if (!f)
        return;
    redis_wire_close(f->wire);
    free(f);
}
