/* The master: what it has, shared by master.c (signals, children, time) and
 * succession.c (how one generation follows another). */
#ifndef SG_MASTER_MASTER_H
#define SG_MASTER_MASTER_H

#include "../base/scoreboard.h"
#include "../conf/core.h"
#include "cli.h"
#include "generation.h"
#include "listeners.h"
#include "pidfile.h"

enum phase {
    PHASE_STARTING, /* nobody serves yet; a failure ends the master */
    PHASE_SERVING,
    PHASE_STOPPING, /* TERM: sessions finish */
    PHASE_ENDING    /* TERM again, or INT: sessions are ended */
};

struct master {
    const struct cli *cli;
    enum phase phase;
    int status; /* of exit */
    struct scoreboard *board;
    int board_fd;
    struct pidfile pidfile;
    struct core *core;           /* in force */
    struct listeners listeners;  /* in force */
    struct generation *youngest; /* list of all that live */
    struct generation *current;  /* serves; NULL after its keeper died */
    struct generation *retiring; /* was current, and may still accept */
    uint64_t retire_by;
    struct generation *next; /* starts, with: */
    struct core *next_core;
    struct listeners next_listeners;
    unsigned last_number;
    bool reload_again;              /* asked for while `next` starts */
    bool asked;                     /* somebody waits to hear what became of a reload */
    uint64_t wish_at;               /* until then no plugin gets a reload */
    char *failure;                  /* why it did not happen; owned, NULL: it did */
    uint64_t retry_at, retry_delay; /* current's keeper died, or its heir failed */
};

/* The whole life; returns the exit status. */
int master_serve(const struct cli *cli);

/* Reads the configuration and starts a generation for it.  False: the reasons are
 * reported, everything is as before. */
bool succession_begin(struct master *m);
/* `next` serves: it is current, the one before is told to finish. */
void succession_complete(struct master *m);
/* `retiring` accepts no more, or is gone. */
void succession_retired(struct master *m);
/* `next` is gone before it served. */
void succession_fail(struct master *m, const char *how);
/* A keeper is gone; g is no more afterwards. */
void succession_lost(struct master *m, struct generation *g, const char *how);
/* Reloads if it was asked for, tries again if it is time, gives up what does not
 * come.  succession_limit(): when that is, or UINT64_MAX. */
void succession_tend(struct master *m);
uint64_t succession_limit(const struct master *m);

/* Lines for the log, and for the user while the start is not answered. */
void master_report(const struct master *m, int level, const char *lines);

#endif
