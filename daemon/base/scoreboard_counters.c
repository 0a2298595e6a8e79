/* The counters of plugins in the scoreboard. */
#include "scoreboard.h"

#include <string.h>

static bool is_named(const struct plugin_counter *c, const char *label, const char *name)
{
    return strncmp(c->label, label, sizeof c->label - 1) == 0 &&
           strncmp(c->name, name, sizeof c->name - 1) == 0;
}

/* The one of that name; else a free one; else one of a generation that is gone: not of the
 * one that serves, which a failed reload leaves in place. */
struct plugin_counter *scoreboard_declare(struct scoreboard *b, unsigned generation,
                                          const char *label, const char *name)
{
    const uint32_t serves = atomic_load(&b->generation);
    struct plugin_counter *free = NULL, *stale = NULL, *c = b->counters;
    for (; c < b->counters + SCOREBOARD_COUNTERS; c++) {
        const uint32_t of = atomic_load(&c->generation);
        if (of && is_named(c, label, name))
            break;
        if (!of && !free)
            free = c;
        else if (of && of != serves && of != generation && !stale)
            stale = c;
    }
    if (c == b->counters + SCOREBOARD_COUNTERS) {
        c = free ? free : stale;
        if (!c)
            return NULL;
        memset(c, 0, sizeof *c);
        strncpy(c->label, label, sizeof c->label - 1);
        strncpy(c->name, name, sizeof c->name - 1);
    }
    atomic_store(&c->generation, generation);
    return c;
}

static void tidy(char *text, size_t size)
{
    text[size - 1] = '\0';
    for (; *text; text++)
        if (*text <= ' ' || *text > '~' || *text == ':')
            *text = '?';
}

bool scoreboard_declared(const struct scoreboard *b, unsigned i, struct plugin_counter *counter)
{
    const struct plugin_counter *c = &b->counters[i];
    const uint32_t of = atomic_load(&c->generation);
    if (!of || of < atomic_load(&b->generation))
        return false;
    memcpy(counter, c, sizeof *counter);
    tidy(counter->label, sizeof counter->label);
    tidy(counter->name, sizeof counter->name);
    return true;
}
