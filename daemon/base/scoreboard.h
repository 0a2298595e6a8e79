/* The scoreboard: one shared memory segment, made by the master, handed to the
 * keepers as a descriptor and mapped by every process.  It outlives reloads.
 * A session slot is written by the worker that owns it, read by anybody. */
#ifndef SG_BASE_SCOREBOARD_H
#define SG_BASE_SCOREBOARD_H

#include <netinet/in.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum counter {
#define COUNTER(name, text) COUNTER_##name,
#include "counters.def"
#undef COUNTER
    COUNTER_COUNT
};

/* The statefile's words for what a session is doing (SEMANTICS of 1.4). */
enum activity {
#define ACTIVITY(name) ACT_##name,
#define ACTIVITIES                                                                      \
    ACTIVITY(start) ACTIVITY(helo) ACTIVITY(ident) ACTIVITY(connect) ACTIVITY(pre)      \
    ACTIVITY(spf) ACTIVITY(dnsdb) ACTIVITY(data) ACTIVITY(bdat) ACTIVITY(direct)        \
    ACTIVITY(scan) ACTIVITY(scan1) ACTIVITY(scan2) ACTIVITY(spam) ACTIVITY(spam1)       \
    ACTIVITY(spam2) ACTIVITY(post) ACTIVITY(rset) ACTIVITY(quit)
    ACTIVITIES
#undef ACTIVITY
    ACT_COUNT
};

#define SCOREBOARD_SESSIONS 131072u /* the largest max_connections; sparse memory */
#define SCOREBOARD_WORKERS 1024u    /* worker processes at one time, all generations */

/* IPv4 addresses are stored v4-mapped. */
struct session_slot {
    _Atomic pid_t owner; /* worker's pid; 0: free */
    uint8_t activity;    /* enum activity */
    char auth;           /* 'A' authenticated, 'a' offered, '.' neither */
    bool taken_over;
    uint64_t id;         /* session number */
    int64_t start;       /* Unix time, seconds */
    struct in6_addr client, server, upstream_local;
    uint16_t client_port, server_port, upstream_local_port;
    uint32_t transactions;
    uint64_t from_client, from_server; /* bytes */
    char ident[32];                    /* cut */
};

struct worker_slot {
    _Atomic pid_t pid; /* 0: free.  Counters survive the owner */
    uint32_t generation, number;
    _Atomic uint64_t turn_ms; /* CLOCK_MONOTONIC at the last turn of the loop */
    _Atomic uint32_t in_hook; /* enum hook + 1 while a plugin runs, else 0 */
    char in_plugin[40];       /* and which: the conf.d file's name */
    _Atomic uint64_t session; /* … for which session number */
    _Atomic uint32_t sessions; /* open now */
    _Atomic uint64_t counters[COUNTER_COUNT];
};

struct scoreboard {
    uint32_t layout; /* sizeof of everything, against mixed binaries */
    pid_t master;
    int64_t start, restart;       /* Unix time of the start and the last reload */
    int64_t last_crash, last_bug; /* Unix time, 0: never */
    _Atomic uint32_t crashes, bugs;
    _Atomic uint32_t generation;
    _Atomic uint32_t sessions, sessions_max; /* open now, all workers */
    _Atomic uint64_t next_session;           /* session numbers start at 1 */
    struct worker_slot workers[SCOREBOARD_WORKERS];
    struct session_slot slots[SCOREBOARD_SESSIONS];
};

/* Master: a new segment.  *fd is inherited (no CLOEXEC).  NULL and errno. */
struct scoreboard *scoreboard_create(int *fd);
/* Keeper: maps it.  NULL and errno; EPROTO if the layout differs. */
struct scoreboard *scoreboard_attach(int fd);

struct worker_slot *scoreboard_claim_worker(struct scoreboard *b, pid_t pid, uint32_t generation,
                                            uint32_t number);
/* The worker is gone: frees its slot and every session slot it owned. */
void scoreboard_release_worker(struct scoreboard *b, pid_t pid);

/* NULL if `limit` sessions are open.  The slot is zeroed but for owner, id, start. */
struct session_slot *scoreboard_claim_session(struct scoreboard *b, pid_t pid, uint32_t limit);
void scoreboard_release_session(struct scoreboard *b, struct session_slot *slot);

uint64_t scoreboard_sum(const struct scoreboard *b, enum counter counter);
const char *activity_name(unsigned activity);

#endif
