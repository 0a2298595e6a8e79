/* See guard.h. */
#include "guard.h"
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

static void show(const struct guard *g, uint64_t session)
{
    if (!board_slot)
        return;
    if (g) {
        strncpy(board_slot->in_plugin, g->plugin->label, sizeof board_slot->in_plugin - 1);
        atomic_store_explicit(&board_slot->session, session, memory_order_relaxed);
    }
    atomic_store_explicit(&board_slot->in_hook, g ? g->hook + 1u : 0u, memory_order_relaxed);
}

void guard_enter(struct guard *g, const struct plugin *plugin, enum hook hook, uint64_t session)
{
    *g = (struct guard){plugin, hook, current};
    current = g;
    show(g, session);
}

void guard_leave(struct guard *g)
{
    current = g->outer;
    show(current, board_slot ? atomic_load(&board_slot->session) : 0);
}
