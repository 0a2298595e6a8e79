/* Whether a start on this configuration would serve well: what only shows when one is
 * the user, inside the chroot, under the limits.  For -t, and for each start and reload. */
#ifndef SG_KEEPER_FITNESS_H
#define SG_KEEPER_FITNESS_H

#include "../plugin/module.h"

/* Complains of all that is wrong.  What it takes to find out is done in a process of
 * its own; a start would be refused, or clients would be. */
void fitness_check(const struct core *core, const struct plugins *plugins, struct complaints *c);

#endif
