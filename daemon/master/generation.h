/* A generation: a keeper and its workers, serving one state of the
 * configuration.  The master and the keeper speak over a socket that keeps
 * packets apart; its end means the other is gone. */
#ifndef SG_MASTER_GENERATION_H
#define SG_MASTER_GENERATION_H

#include "../conf/core.h"
#include "listeners.h"
#include <sys/types.h>

enum stage {
    STAGE_STARTING, /* not yet heard of */
    STAGE_READY,    /* serves */
    STAGE_DRAINING, /* told to finish */
    STAGE_CLOSED    /* accepts no more */
};

struct generation {
    struct generation *older;
    unsigned number;
    enum stage stage;
    pid_t keeper;
    int control;
    uint64_t born; /* clock_ms() */
    char *reason;  /* why it could not start; owned */
    bool wishes;   /* one of its plugins wants a reload */
};

/* fork and exec; the keeper reads core->file itself.  NULL and errno. */
struct generation *generation_start(unsigned number, const struct core *core,
                                    const struct listeners *listeners, int board_fd,
                                    bool foreground);
void generation_destroy(struct generation *g); /* closes control: a living keeper drains */

/* To the keeper: one of enum order (base/orders.h). */
void generation_tell(struct generation *g, char order);

/* Reads what the keeper says: 'R' gives STAGE_READY, 'C' STAGE_CLOSED, 'F' the reason, 'W' the
 * wish.  False at the end. */
bool generation_hear(struct generation *g);

#endif
