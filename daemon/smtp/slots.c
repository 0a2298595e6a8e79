/* The reply queue: a ring in the struct itself for the client that waits for
 * its replies, on the heap for the one that pipelines. */
#include "slots.h"
#include "../base/check.h"

#include <stdlib.h>

static struct slot *ring(struct slots *q)
{
    return q->many ? q->many : q->few;
}

static unsigned room(const struct slots *q)
{
    return q->many ? q->room : SLOTS_INLINE;
}

static unsigned place(const struct slots *q, unsigned i)
{
    return (q->first + i) % room(q);
}

static void grow(struct slots *q)
{
    unsigned bigger = room(q) * 4;
    struct slot *many;

    check(bigger <= UINT16_MAX);
    many = xcalloc(bigger, sizeof *many);
    for (unsigned i = 0; i < q->count; i++)
        many[i] = ring(q)[place(q, i)];
    free(q->many);
    q->many = many;
    q->room = (uint16_t)bigger;
    q->first = 0;
}

void slots_push(struct slots *q, struct slot slot)
{
    if (q->count == room(q))
        grow(q);
    ring(q)[place(q, q->count)] = slot;
    q->count++;
}

const struct slot *slots_head(const struct slots *q)
{
    const struct slot *slots = q->many ? q->many : q->few;

    return q->count ? &slots[q->first] : NULL;
}

struct slot slots_pop(struct slots *q)
{
    struct slot slot;

    check(q->count > 0);
    slot = *slots_head(q);
    q->first = (uint16_t)place(q, 1);
    q->count--;
    if (q->count == 0) {
        free(q->many);
        *q = (struct slots){0};
    }
    return slot;
}

bool slots_owe(const struct slots *q, uint8_t verb)
{
    const struct slot *slots = q->many ? q->many : q->few;

    for (unsigned i = 0; i < q->count; i++) {
        const struct slot *slot = &slots[place(q, i)];

        if (slot->verb == verb && !slot->local)
            return true;
    }
    return false;
}

unsigned slots_awaited(const struct slots *q)
{
    const struct slot *slots = q->many ? q->many : q->few;
    unsigned awaited = 0;

    for (unsigned i = 0; i < q->count; i++)
        awaited += slots[place(q, i)].local == NULL;
    return awaited;
}

void slots_finish(struct slots *q)
{
    while (q->count > 0) {
        struct slot slot = slots_pop(q);

        free(slot.local);
        free(slot.note);
    }
}
