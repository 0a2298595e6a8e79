/* The listening sockets.  The master holds them for as long as their address is
 * in force, whatever becomes of keepers and workers, so that no connection in a
 * backlog is lost.  Each address has at least as many as there are workers
 * (SO_REUSEPORT spreads the clients); more, after `workers` was lowered, are
 * shared out, since closing one would lose its backlog.
 *
 * A reload plans: the plan borrows the sockets that stay and opens those that
 * are new; it replaces the set when the new generation serves, or is abandoned. */
#ifndef SG_MASTER_LISTENERS_H
#define SG_MASTER_LISTENERS_H

#include "../base/complaint.h"
#include "../conf/core.h"
#include <netinet/in.h>
#include <sys/socket.h>

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

struct listener {
    union address address;
    int fd;
};

struct listeners {
    struct listener *all; /* those of one address stand together */
    unsigned count;
    bool activated; /* they came by LISTEN_FDS: bind_address does not matter */
};

/* Socket activation: takes what LISTEN_FDS and LISTEN_PID promise this process,
 * if they do.  False: there is a descriptor that cannot be used. */
bool listeners_activate(struct listeners *set, struct complaints *c);

/* The set `core` asks for.  False and an empty plan if one cannot be had. */
bool listeners_plan(const struct listeners *now, const struct core *core, struct listeners *plan,
                    struct complaints *c);

/* Closes those of `set` that do not stand in `kept` (NULL: all), and forgets the set. */
void listeners_finish(struct listeners *set, const struct listeners *kept);

/* Where clients come in: `port`, or what the system chose for port = 0. */
unsigned listeners_port(const struct listeners *set);

/* What the keeper is told: descriptors, "7,8,/9,10,/" for two workers.  On the heap. */
char *listeners_argument(const struct listeners *set, unsigned workers);
/* In the keeper-to-be: lets them live through exec. */
void listeners_inherit(const struct listeners *set);

#endif
