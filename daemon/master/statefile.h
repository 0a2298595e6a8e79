/* The statefile: what the scoreboard knows, in 1.4's formats. */
#ifndef SG_MASTER_STATEFILE_H
#define SG_MASTER_STATEFILE_H

#include "../base/scoreboard.h"
#include "../conf/core.h"

/* FILE.tmp, then renamed.  Failure is logged. */
void statefile_write(const struct core *core, const struct scoreboard *board);

/* The line that ends a daemon's log. */
void statefile_farewell(const struct scoreboard *board);

/* "0d 0h 0m 8s", or without the blanks. */
void format_uptime(char *out, size_t room, int64_t seconds, const char *blank);

#endif
