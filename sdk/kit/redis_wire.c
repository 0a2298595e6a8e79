/* One connection to one server.
 *
 * The socket and its events are ours, hiredis has the buffers and reads the answers.  Its
 * asynchronous half is left out: it frees itself behind its user's back, keeps a list of
 * questions of its own, has no times, and the binding to libuv that comes with version 0.14
 * tells nobody of a connection that is refused.
 *
 * What is sent in one turn of the loop is written when the loop comes by.  Of an answer there
 * is a longest and a widest, so that no server takes our memory. */
#include "redis_inner.h"

#include <errno.h>
#include <hiredis/hiredis.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LONGEST = 16 << 20, WIDEST = 1 << 20 }; /* bytes of an answer, items of a list */
enum { CONNECT = 500 };                        /* ms, or redis_timeout */

struct redis_wire {
    const struct redis_wire_owner *owner;
    void *arg;
    const struct redis_login *login;
    struct address_place place;
    struct ssl_st *tls; /* NULL: none */
    redisContext *hiredis;
    struct redis_greeting greeting;
    unsigned greeted;
    uv_poll_t poll;
    uv_idle_t idle;
    uv_timer_t timer;
    unsigned handles;
    int watching;
    bool connecting, open, closed, unwritten;
};

/* ------------------------------------------------------------------ end -- */

static void handle_closed(uv_handle_t *handle)
{
    struct redis_wire *wire = handle->data;
    if (--wire->handles > 0)
        return;
    redisFree(wire->hiredis); /* and the socket */
    explicit_bzero(wire->greeting.text, wire->greeting.n);
    free(wire->greeting.text);
    free(wire);
}

void redis_wire_close(struct redis_wire *wire)
{
    if (!wire || wire->closed)
        return;
    wire->closed = true;
    uv_close((uv_handle_t *)&wire->poll, handle_closed);
    uv_close((uv_handle_t *)&wire->idle, handle_closed);
    uv_close((uv_handle_t *)&wire->timer, handle_closed);
}

static void lose(struct redis_wire *wire, enum redis_outcome outcome, const char *why)
{
    if (wire->closed)
        return;
    redis_wire_close(wire);
    wire->owner->lost(outcome, why, wire->arg);
}

/* -------------------------------------------------------------- writing -- */

static void on_poll(uv_poll_t *poll, int status, int events);
static void on_timer(uv_timer_t *timer);

static void watch(struct redis_wire *wire, int events)
{
    if (events != wire->watching)
        uv_poll_start(&wire->poll, events, on_poll);
    wire->watching = events;
}

/* hiredis has met an error: of the connection, or of the certificate. */
static void broken(struct redis_wire *wire)
{
    const char *wrong = wire->tls ? redis_tls_wrong(wire->tls) : NULL;
    char why[REDIS_REASON];
    snprintf(why, sizeof why, "its certificate: %s", wrong ? wrong : "");
    lose(wire, wrong ? REDIS_REFUSED : REDIS_GONE, wrong ? why : wire->hiredis->errstr);
}

static void flush(struct redis_wire *wire)
{
    int done = 0;
    if (redisBufferWrite(wire->hiredis, &done) != REDIS_OK) {
        broken(wire);
        return;
    }
    wire->unwritten = !done;
    const bool reads_first = wire->tls && redis_tls_wants_to_read(wire->tls);
    watch(wire, done || reads_first ? UV_READABLE : UV_READABLE | UV_WRITABLE);
}

static void on_idle(uv_idle_t *idle)
{
    uv_idle_stop(idle);
    flush(idle->data);
}

void redis_wire_send(struct redis_wire *wire, const char *bytes, size_t n)
{
    if (redisAppendFormattedCommand(wire->hiredis, bytes, n) != REDIS_OK)
        sg_out_of_memory();
    if (!wire->connecting && !wire->closed)
        uv_idle_start(&wire->idle, on_idle);
}

void redis_wire_expect(struct redis_wire *wire, uint64_t patience)
{
    if (wire->closed)
        return;
    if (patience)
        uv_timer_start(&wire->timer, on_timer, patience, 0);
    else
        uv_timer_stop(&wire->timer);
}

/* -------------------------------------------------------------- reading -- */

static void greet(struct redis_wire *wire, const redisReply *reply)
{
    enum redis_outcome outcome;
    const char *wrong = redis_greeted(wire->greeting.steps[wire->greeted++], reply, &outcome);
    if (wrong) {
        lose(wire, outcome, wrong);
    } else if (wire->greeted == wire->greeting.count) {
        wire->open = true;
        uv_timer_stop(&wire->timer);
        wire->owner->opened(wire->arg);
    }
}

