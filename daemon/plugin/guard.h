/* Around every call into a plugin: the scoreboard says which hook of which
 * plugin runs for which session, so that a crash or a hang can be named by the
 * keeper, and one that takes too long by the worker itself. */
#ifndef SG_PLUGIN_GUARD_H
#define SG_PLUGIN_GUARD_H

#include "../base/scoreboard.h"
#include "module.h"

struct guard {
    const struct plugin *plugin;
    enum hook hook;
    const struct guard *outer; /* a hook may cause another's call */
    uint64_t session;          /* its number; 0: none */
    uint64_t began;            /* clock_coarse_ms() */
};

void guard_use(struct worker_slot *slot); /* once per worker; NULL: no scoreboard */
void guard_enter(struct guard *g, const struct plugin *plugin, enum hook hook, uint64_t session);
void guard_leave(struct guard *g);
const struct guard *guard_current(void); /* NULL outside plugins */

#endif
