/* See guard.h.  The time is read from where the kernel left it at its last tick,
 * which costs a few instructions. */
#include "guard.h"
#include "../base/clock.h"
#include "blocking.h"
#include <string.h>

static struct worker_slot *board_slot;
static const struct guard *current;

void guard_use(struct worker_slot *slot)
{
    board_slot = slot;
}
const struct guard *guard_current(void)
{
    return current;
}

static void show(const struct guard *g)
{
    if (!board_slot)
        return;
    if (g) {
        strncpy(board_slot->in_plugin, g->plugin->label, sizeof board_slot->in_plugin - 1);
        atomic_store_explicit(&board_slot->session, g->session, memory_order_relaxed);
    }
    atomic_store_explicit(&board_slot->in_hook, g ? g->hook + 1u : 0u, memory_order_relaxed);
}

void guard_enter(struct guard *g, const struct plugin *plugin, enum hook hook, uint64_t session)
{
    *g = (struct guard){plugin, hook, current, session, clock_coarse_ms()};
    current = g;
    show(g);
}

void guard_leave(struct guard *g)
{
    const uint64_t now = clock_coarse_ms();
    current = g->outer;
    show(current);
    if (now - g->began >= BLOCKING_MS)
        blocking_report(g, now);
}
