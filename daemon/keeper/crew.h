/* The workers of one keeper: forked, listened to, watched, replaced. */
#ifndef SG_KEEPER_CREW_H
#define SG_KEEPER_CREW_H

#include "../base/orders.h"
#include "../base/scoreboard.h"
#include "../conf/core.h"
#include "../plugin/module.h"
#include "sandbox.h"
#include <poll.h>
#include <signal.h>

struct crew_setup {
    const struct core *core;
    struct plugins *plugins;
    struct scoreboard *board;
    const struct sandbox *sandbox; /* of the workers */
    unsigned generation;
    const char *listeners;  /* "7,8,/9,10,/": of each worker, see master/listeners.h */
    const int *private_fds; /* the keeper's own, closed in workers; ends with -1 */
};

struct crew;

/* Forks the first; the others when that serves.  NULL with a sentence if `listeners` is not
 * understood. */
struct crew *crew_create(const struct crew_setup *setup, struct complaints *c);
void crew_destroy(struct crew *crew); /* when none lives */

unsigned crew_size(const struct crew *crew);
/* The label of the plugin whose `start` failed last, NULL if none did. */
const char *crew_failed_plugin(const struct crew *crew);
unsigned crew_alive(const struct crew *crew);

/* What to poll for those that are to say something, that they serve or that they
 * have closed their listeners: at most crew_size() entries.  Returns how many. */
unsigned crew_poll(const struct crew *crew, struct pollfd *fds);
void crew_hear(struct crew *crew);
/* All serve that there are to be.  After an order: nobody accepts any more. */
bool crew_serves(const struct crew *crew);
bool crew_closed(const struct crew *crew);

/* ORDER_DRAIN and ORDER_END go to all and end replacing; ORDER_QUIT kills them. */
void crew_order(struct crew *crew, enum order order);

/* A worker of this crew ended (and is not yet reaped): obituary, and when it is due
 * another.  False if `end` is about somebody else. */
bool crew_bury(struct crew *crew, const siginfo_t *end);

/* Restarts what is due and judges those that stand still.  Returns the
 * milliseconds until it wants to be called again. */
int crew_tend(struct crew *crew);

#endif
