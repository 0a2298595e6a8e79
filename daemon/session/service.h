/* What all sessions of a worker have in common. */
#ifndef SG_SESSION_SERVICE_H
#define SG_SESSION_SERVICE_H

#include "../base/scoreboard.h"
#include "../conf/core.h"
#include "../plugin/module.h"

struct session;

/* What the worker gives its sessions; one per process. */
struct service {
    const struct core *core;
    const struct plugins *plugins;
    struct scoreboard *board;
    struct worker_slot *slot;
    pid_t pid;                /* of this worker */
    struct session *sessions; /* all of this worker */
    unsigned count;
};
extern struct service service;

void session_count(enum counter counter); /* one more in this worker's counters */

#endif
