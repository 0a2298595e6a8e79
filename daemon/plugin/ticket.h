/* Tickets: open questions to plugins, found by a number that is never used
 * twice, so that an answer that comes too late finds nothing. */
#ifndef SG_PLUGIN_TICKET_H
#define SG_PLUGIN_TICKET_H

#include "chain.h"

struct ticket {
    sg_ticket id;
    struct chain *chain;
    struct ticket *next; /* of the chain */
    const struct plugin *plugin;
    struct plugin *const *place; /* in the hook's order */
    uint64_t deadline;           /* ms */
    bool answered;               /* sg_resume() came; verdict holds copies */
    struct sg_verdict verdict;
    struct ticket *answered_next;
};

/* Opens one for the chain, heads its list. */
struct ticket *ticket_open(struct chain *c, const struct plugin *p, uint64_t deadline);
/* Out of its chain's list, and dead. */
void ticket_close(struct ticket *t);
unsigned tickets_open(void);
/* The next answered ticket still alive, NULL if none. */
struct ticket *ticket_next_answered(void);

/* The chain whose hook is being called, and whether it took a ticket: set
 * around each call by chain.c, used by sg_defer(). */
struct ticket_context {
    struct chain *chain;
    struct plugin *const *place;
    uint64_t now;
    struct ticket *taken; /* NULL: none */
    bool took;
};
extern struct ticket_context *ticket_context;

#endif
