/* What the command can do beside serving: ask the running daemon, or look at the
 * configuration. */
#ifndef SG_MASTER_ERRANDS_H
#define SG_MASTER_ERRANDS_H

#include "cli.h"

/* Returns the exit status. */
int errand_run(const struct cli *cli);

#endif
