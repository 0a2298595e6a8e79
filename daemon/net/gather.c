/* The writing half of a connection.
 *
 * The few connections that are being written to have a list of spans each.
 * A span in the scratch buffer is noted as it is; what lies anywhere else may
 * be gone after conn_write(), and is copied to a small arena.  Both are valid
 * until gather_flush_all(), which the loop calls after each connection it has
 * served.  No function here calls the owner back. */
#include "gather.h"
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#define GATHERS 8u
#define SPANS 32u
#define ARENA 16384u

struct gather {
    struct iovec spans[SPANS];
    unsigned count;
    struct conn *conn;
};

static struct gather gathers[GATHERS];
static unsigned gathering; /* the first so many are in use */
static char arena[ARENA];
static size_t arena_used;

static bool in_scratch(const void *p)
{
    uintptr_t at = (uintptr_t)p, base = (uintptr_t)conn_scratch;
    return at >= base && at < base + CONN_SCRATCH;
}

static struct gather *gather_of(const struct conn *c)
{
    struct gather *g = gathers;
    while (g->conn != c)
        g++;
    return g;
}

static struct gather *gather_new(struct conn *c)
{
    struct gather *g = &gathers[gathering++];
    g->conn = c;
    g->count = 0;
    c->gathered = 1;
    return g;
}

static void add_span(struct conn *c, const char *p, size_t n)
{
    struct gather *g = c->gathered ? gather_of(c) : gather_new(c);
    struct iovec *last = g->count ? &g->spans[g->count - 1] : NULL;
    if (last && (const char *)last->iov_base + last->iov_len == p)
        last->iov_len += n;
    else
        g->spans[g->count++] = (struct iovec){.iov_base = (void *)(uintptr_t)p, .iov_len = n};
}

static const char *stow(const void *bytes, size_t n)
{
    char *copy = arena + arena_used;
    memcpy(copy, bytes, n);
    arena_used += n;
    return copy;
}

static ssize_t transmit(int fd, struct iovec *spans, unsigned count)
{
    struct msghdr message = {.msg_iov = spans, .msg_iovlen = count};
    ssize_t sent;
    do
        sent = count == 1 ? send(fd, spans->iov_base, spans->iov_len, MSG_NOSIGNAL)
                          : sendmsg(fd, &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent;
}

/* The kernel has no more room.  Its edge comes when it has; a connection that
 * never met this was never registered for it. */
static void await_room(struct conn *c)
{
    c->writable = 0;
    if (c->both_ways)
        return;
    c->both_ways = 1;
    if (loop_rewatch(&c->watch, LOOP_BOTH_WAYS) != 0)
        conn_fail(c, errno);
}

static void keep_unsent(struct conn *c, const struct gather *g, size_t sent)
{
    for (unsigned i = 0; i < g->count; i++) {
        size_t n = g->spans[i].iov_len, gone = sent < n ? sent : n;
        sent -= gone;
        if (n > gone)
            buffer_append(&c->out, (const char *)g->spans[i].iov_base + gone, n - gone);
    }
    if (buffer_len(&c->out) > 0)
        await_room(c);
}

static void flush(struct gather *g)
{
    struct conn *c = g->conn;
    c->gathered = 0;
    ssize_t sent = transmit(c->watch.fd, g->spans, g->count);
    if (sent < 0 && errno != EAGAIN)
        conn_fail(c, errno);
    else
        keep_unsent(c, g, sent < 0 ? 0 : (size_t)sent);
}

void gather_flush_all(void)
{
    for (unsigned i = 0; i < gathering; i++)
        flush(&gathers[i]);
    gathering = 0;
    arena_used = 0;
}

static void release(struct gather *g)
{
    const struct gather *last = &gathers[--gathering];
    if (g != last)
        *g = *last;
    if (gathering == 0)
        arena_used = 0;
}

void conn_flush(struct conn *c)
{
    if (!c->gathered)
        return;
    struct gather *g = gather_of(c);
    flush(g);
    release(g);
}

void gather_drop(struct conn *c)
{
    if (c->gathered)
        release(gather_of(c));
    c->gathered = 0;
}

void conn_recall(struct conn *c, struct buffer *to)
{
    if (!c->gathered)
        return;
    const struct gather *g = gather_of(c);
    for (unsigned i = 0; i < g->count; i++)
        buffer_append(to, g->spans[i].iov_base, g->spans[i].iov_len);
    gather_drop(c);
}

/* Whatever is full is flushed before the span is placed, because flushing may
 * leave the connection with a backlog, after which the span then belongs. */
static void make_room(struct conn *c, size_t copied)
{
    if (arena_used + copied > ARENA || (!c->gathered && gathering == GATHERS))
        gather_flush_all();
    if (c->gathered && gather_of(c)->count == SPANS)
        conn_flush(c);
}

void conn_write(struct conn *c, const void *bytes, size_t n)
{
    if (n == 0 || !conn_is_open(c) || c->shut)
        return;
    bool borrow = in_scratch(bytes) || n > ARENA;
    make_room(c, borrow ? 0 : n);
    if (c->failure)
        return;
    if (!c->writable || buffer_len(&c->out) > 0) {
        buffer_append(&c->out, bytes, n);
        return;
    }
    add_span(c, borrow ? bytes : stow(bytes, n), n);
    if (n > ARENA && !in_scratch(bytes))
        conn_flush(c);
}

bool gather_drain(struct conn *c)
{
    struct iovec all = {.iov_base = buffer_at(&c->out, 0), .iov_len = buffer_len(&c->out)};
    ssize_t sent = transmit(c->watch.fd, &all, 1);
    if (sent < 0 && errno != EAGAIN) {
        conn_fail(c, errno);
        return false;
    }
    if (sent > 0)
        buffer_consume(&c->out, (size_t)sent);
    if (buffer_len(&c->out) > 0)
        await_room(c);
    gather_shut(c);
    return buffer_len(&c->out) == 0;
}

void gather_shut(struct conn *c)
{
    if (c->shut && !c->connecting && !c->failure && buffer_len(&c->out) == 0)
        shutdown(c->watch.fd, SHUT_WR);
}

void conn_shutdown(struct conn *c)
{
    if (!conn_is_open(c) || c->shut)
        return;
    conn_flush(c);
    c->shut = 1;
    gather_shut(c);
}
