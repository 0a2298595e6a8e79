/* The life of a connection, its events, and its reading half.
 *
 * Whatever happens to a connection, an event or a request of its owner, it is
 * then served: a fixed list of steps, each of which does what is possible and
 * calls the owner back at most once.  Only serve() calls owners, and never
 * inside another call, so one pointer tells whether the connection being
 * served outlived its callback. */
#include "conn.h"
#include "gather.h"
#include "../base/check.h"
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define ROUNDS 2 /* how often a turn looks at the ready list: what the first began */

char conn_scratch[CONN_SCRATCH];
static struct conn *ready;
static struct conn *serving; /* NULL once its owner closed it */

static void list_insert(struct conn *c, struct conn **head)
{
    c->ready_next = *head;
    c->ready_link = head;
    if (c->ready_next)
        c->ready_next->ready_link = &c->ready_next;
    *head = c;
}

static void list_remove(struct conn *c)
{
    if (!c->ready_link)
        return;
    *c->ready_link = c->ready_next;
    if (c->ready_next)
        c->ready_next->ready_link = c->ready_link;
    c->ready_link = NULL;
}

void conn_enlist(struct conn *c)
{
    if (!c->ready_link)
        list_insert(c, &ready);
}

static void note_failure(struct conn *c, int error)
{
    if (c->failure || error == 0)
        return;
    c->failure = error;
    buffer_finish(&c->out);
}

/* What the peer said before it broke off is often why: so it is read first. */
void conn_fail(struct conn *c, int error)
{
    note_failure(c, error);
    c->readable = 1;
    conn_enlist(c);
}

/* A larger read costs fewer system calls and wakes fewer peers; a smaller one keeps
 * less of what its owner does not take at once. */
static size_t read_size(const struct conn *c)
{
    return c->much ? CONN_SCRATCH : CONN_READ;
}

static bool may_read(const struct conn *c)
{
    return c->readable && !c->connecting && !c->paused && !c->eof && conn_kept(c) < c->keep_max &&
           conn_kept(c) < read_size(c);
}

static void finish_connecting(struct conn *c)
{
    if (!c->connecting || !(c->writable || c->failure))
        return;
    c->connecting = 0;
    if (c->failure) {
        c->readable = 0;
        return;
    }
    gather_shut(c);
    c->ops->connected(c);
}

static void push(struct conn *c)
{
    if (!c->writable || c->failure || buffer_len(&c->out) == 0)
        return;
    if (gather_drain(c) && c->ops->low_water)
        c->ops->low_water(c);
}

/* A read that brings less than it might has emptied the socket; the next byte
 * is a new edge.  The FIN was seen before it: then this is the end, too. */
static size_t receive(struct conn *c, size_t kept)
{
    size_t room = read_size(c) - kept;
    ssize_t n;
    do
        n = recv(c->watch.fd, conn_scratch + kept, room, 0);
    while (n < 0 && errno == EINTR);
    if (n < 0 && errno != EAGAIN)
        note_failure(c, errno);
    if (n < 0 || (size_t)n < room)
        c->readable = 0;
    c->eof = n == 0 || (c->hup && n > 0 && !c->readable);
    return n < 0 ? 0 : (size_t)n;
}

/* What was kept stands in `in` and, before the new bytes, in scratch. */
static void deliver(struct conn *c, size_t kept, size_t added)
{
    size_t total = kept + added;
    size_t used = c->ops->data(c, conn_scratch, total);
    if (serving != c)
        return;
    check(used <= total);
    if (kept > 0)
        buffer_consume(&c->in, used < kept ? used : kept);
    size_t from = used > kept ? used : kept;
    if (total > from)
        buffer_append(&c->in, conn_scratch + from, total - from);
}

