/* The files of a worker, confined by Landlock (landlock(7)). */
#ifndef SG_KEEPER_SANDBOX_FILES_H
#define SG_KEEPER_SANDBOX_FILES_H

#include "../plugin/module.h"

bool files_available(void); /* in this kernel */

/* From now on this process opens what the core needs and the plugins were granted,
 * and nothing else.  False and errno. */
bool files_confine(const struct core *core, const struct plugins *plugins);

#endif
