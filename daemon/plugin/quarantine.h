/* Plugins that are out of service because they crashed workers.  The keeper
 * decides (keeper/containment.h); workers look at one shared word per plugin
 * before they call it, so a decision holds at once, in all workers of the
 * generation, and outlives each of them. */
#ifndef SG_PLUGIN_QUARANTINE_H
#define SG_PLUGIN_QUARANTINE_H

#include "module.h"
#include <stdatomic.h>

/* In the keeper, before it forks.  Without it nobody is ever out of service. */
void quarantine_open(const struct plugins *set);

/* In the keeper.  next_session: the scoreboard's, for quarantine_unmet(). */
void quarantine_begin(const struct plugin *p, const _Atomic uint64_t *next_session);
void quarantine_end(const struct plugin *p);

/* Is it out of service? */
bool quarantine_holds(const struct plugin *p);
/* Is it, and has been for all the life of this session?  Then it began nothing there
 * that would have to end. */
bool quarantine_unmet(const struct plugin *p, uint64_t session);

#endif
