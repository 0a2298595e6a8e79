/* See blocking.h.  A plugin that blocks for hours costs its log a line a minute,
 * with the number of times that went unsaid. */
#include "blocking.h"
#include "../base/check.h"
#include "../base/log.h"
#include <inttypes.h>
#include <string.h>

enum { QUIET_MS = 60000, WARNING = 4 };

struct row {
    uint64_t said_at; /* 0: never */
    unsigned unsaid;
};

/* By index in the set, grown as plugins block. */
static struct row *rows;
static unsigned count;

static struct row *row_of(const struct plugin *p)
{
    if (p->index >= count) {
        rows = xrealloc(rows, (p->index + 1) * sizeof *rows);
        memset(rows + count, 0, (p->index + 1 - count) * sizeof *rows);
        count = p->index + 1;
    }
    return &rows[p->index];
}

void blocking_report(const struct guard *g, uint64_t now)
{
    struct row *row = row_of(g->plugin);
    if (row->said_at && now - row->said_at < QUIET_MS) {
        row->unsaid++;
        return;
    }
    log_event(WARNING, g->session, "BLOCKED", "hook=%s, plugin=%s, ms=%" PRIu64 ", unsaid=%u",
              hook_name(g->hook), g->plugin->label, now - g->began, row->unsaid);
    *row = (struct row){.said_at = now};
}
