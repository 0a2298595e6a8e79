/* The keeper: reads the configuration, loads the plugins, gives up its
 * privileges and forks the workers of one generation. */
#ifndef SG_KEEPER_KEEPER_H
#define SG_KEEPER_KEEPER_H

struct keeper_setup {
    const char *file; /* smtp-gated.conf */
    unsigned generation;
    int board;             /* descriptor of the scoreboard */
    int master;            /* packets to and from the master, see base/orders.h */
    const char *listeners; /* see master/listeners.h */
};

/* Returns the exit status, when all is over. */
int keeper_run(const struct keeper_setup *setup);

#endif
