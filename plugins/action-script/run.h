/* Starts scripts and buries them.  Knows no session. */
#ifndef ACTION_SCRIPT_RUN_H
#define ACTION_SCRIPT_RUN_H

#include "call.h"

struct script;
struct uv_signal_s;

/* Of one worker. */
struct runner {
    int null;                  /* /dev/null, above 2: opened before a chroot */
    unsigned running;          /* taken on and not known to have ended */
    struct script *scripts;    /* those that have a process */
    struct uv_signal_s *child; /* SIGCHLD */
};

int runner_start(struct runner *r);
/* Scripts that still run go on running, and are init's. */
void runner_stop(struct runner *r);

/* Starts the script, soon; call is the runner's from here on.  Returns 0, or -1
 * and errno, with call finished.  What comes of it later is said to the log. */
int runner_run(struct runner *r, struct call *call);

#endif
