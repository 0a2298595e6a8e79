/* See memory.h.  The last few that were given back are kept, whatever their size:
 * it is below spool_memory, which an administrator grants to each message. */
#include "memory.h"
#include "../base/check.h"
#include <stdlib.h>
#include <string.h>

#define KEPT 4
#define SMALLEST ((size_t)16384)

static struct memory kept[KEPT];
static unsigned count;

static void take(struct memory *m)
{
    if (count > 0)
        *m = kept[--count];
}

static void grow(struct memory *m, size_t wanted)
{
    size_t room = m->room > SMALLEST ? m->room : SMALLEST;
    while (room < wanted)
        room *= 2;
    m->bytes = xrealloc(m->bytes, room);
    m->room = room;
}

void memory_reserve(struct memory *m, size_t wanted)
{
    if (!m->bytes)
        take(m);
    if (m->room < wanted)
        grow(m, wanted);
}

void memory_give(struct memory *m)
{
    if (m->bytes && count < KEPT)
        kept[count++] = *m;
    else
        free(m->bytes);
    *m = (struct memory){0};
}