static void take_replies(struct redis_wire *wire)
{
    void *reply = NULL;
    while (!wire->closed) {
        if (redisGetReplyFromReader(wire->hiredis, &reply) != REDIS_OK) {
            lose(wire, REDIS_GONE, wire->hiredis->errstr);
            return;
        }
        if (!reply)
            break;
        if (wire->open)
            wire->owner->replied(reply, wire->arg);
        else
            greet(wire, reply);
        freeReplyObject(reply);
    }
    if (wire->hiredis->reader->len - wire->hiredis->reader->pos > LONGEST)
        lose(wire, REDIS_GONE, "its answer is too long");
}

/* What TLS has deciphered does not make the socket readable: so it is read until nothing
 * more comes. */
static void receive(struct redis_wire *wire)
{
    const redisReader *reader = wire->hiredis->reader;
    size_t before;
    do {
        before = reader->len;
        if (redisBufferRead(wire->hiredis) != REDIS_OK)
            broken(wire);
    } while (!wire->closed && wire->tls && reader->len > before && reader->len < LONGEST);
    if (!wire->closed)
        take_replies(wire);
    if (!wire->closed && wire->tls && wire->unwritten)
        flush(wire);
}

/* A list that says it is long takes memory before its items come. */
#if HIREDIS_MAJOR >= 1
typedef size_t list_size;
#else
typedef int list_size;
#endif
static redisReplyObjectFunctions narrow;
static void *(*create_list)(const redisReadTask *task, list_size count);

static void *create_narrow_list(const redisReadTask *task, list_size count)
{
    return count > WIDEST ? NULL : create_list(task, count);
}

static void bound(redisReader *reader)
{
    if (!create_list) {
        narrow = *reader->fn;
        create_list = narrow.createArray;
        narrow.createArray = create_narrow_list;
    }
    reader->fn = &narrow;
}

/* ----------------------------------------------------------- connecting -- */

static int socket_error(const struct redis_wire *wire)
{
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(wire->hiredis->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
}

static uint64_t connect_patience(const struct redis_login *login)
{
    return login->patience > CONNECT ? login->patience : CONNECT;
}

/* To agree on TLS takes both sides some time. */
static void connected(struct redis_wire *wire)
{
    const struct redis_login *login = wire->login;
    wire->connecting = false;
    if (login->tls) {
        wire->tls = redis_tls_begin(login->tls, wire->hiredis, &wire->place);
        if (!wire->tls) {
            broken(wire);
            return;
        }
    }
    redis_wire_send(wire, wire->greeting.text, wire->greeting.n);
    uv_timer_start(&wire->timer, on_timer, login->tls ? connect_patience(login) : login->patience,
                   0);
    watch(wire, UV_READABLE);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct redis_wire *wire = poll->data;
    const int error = status < 0 || wire->connecting ? socket_error(wire) : 0;
    if (error)
        lose(wire, REDIS_GONE, strerror(error));
    else if (wire->connecting)
        connected(wire);
    else if (status < 0)
        receive(wire); /* what it said before it went */
    else if (events & UV_WRITABLE)
        flush(wire);
    if (!wire->closed && !error && (events & UV_READABLE) && status == 0)
        receive(wire);
    if (!wire->closed && status < 0)
        lose(wire, REDIS_GONE, "the connection is broken");
}

static void on_timer(uv_timer_t *timer)
{
    struct redis_wire *wire = timer->data;
    lose(wire, REDIS_GONE,
         wire->connecting ? "does not accept the connection" : "does not answer in time");
}

static int open_socket(const struct address_place *place)
{
    const int on = 1, family = place->addr.ss_family;
    const int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    if (family != AF_UNIX)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(fd, (const struct sockaddr *)&place->addr, place->addrlen) == 0 ||
        errno == EINPROGRESS)
        return fd;
    const int error = errno;
    close(fd);
    errno = error;
    return -1;
}

struct redis_wire *redis_wire_open(const struct redis_login *login,
                                   const struct address_place *place,
                                   const struct redis_wire_owner *owner, void *arg)
{
    const int fd = open_socket(place);
    if (fd < 0)
        return NULL;
    struct redis_wire *wire = sg_alloc(sizeof *wire);
    wire->owner = owner;
    wire->arg = arg;
    wire->login = login;
    wire->place = *place;
    wire->greeting = redis_greeting(login);
    wire->hiredis = redisConnectFd(fd);
    if (!wire->hiredis)
        sg_out_of_memory();
    wire->hiredis->flags &= ~REDIS_BLOCK;
    bound(wire->hiredis->reader);
    uv_poll_init(sg_loop(), &wire->poll, fd);
    uv_idle_init(sg_loop(), &wire->idle);
    uv_timer_init(sg_loop(), &wire->timer);
    wire->poll.data = wire->idle.data = wire->timer.data = wire;
    wire->handles = 3;
    wire->connecting = true;
    watch(wire, UV_WRITABLE);
    uv_timer_start(&wire->timer, on_timer, login->patience > CONNECT ? login->patience : CONNECT,
                   0);
    return wire;
}
