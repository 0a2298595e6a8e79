/* A connected stream socket on the loop.
 *
 * Reading goes to a scratch buffer of the worker; what the owner does not
 * consume is kept in `in`, so an idle connection holds no memory.  Writing is
 * gathered: conn_write() only notes the span, conn_flush() sends all of it with
 * one system call; what the socket would not take is kept in `out`.
 *
 * Callbacks may call any function here, conn_close() of this and other connections
 * too. */
/* long: all that an owner may ask of a connection. */
#ifndef SG_NET_CONN_H
#define SG_NET_CONN_H

#include "../base/buffer.h"
#include "../base/span.h"
#include "loop.h"
#include <stdbool.h>
#include <stddef.h>

struct conn;

struct conn_ops {
    /* Bytes are here (kept ones first, contiguous).  Returns how many were
     * consumed; less than n keeps the rest, and `data` is called again when
     * more arrives, or after conn_again().  Spans into bytes may be given to
     * conn_write() of any connection: they are flushed or copied before the
     * scratch buffer is used again. */
    size_t (*data)(struct conn *c, const char *bytes, size_t n);
    /* The peer will send no more; kept bytes stay readable by conn_again(). */
    void (*end)(struct conn *c);
    /* All that was written has gone to the kernel, after it once had not.
     * May be NULL. */
    void (*low_water)(struct conn *c);
    /* The connection is broken: errno value.  Nothing more will come.  What
     * had arrived by then came first, unless reading was paused. */
    void (*error)(struct conn *c, int error);
    /* dial: the connection stands.  NULL for others. */
    void (*connected)(struct conn *c);
};

/* All zero, or closed: not open. */
struct conn {
    struct watch watch; /* first: fd inside; -1: closed */
    const struct conn_ops *ops;
    struct buffer in;                      /* read, not consumed */
    struct buffer out;                     /* written, not sent */
    size_t keep_max;                       /* reading pauses while `in` holds that much; one read
                                              (64 KiB, of much 256) may go beyond it */
    struct conn *ready_next, **ready_link; /* the ready list; link NULL: not in it */
    int failure;                           /* errno value that `error` will tell, or has told */
    unsigned readable : 1;                 /* the socket may hold more */
    unsigned writable : 1;                 /* the kernel may take more */
    unsigned both_ways : 1;                /* registered for EPOLLOUT, too */
    unsigned connecting : 1;
    unsigned paused : 1;
    unsigned much : 1;     /* conn_expect_much() */
    unsigned hup : 1;      /* the FIN was seen: a short read is the end */
    unsigned eof : 1;      /* … and was reached */
    unsigned ended : 1;    /* `end` was called */
    unsigned broken : 1;   /* `error` was called */
    unsigned shut : 1;     /* we sent our FIN, or will once `out` is empty */
    unsigned again : 1;    /* `data` is due even if nothing arrives */
    unsigned gathered : 1; /* has spans waiting for conn_flush() */
};

/* Takes over a connected, non-blocking descriptor.  0, or -1 and errno (the
 * descriptor is then closed). */
int conn_open(struct conn *c, int fd, const struct conn_ops *ops, size_t keep_max);
/* Forgets what was unsent, closes.  Idempotent; no callback comes after it. */
void conn_close(struct conn *c);
static inline int conn_is_open(const struct conn *c)
{
    return c->ops && c->watch.fd >= 0;
}

/* The peer will send no more, and `end` was called. */
static inline bool conn_has_ended(const struct conn *c)
{
    return c->ended;
}
static inline bool conn_is_broken(const struct conn *c)
{
    return c->broken;
}
static inline bool conn_is_paused(const struct conn *c)
{
    return c->paused;
}
static inline int conn_fd(const struct conn *c)
{
    return c->watch.fd;
}

/* Bytes outside of what `data` was given are copied.  After conn_shutdown() or
 * on a broken connection they are dropped. */
void conn_write(struct conn *c, const void *bytes, size_t n);
void conn_flush(struct conn *c);
/* Takes what waits for conn_flush() back, and appends it to *to. */
void conn_recall(struct conn *c, struct buffer *to);
/* Bytes the kernel has not taken yet (spans waiting for conn_flush() not counted). */
static inline size_t conn_backlog(const struct conn *c)
{
    return buffer_len(&c->out);
}

void conn_pause(struct conn *c);                  /* no `data` until conn_resume() */
void conn_resume(struct conn *c);                 /* kept bytes come first, this turn or the next */
void conn_expect_much(struct conn *c, bool much); /* larger reads, from now on */
void conn_again(struct conn *c); /* call `data` with the kept bytes soon, even if no more arrive */
void conn_shutdown(struct conn *c); /* FIN after what was written */

/* Bytes read but not consumed yet; borrowed until the next call. */
static inline size_t conn_kept(const struct conn *c)
{
    return buffer_len(&c->in);
}
static inline struct span conn_peek(const struct conn *c)
{
    return span_of(buffer_head(&c->in), buffer_len(&c->in));
}

/* For dial.c: the connection is still being made. */
int conn_open_connecting(struct conn *c, int fd, const struct conn_ops *ops, size_t keep_max);

/* For loop.c.  settle, before it blocks: sends what is gathered; false if there
 * is more to do, which run does. */
bool conns_settle(void);
void conns_run(void);

#endif
