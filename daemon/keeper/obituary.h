/* What is said of a worker that died, or stands still: what it was doing, for
 * whom, and how many went with it. */
#ifndef SG_KEEPER_OBITUARY_H
#define SG_KEEPER_OBITUARY_H

#include "../base/scoreboard.h"
#include <signal.h>

/* A worker ended as it should not have.  Frees what it held in the scoreboard, counts
 * the crash, logs "CRASH", and before that "SANDBOX:VIOLATION" if that was it.  `why`:
 * "signal", "exit", "standstill".  culprit: the label of the plugin that was running and
 * did it; "": nobody can be blamed. */
struct culprit {
    char label[sizeof((struct worker_slot *)NULL)->in_plugin];
};
struct culprit obituary_write(struct scoreboard *b, const siginfo_t *end, const char *why);

/* Its loop has not turned for this long; logs "STANDSTILL". */
void obituary_warn(struct scoreboard *b, pid_t pid, uint64_t stood_ms);

#endif