static void pull(struct conn *c)
{
    size_t kept = conn_kept(c), added = 0;
    bool due = c->again && !c->paused && kept > 0;
    if (!due && !may_read(c))
        return;
    if (kept > 0)
        memcpy(conn_scratch, buffer_head(&c->in), kept);
    if (may_read(c))
        added = receive(c, kept);
    if (!due && added == 0)
        return;
    c->again = 0;
    deliver(c, kept, added);
    if (serving == c && may_read(c))
        conn_enlist(c);
}

static void tell_end(struct conn *c)
{
    if (!c->eof || c->ended || c->failure)
        return;
    c->ended = 1;
    c->ops->end(c);
}

static void tell_error(struct conn *c)
{
    if (!c->failure || may_read(c))
        return;
    c->broken = 1;
    c->ops->error(c, c->failure);
}

static void serve(struct conn *c)
{
    static void (*const steps[])(struct conn *) = {finish_connecting, push, pull, tell_end,
                                                   tell_error};
    serving = c;
    for (size_t i = 0; i < sizeof steps / sizeof *steps && serving == c && !c->broken; i++)
        steps[i](c);
    serving = NULL;
    gather_flush_all();
}

static int pending_error(const struct conn *c)
{
    int error = 0;
    socklen_t size = sizeof error;
    return getsockopt(c->watch.fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

static void on_events(struct watch *w, uint32_t events)
{
    struct conn *c = (struct conn *)w; /* its first member */
    if (events & ~(uint32_t)EPOLLOUT)
        c->readable = 1;
    if (events & (EPOLLRDHUP | EPOLLHUP))
        c->hup = 1;
    if (events & EPOLLOUT)
        c->writable = 1;
    if (events & EPOLLERR)
        note_failure(c, pending_error(c));
    serve(c);
}

static int start(struct conn *c, uint32_t events)
{
    c->watch.ready = on_events;
    if (loop_watch(&c->watch, events) == 0)
        return 0;
    int error = errno;
    close(c->watch.fd);
    c->watch.fd = -1;
    errno = error;
    return -1;
}

/* Not registered for EPOLLOUT: its first edge would come at once, and be a turn
 * of the loop for nothing. */
int conn_open(struct conn *c, int fd, const struct conn_ops *ops, size_t keep_max)
{
    *c = (struct conn){.watch.fd = fd, .ops = ops, .keep_max = keep_max, .writable = 1};
    return start(c, EPOLLIN | EPOLLRDHUP | EPOLLET);
}

int conn_open_connecting(struct conn *c, int fd, const struct conn_ops *ops, size_t keep_max)
{
    *c = (struct conn){
        .watch.fd = fd, .ops = ops, .keep_max = keep_max, .connecting = 1, .both_ways = 1};
    return start(c, LOOP_BOTH_WAYS);
}

void conn_close(struct conn *c)
{
    if (!conn_is_open(c))
        return;
    if (serving == c)
        serving = NULL;
    list_remove(c);
    gather_drop(c);
    buffer_finish(&c->in);
    buffer_finish(&c->out);
    loop_forget(&c->watch);
    close(c->watch.fd);
    c->watch.fd = -1;
}

void conn_pause(struct conn *c)
{
    c->paused = 1;
}

void conn_resume(struct conn *c)
{
    c->paused = 0;
    conn_again(c);
}

void conn_expect_much(struct conn *c, bool much)
{
    c->much = much;
}

void conn_again(struct conn *c)
{
    if (!conn_is_open(c))
        return;
    c->again = 1;
    conn_enlist(c);
}

bool conns_settle(void)
{
    gather_flush_all();
    return ready == NULL;
}

/* The list is taken down first: what a callback adds waits for the next round. */
static void serve_ready(void)
{
    static struct conn *now;
    now = ready;
    ready = NULL;
    if (now)
        now->ready_link = &now;
    while (now) {
        struct conn *c = now;
        list_remove(c);
        serve(c);
    }
}

void conns_run(void)
{
    for (int round = 0; ready && round < ROUNDS; round++)
        serve_ready();
}
