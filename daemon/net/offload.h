/* Blocking work for threads: sg_offload().  As a rule one works at a time, see
 * offload.c. */
#ifndef SG_NET_OFFLOAD_H
#define SG_NET_OFFLOAD_H

#define OFFLOAD_THREADS 4  /* at most */
#define OFFLOAD_LONG_MS 50 /* what takes, or waits, longer is done beside others */

/* work(arg) on a thread, then done(arg) on the loop, always.  0, or -1. */
int offload(void (*work)(void *), void (*done)(void *), void *arg);
unsigned offload_running(void);

/* For loop.c: the threads end; nothing must be running. */
void offload_close(void);

#endif
