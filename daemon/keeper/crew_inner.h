/* What the files of the crew share: crew.c (forking, replacing), estate.c (who accepts
 * for those that do not) and standstill.c (who does not turn). */
#ifndef SG_KEEPER_CREW_INNER_H
#define SG_KEEPER_CREW_INNER_H

#include "crew.h"
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct containment;

struct worker {
    unsigned number;
    pid_t pid;   /* 0: none */
    int control; /* keeper's end */
    int *listeners;
    unsigned listener_count;
    bool ready, closed;  /* it serves; it accepts no more */
    bool stands;         /* its loop did not turn for a while, when it was last looked at */
    bool aborted;        /* by us */
    uint64_t born;       /* clock_ms() */
    uint64_t named;      /* the turn at which it was last said to stand still */
    uint64_t pause, due; /* before the next start, and when; due 0: not dead */
    struct worker *heir; /* accepts for it; NULL: nobody else does */
};

/* When the loops were last looked at.  Times are clock_ms() and milliseconds. */
struct standstill {
    uint64_t most, warn_after;   /* without a turn: until it is aborted, and named */
    uint64_t tended, fair_since; /* the keeper itself stood still before that */
};

struct crew {
    struct crew_setup setup;
    struct worker *all;
    unsigned count;
    struct containment *containment;
    bool complete;             /* all were started, not only the first */
    bool leaving;              /* told to drain: nobody is replaced */
    const char *failed_plugin; /* whose start returned an error last, or NULL */
    struct standstill standstill;
};

void crew_tell(const struct worker *w, enum order order); /* nothing if it is dead */

/* estate.c */
/* Finds heirs for who waits to be started again, or stands still, and takes back what is
 * again served. */
void estates_settle(struct crew *crew);
void estates_forget(struct crew *crew, const struct worker *dead); /* it accepts for nobody */

/* standstill.c */
void standstill_open(struct standstill *s);
/* Whether it is time to look at those that live; when it will be, in *next. */
bool standstill_is_due(struct standstill *s, uint64_t now, uint64_t *next);
void standstill_judge(const struct crew *crew, struct worker *w, uint64_t now);

#endif
