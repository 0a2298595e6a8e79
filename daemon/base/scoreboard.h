/* The scoreboard: one shared memory segment, made by the master, handed to the
 * keepers as a descriptor and mapped by every process.  It outlives reloads.
 * A session slot is written by the worker that owns it, read by anybody.
 *
 * There is no lock, and nothing that only a living process could undo: a slot
 * is taken by one compare-and-swap of its owner, open sessions are counted per
 * worker, and whoever reaps a worker calls scoreboard_release_worker().  A pid
 * cannot be used again before it is reaped, so it names its owner exactly.
 *
 * Workers are less trusted than the master, which reads with bounds and never
 * signals a pid that it knows only from here. */
/* long: one segment, one layout; three processes must see it as a whole. */
#ifndef SG_BASE_SCOREBOARD_H
#define SG_BASE_SCOREBOARD_H

#include <netinet/in.h>
#include <stdalign.h>
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
#include "activities.def"
#undef ACTIVITY
    ACT_COUNT
};

#define SCOREBOARD_SESSIONS 131072u /* the largest max_connections; sparse memory */
#define SCOREBOARD_WORKERS 1024u    /* worker processes at one time, all generations */
#define SCOREBOARD_COUNTERS 512u    /* of plugins */
#define SCOREBOARD_LINE 64          /* cache line: neighbours do not share one */

/* IPv4 addresses are stored v4-mapped. */
struct session_slot {
    alignas(SCOREBOARD_LINE) _Atomic pid_t owner; /* worker's pid; 0: free */
    uint8_t activity;                             /* enum activity */
    char auth;                                    /* 'A' authenticated, 'a' offered, '.' neither */
    bool taken_over;
    char ident[31];                                         /* cut */
    uint16_t client_port, server_port, upstream_local_port; /* host order */
    uint32_t transactions;
    uint64_t id;   /* session number */
    int64_t start; /* Unix time, seconds */
    struct in6_addr client, server, upstream_local;
    uint64_t from_client, from_server; /* bytes */
};
_Static_assert(sizeof(struct session_slot) == 2 * SCOREBOARD_LINE, "a slot is two cache lines");

enum spawner { SPAWNER_NONE, SPAWNER_LOOP, SPAWNER_WORK };

struct worker_slot {
    alignas(SCOREBOARD_LINE) _Atomic pid_t pid; /* 0: free.  Counters survive the owner */
    uint32_t generation, number;
    _Atomic uint64_t turn_ms;    /* CLOCK_MONOTONIC at the last turn of the loop; 0: not yet */
    _Atomic uint32_t in_hook;    /* enum hook + 1 while a plugin runs, else 0 */
    char in_plugin[40];          /* and which: the conf.d file's name */
    _Atomic uint64_t session;    /* … for which session number */
    _Atomic uint32_t sessions;   /* open now */
    _Atomic uint64_t spool_disk; /* bytes of messages in spool_path */
    _Atomic uint32_t refused;    /* number + 1 of a system call that the sandbox refused */
    _Atomic uint64_t counters[COUNTER_COUNT];
    _Atomic uint32_t thread_fell; /* a thread crashed in the work of a plugin */
    _Atomic uint32_t spawner;     /* enum spawner: who was about to start a process */
    char thread_plugin[40];       /* the plugin of the work of thread_fell or spawner */
};

/* A counter that a plugin has declared. */
struct plugin_counter {
    _Atomic uint32_t generation; /* the last one that declared it; 0: free */
    char name[28];               /* as it declared it */
    char label[40];              /* of its conf.d file, cut */
    _Atomic uint64_t value;
};

