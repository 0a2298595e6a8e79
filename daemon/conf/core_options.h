/* The table of the core file's options; private to conf/. */
#ifndef SG_CONF_CORE_OPTIONS_H
#define SG_CONF_CORE_OPTIONS_H

#include "core.h"

extern const struct sg_option core_options[];
extern const char *const core_obsolete[]; /* accepted, ignored, remarked */

/* What no single value can be judged for, and what is derived: the host's
 * name, limits as numbers, the place of conf.d, the number of workers. */
void core_check(struct core *core, struct complaints *c);

#endif
