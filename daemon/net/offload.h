/* Blocking work for threads: sg_offload().  As a rule one works at a time, see
 * offload.c. */
#ifndef SG_NET_OFFLOAD_H
#define SG_NET_OFFLOAD_H

#include <stdint.h>

#define OFFLOAD_THREADS 4  /* at most */
#define OFFLOAD_SHARE 3    /* of them, what one client may keep busy, as a rule */
#define OFFLOAD_LONG_MS 50 /* what takes, or waits, longer is done beside others */

/* The share is another one, from 1 to OFFLOAD_THREADS, and how often work is held back for it
 * is added to *count, which may be NULL.  Before anything is offloaded. */
void offload_share(unsigned most, _Atomic uint64_t *count);

/* work(arg) on a thread, then done(arg) on the loop, always.  client: for whom; they take
 * turns.  0: for nobody in particular.  0, or -1. */
int offload(void (*work)(void *), void (*done)(void *), void *arg, uint64_t client);
unsigned offload_running(void);

/* For loop.c: the threads end; nothing must be running. */
void offload_close(void);

#endif