struct scoreboard {
    uint32_t layout; /* sizeof of everything, against mixed binaries */
    pid_t master;
    uint32_t instance;            /* the last three digits of session numbers */
    int64_t start, restart;       /* Unix time of the start and the last reload */
    int64_t last_crash, last_bug; /* Unix time, 0: never */
    _Atomic uint32_t crashes, bugs;
    _Atomic uint32_t quarantines; /* times a plugin was taken out of service */
    _Atomic uint32_t quarantined; /* plugins of the current generation that are, now */
    _Atomic uint32_t generation;
    _Atomic uint32_t wish; /* the generation a plugin of which wants a reload; 0: none */
    alignas(SCOREBOARD_LINE) _Atomic uint64_t next_session; /* no later one has a lower number */
    _Atomic uint32_t sessions_max;                          /* most open at a time, all workers */
    _Atomic uint32_t slots_high;                            /* slots from here on were never used */
    _Atomic uint32_t workers_high;                          /* the same of worker slots */
    struct worker_slot workers[SCOREBOARD_WORKERS];
    struct plugin_counter counters[SCOREBOARD_COUNTERS];
    _Atomic uint32_t hash[SCOREBOARD_SESSIONS];     /* of client and ident; 0: not indexed */
    _Atomic uint32_t upstream[SCOREBOARD_SESSIONS]; /* of upstream_local and its port; 0: none */
    struct session_slot slots[SCOREBOARD_SESSIONS];
};

/* Master: a new segment.  *fd is inherited (no CLOEXEC).  NULL and errno. */
struct scoreboard *scoreboard_create(int *fd);
/* Master, before there are sessions: the number of a session is made of the time, so that
 * it is another one after a restart, and of what tells the daemons of a machine apart. */
void scoreboard_tell_apart(struct scoreboard *b, uint32_t instance);
/* Keeper: maps it.  NULL and errno; EPROTO if the layout differs. */
struct scoreboard *scoreboard_attach(int fd);

/* In the worker, once.  NULL if SCOREBOARD_WORKERS live. */
struct worker_slot *scoreboard_claim_worker(struct scoreboard *b, pid_t pid, uint32_t generation,
                                            uint32_t number);
/* The worker is gone: frees its slot and every session slot it owned; says how
 * many sessions those were.  By whoever waits for it, before the pid is reaped. */
unsigned scoreboard_release_worker(struct scoreboard *b, pid_t pid);
/* The slot of a worker, NULL if there is none. */
struct worker_slot *scoreboard_worker(struct scoreboard *b, pid_t pid);

/* NULL if `limit` sessions are open, or the caller has no worker slot.  The slot is
 * zeroed but for owner, id, start, and auth, which is '.'. */
struct session_slot *scoreboard_claim_session(struct scoreboard *b, pid_t pid, uint32_t limit);
void scoreboard_release_session(struct scoreboard *b, struct session_slot *slot);

/* Makes the slot findable by the two functions below.  Called when client and
 * ident are known, and again when upstream_local is. */
void scoreboard_index(struct scoreboard *b, struct session_slot *slot);

/* No longer counted by scoreboard_count(): it has had its last word. */
void scoreboard_unindex(struct scoreboard *b, const struct session_slot *slot);

/* Indexed sessions of this client, the asking one included; ident NULL: any. */
unsigned scoreboard_count(const struct scoreboard *b, const struct in6_addr *client,
                          const char *ident);

/* Is this address and port the local end of one of our upstream sockets?  Then a
 * connection from there is our own, come back. */
bool scoreboard_is_upstream(const struct scoreboard *b, const struct in6_addr *address,
                            uint16_t port);

/* Open now, all workers. */
unsigned scoreboard_sessions(const struct scoreboard *b);
uint64_t scoreboard_spool_disk(const struct scoreboard *b); /* all workers */
uint64_t scoreboard_sum(const struct scoreboard *b, enum counter counter);
/* Keeper, before its generation serves: the counter of this name, which goes on counting where
 * an earlier generation had it.  NULL: SCOREBOARD_COUNTERS are in use. */
struct plugin_counter *scoreboard_declare(struct scoreboard *b, unsigned generation,
                                          const char *label, const char *name);
/* The i-th counter that the generation that serves has declared, copied, so that label and name
 * end and are printable.  False: there is none; another may follow up to SCOREBOARD_COUNTERS. */
bool scoreboard_declared(const struct scoreboard *b, unsigned i, struct plugin_counter *counter);
const char *activity_name(unsigned activity);

/* By the worker that owns the slot, on its loop's thread only: so no locked bus. */
static inline void scoreboard_add(struct worker_slot *w, enum counter counter, uint64_t n)
{
    uint64_t old = atomic_load_explicit(&w->counters[counter], memory_order_relaxed);
    atomic_store_explicit(&w->counters[counter], old + n, memory_order_relaxed);
}

#endif
