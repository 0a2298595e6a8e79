/* Giving up what serving does not need. */
#ifndef SG_KEEPER_PRIVILEGES_H
#define SG_KEEPER_PRIVILEGES_H

#include "../conf/core.h"

/* Priority, limits, groups, chroot, user, capabilities, no_new_privs, in the one
 * order that works.  `capabilities`: SG_CAP_* to keep.  False with a sentence;
 * then the process must end, it is neither this nor that. */
bool privileges_drop(const struct core *core, unsigned capabilities, struct complaints *c);

#endif
