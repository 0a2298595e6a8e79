/* A worker: one thread, one loop, thousands of sessions.  Forked by the keeper,
 * no exec, so that what the plugins loaded is shared. */
#ifndef SG_WORKER_WORKER_H
#define SG_WORKER_WORKER_H

#include "../base/scoreboard.h"
#include "../conf/core.h"
#include "../plugin/module.h"

/* What crosses the fork. */
struct worker_setup {
    const struct core *core;
    struct plugins *plugins;
    struct scoreboard *board;
    struct worker_slot *slot; /* claimed by the worker's own pid */
    const int *listeners;     /* this worker's sockets, non-blocking, listening; other workers
                                 and the next generation may hold the same */
    unsigned listener_count;
    int control; /* stream socket to the keeper, letters of base/orders.h: 'D' accept what waits in
                    the backlogs, close the listeners (their address may be out of force, and
                    then clients must be refused rather than wait), finish the sessions; 'K' end
                    them with 421; end of file means 'D'; 'A' accept at the listeners that come
                    with it, too, 'B' no longer.  The worker writes 'R' when it serves, 'C' when
                    its listeners are closed */
};

/* Serves until drained.  Returns the exit status: 0; 2 if a plugin's start
 * failed (logged): restarting at once would not help. */
int worker_run(const struct worker_setup *setup);

#endif
