/* See spare_pages.h.  The last few that were given back are kept, whatever their size:
 * it is below spool_memory, which an administrator grants to each message.  Not for
 * long, though: after a burst of large messages nobody needs them. */
#include "spare_pages.h"
#include "../../base/check.h"
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#define KEPT 4
#define SMALLEST ((size_t)16384)
#define SPARE_MS 20000      /* what was not needed for so long is given back */
#define WORTH_IT (4u << 20) /* bytes: less than this malloc may keep */

static struct memory kept[KEPT];
static unsigned count;
static unsigned spare; /* least that `count` has been since `looked` */
static uint64_t used, looked;
static size_t left_free; /* by malloc, when it was last trimmed */

static void take(struct memory *m)
{
    if (count > 0)
        *m = kept[--count];
    if (count < spare)
        spare = count;
    used += m->room;
}

static size_t larger(size_t room, size_t wanted)
{
    room = room > SMALLEST ? room : SMALLEST;
    while (room < wanted)
        room *= 2;
    return room;
}

static void grow(struct memory *m, size_t wanted)
{
    size_t room = larger(m->room, wanted);
    m->bytes = xrealloc(m->bytes, room);
    used += room - m->room;
    m->room = room;
}

bool memory_fits(const struct memory *m, size_t wanted, uint64_t total)
{
    return wanted <= m->room || used + larger(m->room, wanted) - m->room <= total;
}

uint64_t memory_used(void)
{
    return used;
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
    used -= m->room;
    if (m->bytes && count < KEPT)
        kept[count++] = *m;
    else
        free(m->bytes);
    *m = (struct memory){0};
}

/* Those at the bottom were not taken. */
static void give_spare_back(void)
{
    for (unsigned i = 0; i < spare; i++)
        free(kept[i].bytes);
    memmove(kept, kept + spare, (count - spare) * sizeof *kept);
    count -= spare;
}

/* malloc keeps what was freed between what is in use, and of the larger pieces ever
 * larger ones. */
static void trim(void)
{
    size_t is_free = mallinfo2().fordblks;
    if (is_free < left_free)
        left_free = is_free;
    if (is_free < left_free + WORTH_IT)
        return;
    malloc_trim(0);
    left_free = mallinfo2().fordblks;
}

void memory_tidy(uint64_t now)
{
    if (now - looked < SPARE_MS)
        return;
    looked = now;
    give_spare_back();
    spare = count;
    trim();
}
