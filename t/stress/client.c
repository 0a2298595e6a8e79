/* The client's side: sends its plan piece by piece or pipelined, in the cuts
 * and with the end that are planned, and hands each reply to the oracle. */
#include "loop.h"
#include "oracle.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

enum { PATIENCE_MS = 60000, DEAF_MS = 150, SLOW_READ = 40 };

struct client {
    struct endpoint e;
    struct session *session;
    struct bytes in;
    unsigned piece;             /* the first that is not wholly sent */
    uint64_t moved, deaf_until; /* the last byte either way */
    uint64_t rest_until;        /* slow */
    bool finished;              /* FIN is sent */
    unsigned port;
};

unsigned client_port(const struct client *c)
{
    return c->port;
}

static void quit(struct client *c, bool reset)
{
    c->session->client = NULL;
    session_let_go(c->session);
    bytes_finish(&c->in);
    loop_close(&c->e, reset);
    tally.sessions++;
}

/* ---- replies ---- */

/* A whole reply off the front of the buffer; its length, 0: not yet. */
static size_t reply_length(const char *p, size_t n, const char **last)
{
    for (size_t at = 0; at < n;) {
        const char *lf = memchr(p + at, '\n', n - at);
        if (!lf)
            return 0;
        *last = p + at;
        size_t line = (size_t)(lf - p) + 1 - at;
        at += line;
        if (line < 4 || (*last)[3] != '-')
            return at;
    }
    return 0;
}

static void take_replies(struct client *c)
{
    const char *last = NULL;
    size_t at = 0, n;
    while ((n = reply_length(c->in.p + at, c->in.n - at, &last)) > 0) {
        char text[64];
        size_t room = (size_t)(c->in.p + at + n - last);
        snprintf(text, sizeof text, "%.*s", (int)(room < 63 ? room : 63), last);
        oracle_reply(c->session, atoi(text), c->in.p + at, n, strlen(text) > 4 ? text + 4 : "");
        at += n;
    }
    bytes_drop(&c->in, at);
}

/* False: the session is over. */
static bool read_some(struct client *c)
{
    static char room[65536];
    ssize_t n = loop_read(&c->e, room, c->session->slow ? SLOW_READ : sizeof room);
    if (n == -1)
        return true;
    if (n > 0) {
        c->moved = loop_now();
        bytes_add(&c->in, room, (size_t)n);
        take_replies(c);
        loop_again(&c->e);
        return true;
    }
    if (c->in.n > 0 && !c->session->server_failed && !c->session->cut_off && n == 0)
        complain(c->session, "half a reply at the end");
    trace(c->session, n == 0 ? "C < end" : "C < reset", "", 0);
    oracle_end(c->session, n == -2);
    quit(c, false);
    return false;
}

/* ---- what is sent ---- */

/* How far the client may send now. */
static size_t allowed(struct client *c)
{
    struct session *s = c->session;
    size_t limit = s->sent;
    for (unsigned i = c->piece; i < s->count; i++) {
        const struct piece *p = &s->pieces[i];
        if (p->skipped && limit > s->sent)
            break;
        if (!p->skipped && p->gate && s->answered < i && s->sent <= p->at)
            break;
        limit = p->at + p->size;
        if (!p->skipped)
            continue;
        s->sent = limit;
        c->piece = i + 1;
    }
    return limit;
}

static void advance(struct client *c)
{
    struct session *s = c->session;
    while (c->piece < s->count && s->sent >= s->pieces[c->piece].at + s->pieces[c->piece].size)
        c->piece++;
}

static bool leaves(const struct session *s)
{
    return s->leave != LEAVE_NOT && !s->left && s->sent >= s->leave_at;
}

/* False: gone. */
static bool leave(struct client *c)
{
    struct session *s = c->session;
    enum leave how = s->leave;
    tally.left++;
    if (how == LEAVE_DEAF) {
        c->deaf_until = loop_now() + DEAF_MS;
        s->leave = LEAVE_NOT;
        return true;
    }
    if (tracing)
        fprintf(stderr, "%u C leaves in #%u, %zu bytes sent, #%u is due\n", s->number, c->piece,
                s->sent, s->answered);
    s->left = true;
    if (how == LEAVE_FIN) {
        shutdown(c->e.fd, SHUT_WR);
        c->finished = true;
    }
    if (how == LEAVE_RESET || how == LEAVE_CLOSE)
        quit(c, how == LEAVE_RESET);
    return how == LEAVE_FIN || how == LEAVE_STALL;
}

static size_t at_most(const struct session *s, size_t limit)
{
    size_t n = limit - s->sent;
    if (s->cut && n > s->cut)
        n = s->cut;
    if (s->leave != LEAVE_NOT && s->sent < s->leave_at && s->sent + n > s->leave_at)
        n = s->leave_at - s->sent;
    return n;
}

/* Nothing more will be sent: all is, or it makes no sense any longer. */
static bool has_said_all(const struct session *s, size_t limit)
{
    if (s->ending || (s->adrift && s->sent == limit))
        return true;
    return s->sent == s->wire.n && s->pieces[s->count - 1].kind != QUIT;
}

static void close_half(struct client *c)
{
    c->finished = c->session->left = true;
    c->session->leave = LEAVE_FIN;
    shutdown(c->e.fd, SHUT_WR);
}

static void send_some(struct client *c)
{
    struct session *s = c->session;
    if (s->left || !c->e.writable)
        return;
    size_t limit = allowed(c), n = at_most(s, limit);
    if (n > 0 && !s->ending) {
        size_t sent = loop_write(&c->e, s->wire.p + s->sent, n);
        trace(s, "C >", s->wire.p + s->sent, sent);
        s->sent += sent;
        c->moved = loop_now();
        advance(c);
    }
    if (leaves(s) && !leave(c))
        return;
    if (has_said_all(s, limit))
        close_half(c);
    else if (c->e.writable && s->sent < limit && !s->left)
        loop_again(&c->e);
}

static void client_turn(struct endpoint *e)
{
    struct client *c = (struct client *)e;
    if (loop_now() - c->moved > PATIENCE_MS) {
        complain(c->session, "no answer and no end, #%u is due", c->session->answered);
        quit(c, true);
        return;
    }
    if (loop_now() < c->rest_until)
        return;
    if (c->session->slow)
        c->rest_until = loop_now() + SLOW_MS;
    if (e->readable && loop_now() >= c->deaf_until && !read_some(c))
        return;
    send_some(c);
}

struct client *client_start(unsigned number, uint16_t port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)}, here;
    socklen_t size = sizeof here;
    int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || (connect(fd, (struct sockaddr *)&to, sizeof to) != 0 && errno != EINPROGRESS)) {
        perror("campaign: connect");
        exit(2);
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    getsockname(fd, (struct sockaddr *)&here, &size);
    struct client *c = calloc(1, sizeof *c);
    loop_add(&c->e, fd, client_turn);
    c->session = session_hold(number);
    c->session->client = c;
    c->moved = loop_now();
    c->port = ntohs(here.sin_port);
    return c;
}
