/* The MTA's sockets: accepts, greets (now and then badly), reads, and writes as
 * slowly as the session's plan says. */
#include "mta.h"
#include "oracle.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SLOW_READ = 1500 };

unsigned sink_open;

void mta_hang_up(struct mta *m, bool reset)
{
    if (m->session)
        session_let_go(m->session);
    bytes_finish(&m->in);
    bytes_finish(&m->out);
    bytes_finish(&m->body);
    sink_open--;
    loop_close(&m->e, reset);
}

/* A slow one takes a little, but not so little that it would come to timeout_idle: when the
 * kernel has all of a message, nothing moves that the daemon could see. */
static size_t appetite(const struct mta *m)
{
    const struct session *s = m->session;
    if (!s || !s->mta_slow)
        return SIZE_MAX;
    return s->wire.n / 50 > SLOW_READ ? s->wire.n / 50 : SLOW_READ;
}

/* False: the connection is gone. */
static bool read_more(struct mta *m)
{
    static char room[65536];
    ssize_t n = loop_read(&m->e, room, appetite(m) < sizeof room ? appetite(m) : sizeof room);
    if (n == 0 || n == -2) {
        mta_hang_up(m, false);
        return false;
    }
    if (n > 0 && m->mode != MUTE)
        bytes_add(&m->in, room, (size_t)n);
    if (n > 0)
        loop_again(&m->e);
    return true;
}

/* False: the connection is gone. */
static bool write_more(struct mta *m)
{
    bool slowly = m->session && m->session->mta_cuts;
    if (m->out.n > 0 && m->e.writable)
        bytes_drop(&m->out, loop_write(&m->e, m->out.p, slowly ? 1 : m->out.n));
    if (m->out.n == 0 && m->closing) {
        mta_hang_up(m, false);
        return false;
    }
    if (m->out.n > 0 && m->e.writable)
        loop_again(&m->e);
    return true;
}

static void mta_turn(struct endpoint *e)
{
    struct mta *m = (struct mta *)e;
    if (m->pause_until > loop_now() || m->rest_until > loop_now())
        return;
    if (m->session && m->session->mta_slow)
        m->rest_until = loop_now() + SLOW_MS;
    if (e->readable && !read_more(m))
        return;
    mta_take(m);
    if (!e->dead)
        write_more(m);
}

/* How it greets: now and then not at all. */
static void greet(struct mta *m)
{
    static struct dice d;
    static const char *const faults[] = {"", "2", "554 mta #0\r\n", "hello\r\n", "220-mta\r\n"};
    if (d.state == 0)
        d.state = campaign_seed + 1;
    if (!one_in(&d, temper.dying ? 15 : 150)) {
        bytes_text(&m->out, "220 mta #0\r\n");
        return;
    }
    tally.banner_faults++;
    if (one_in(&d, 6)) {
        mta_hang_up(m, true);
        return;
    }
    bytes_text(&m->out, faults[below(&d, 5)]);
    m->mode = MUTE;
    m->closing = !one_in(&d, 10);
}

static void listener_turn(struct endpoint *e)
{
    int one = 1, fd;
    while ((fd = accept4(e->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct mta *m = calloc(1, sizeof *m);
        loop_add(&m->e, fd, mta_turn);
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        sink_open++;
        greet(m);
    }
}

/* Bound to a port, 0 for any; says which. */
static int bound(uint16_t *port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(*port)};
    socklen_t size = sizeof a;
    int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 ||
        bind(fd, (struct sockaddr *)&a, size) != 0 ||
        getsockname(fd, (struct sockaddr *)&a, &size) != 0) {
        perror("campaign: the MTA");
        exit(2);
    }
    *port = ntohs(a.sin_port);
    return fd;
}

static int listener;

void sink_here(void)
{
    if (listen(listener, 4096) != 0) {
        perror("campaign: the MTA");
        exit(2);
    }
}

void sink_gone(void)
{
    shutdown(listener, SHUT_RD);
}

/* Bound twice, the second time by number: such a socket keeps its port also while it does
 * not listen. */
uint16_t sink_listen(void)
{
    uint16_t port = 0;
    int first = bound(&port);
    listener = bound(&port);
    close(first);
    sink_here();
    loop_add(calloc(1, sizeof(struct endpoint)), listener, listener_turn);
    return port;
}
