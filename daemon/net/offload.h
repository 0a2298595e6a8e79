/* Work for libuv's thread pool: sg_offload(). */
#ifndef SG_NET_OFFLOAD_H
#define SG_NET_OFFLOAD_H

/* work(arg) on a thread, then done(arg) on the loop, always.  0, or -1. */
int offload(void (*work)(void *), void (*done)(void *), void *arg);
unsigned offload_running(void);

#endif
