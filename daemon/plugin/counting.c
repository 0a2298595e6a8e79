/* See counting.h. */
#include "counting.h"
#include "../base/check.h"
#include <stdlib.h>
#include <string.h>

#define COUNTERS_MAX 64u /* a table without an end would otherwise be read on and on */

static struct {
    struct scoreboard *board; /* NULL: nothing is counted */
    unsigned generation;
    struct plugin *first; /* those that count */
} counting;

void counting_open(struct scoreboard *board, unsigned generation)
{
    counting.board = board;
    counting.generation = generation;
}

static bool is_name(const char *name)
{
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return n > 0 && name[n] == '\0' && n < sizeof((struct plugin_counter *)NULL)->name;
}

static bool refuse(const struct plugin *p, struct complaints *c, const char *name, const char *why)
{
    complain(c, p->file, 0, NULL, NULL, "plugin %s (%s) has a faulty table of counters: %s%s%s",
             p->name, p->path, name, *name ? " " : "", why);
    return false;
}

static bool is_sane(const struct plugin *p, struct complaints *c)
{
    const struct sg_counter *at = p->desc.counters;
    for (unsigned n = 0; at[n].name; n++) {
        if (n == COUNTERS_MAX)
            return refuse(p, c, "", "it is without SG_COUNTER_END, or has more than 64");
        if (!is_name(at[n].name))
            return refuse(p, c, at[n].name,
                          "is not a name; at most 27 lower case letters, digits and _ are");
        for (unsigned i = 0; i < n; i++)
            if (strcmp(at[i].name, at[n].name) == 0)
                return refuse(p, c, at[n].name, "is there twice");
    }
    return true;
}

bool counting_declare(struct plugin *p, struct complaints *c)
{
    unsigned count = 0;
    if (!p->desc.counters)
        return true;
    if (!is_sane(p, c))
        return false;
    if (!counting.board)
        return true;
    while (p->desc.counters[count].name)
        count++;
    p->counters = xcalloc(count + 1, sizeof *p->counters);
    for (unsigned i = 0; i < count; i++) {
        p->counters[i] = scoreboard_declare(counting.board, counting.generation, p->label,
                                            p->desc.counters[i].name);
        if (!p->counters[i])
            return refuse(p, c, p->desc.counters[i].name,
                          "has no place: all plugins together may have 512 counters");
    }
    p->counted = count;
    p->counts_next = counting.first;
    counting.first = p;
    return true;
}

void counting_forget(struct plugin *p)
{
    for (struct plugin **at = &counting.first; *at; at = &(*at)->counts_next)
        if (*at == p) {
            *at = p->counts_next;
            break;
        }
    free(p->counters);
}

static struct plugin_counter *counter_of(const void *self, unsigned which)
{
    for (const struct plugin *p = counting.first; p; p = p->counts_next)
        if (p->settings == self)
            return which < p->counted ? p->counters[which] : NULL;
    return NULL;
}

void sg_count(const void *self, unsigned which, uint64_t n)
{
    struct plugin_counter *c = counter_of(self, which);
    if (c)
        atomic_fetch_add_explicit(&c->value, n, memory_order_relaxed);
}

void sg_gauge(const void *self, unsigned which, uint64_t value)
{
    struct plugin_counter *c = counter_of(self, which);
    if (c)
        atomic_store_explicit(&c->value, value, memory_order_relaxed);
}
