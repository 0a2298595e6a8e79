/* The worker's loop.  Sockets of sessions stand in an epoll set of our own,
 * edge-triggered and registered once for both directions, because system calls
 * are what a session costs: libuv would add, modify and remove each.  libuv's
 * loop, which plugins and their libraries use, stands in that set by its
 * backend descriptor and is run when it has work.  One loop a process; nothing
 * here is thread-safe but what says so. */
#ifndef SG_NET_LOOP_H
#define SG_NET_LOOP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>

struct uv_loop_s;

/* Anything with a descriptor: a connection, a listener, the control socket. */
struct watch {
    int fd;
    void (*ready)(struct watch *w, uint32_t epoll_events);
};

int loop_open(void); /* 0, or -1 and errno */
void loop_close(void);
struct uv_loop_s *loop_uv(void); /* NULL before loop_open() */
/* What comes to libuv's loop in the next LOOP_COLLECT_MS is looked at after them. */
#define LOOP_COLLECT_MS 5u
void loop_collect(void);

/* Turns until loop_stop(); the turn it is called in is the last and does not
 * block any more.  `turn` is called once each turn, before it blocks: flush the
 * log, tell the keeper that we live. */
void loop_run(void (*turn)(void));
void loop_stop(void);

/* Milliseconds, monotonic, read once per turn; and Unix time in seconds. */
uint64_t loop_now(void);
int64_t loop_time(void);

/* Registers w once for ever; close(fd) ends it.  events: 0 for LOOP_BOTH_WAYS.
 * 0, or -1 and errno. */
#define LOOP_BOTH_WAYS ((uint32_t)(EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET))
int loop_watch(struct watch *w, uint32_t events);
int loop_rewatch(struct watch *w, uint32_t events); /* for other events from now on */
/* Takes w out, for a while or for good; its descriptor stays open. */
void loop_unwatch(struct watch *w);
/* Before close(fd): events of this turn already fetched for w are dropped. */
void loop_forget(struct watch *w);

#endif
