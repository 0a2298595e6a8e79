/* What all sessions of a worker have in common. */
#ifndef SG_SESSION_MODEL_SERVICE_H
#define SG_SESSION_MODEL_SERVICE_H

#include "../../base/scoreboard.h"
#include "../../conf/core.h"
#include "../../plugin/module.h"

struct session;
struct chain;
struct timer;
struct conn_ops;

/* How what happens to a session comes in; for the floors below the one that has it. */
struct entry {
    const struct conn_ops *client;
    void (*fire)(struct timer *t);
    void (*decided)(struct session *s); /* a hook that was pending */
    void (*wake)(struct session *s);    /* a plugin has let go of the body */
};
extern const struct entry session_entry;

/* What the worker gives its sessions; one per process. */
struct service {
    const struct entry *entry;
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
