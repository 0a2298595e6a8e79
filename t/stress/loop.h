/* One edge-triggered epoll set for the ends of both sides. */
#ifndef CAMPAIGN_LOOP_H
#define CAMPAIGN_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The first member of what it belongs to.  turn() is called when something
 * happened, when it asked for it, and now and then (for what takes time). */
struct endpoint {
    int fd;
    void (*turn)(struct endpoint *e);
    bool readable, writable, wants_turn, dead;
    struct endpoint *next, **link;
};

void loop_init(void);
uint64_t loop_now(void); /* ms, as of this turn */
void loop_add(struct endpoint *e, int fd, void (*turn)(struct endpoint *e));
void loop_again(struct endpoint *e); /* another turn soon */
void loop_turn(void);
void loop_close(struct endpoint *e, bool reset); /* and frees it, later */

/* Bytes, 0 at the end, -1 when there are none now, -2 when the peer has broken off. */
ssize_t loop_read(struct endpoint *e, char *to, size_t room);
size_t loop_write(struct endpoint *e, const char *from, size_t n);

#endif
