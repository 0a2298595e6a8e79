#include "net_rig.h"
#include "../../daemon/base/check.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define WATCHDOG_S 60 /* a test that hangs is killed: red, not endless */

static struct probe *probe_of(struct conn *c)
{
    return (struct probe *)c;
}

/* The callback's own business comes last, because it may free the probe. */
static void happen(struct probe *p, enum happening what)
{
    p->count[what]++;
    if (p->happened < sizeof p->order / sizeof *p->order)
        p->order[p->happened++] = what;
    if (p->during[what])
        p->during[what](p);
}

static size_t on_data(struct conn *c, const char *bytes, size_t n)
{
    struct probe *p = probe_of(c);
    size_t take = n < p->take ? n : p->take;
    buffer_append(&p->got, bytes, take);
    p->offered = n;
    if (n > p->most_offered)
        p->most_offered = n;
    happen(p, DATA);
    return take;
}

static void on_end(struct conn *c)
{
    happen(probe_of(c), END);
}
static void on_low_water(struct conn *c)
{
    happen(probe_of(c), LOW);
}
static void on_connected(struct conn *c)
{
    happen(probe_of(c), CONNECTED);
}

static void on_error(struct conn *c, int error)
{
    probe_of(c)->error = error;
    happen(probe_of(c), ERROR);
}

const struct conn_ops probe_ops = {.data = on_data,
                                   .end = on_end,
                                   .low_water = on_low_water,
                                   .error = on_error,
                                   .connected = on_connected};

struct probe *probe_new(void)
{
    struct probe *p = xcalloc(1, sizeof *p);
    p->take = SIZE_MAX;
    p->peer = -1;
    return p;
}

static struct probe *probe_on(int fd, int peer)
{
    struct probe *p = probe_new();
    p->peer = peer;
    assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    assert_int_equal(fcntl(peer, F_SETFL, O_NONBLOCK), 0);
    assert_int_equal(conn_open(&p->conn, fd, &probe_ops, 4096), 0);
    return p;
}

struct probe *probe_unix(void)
{
    int fds[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
    return probe_on(fds[0], fds[1]);
}

int tcp_listener(struct sockaddr_in *addr)
{
    *addr = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof *addr;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)addr, size), 0);
    assert_int_equal(listen(fd, 16), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)addr, &size), 0);
    return fd;
}

struct probe *probe_tcp(void)
{
    struct sockaddr_in addr;
    int listener = tcp_listener(&addr);
    int peer = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(peer, (struct sockaddr *)&addr, sizeof addr), 0);
    int fd = accept(listener, NULL, NULL);
    assert_true(fd >= 0);
    close(listener);
    return probe_on(fd, peer);
}

void probe_free(struct probe *p)
{
    conn_close(&p->conn);
    buffer_finish(&p->got);
    if (p->peer >= 0)
        close(p->peer);
    free(p);
}

static struct {
    bool (*so)(void *arg);
    void *arg;
} goal;

static void stop_at_goal(void)
{
    if (goal.so(goal.arg))
        loop_stop();
}

void run_until(bool (*so)(void *arg), void *arg)
{
    goal.so = so;
    goal.arg = arg;
    loop_run(stop_at_goal);
}

struct wanted {
    struct probe *p;
    enum happening what;
    size_t n;
};

static bool counted(void *arg)
{
    const struct wanted *w = arg;
    return w->p->count[w->what] >= w->n;
}

static bool got(void *arg)
{
    const struct wanted *w = arg;
    return buffer_len(&w->p->got) >= w->n;
}

void run_until_count(struct probe *p, enum happening what, unsigned count)
{
    run_until(counted, &(struct wanted){p, what, count});
}

void run_until_got(struct probe *p, size_t n)
{
    run_until(got, &(struct wanted){p, DATA, n});
}

/* A turn in which the loop is stopped does not block. */
void run_turns(unsigned n)
{
    while (n-- > 0)
        loop_run(loop_stop);
}

void peer_send(struct probe *p, const char *bytes, size_t n)
{
    assert_int_equal(send(p->peer, bytes, n, MSG_NOSIGNAL), n);
}

void peer_say(struct probe *p, const char *text)
{
    peer_send(p, text, strlen(text));
}

void peer_read(struct probe *p, struct buffer *into)
{
    ssize_t n;
    while ((n = read(p->peer, buffer_reserve(into, 65536), 65536)) > 0)
        buffer_added(into, (size_t)n);
    assert_true(n == 0 || errno == EAGAIN || errno == ECONNRESET);
}

void peer_reset(struct probe *p)
{
    struct linger linger = {.l_onoff = 1, .l_linger = 0};
    assert_int_equal(setsockopt(p->peer, SOL_SOCKET, SO_LINGER, &linger, sizeof linger), 0);
    close(p->peer);
    p->peer = -1;
}

void assert_bytes(const struct buffer *b, const char *text)
{
    assert_int_equal(buffer_len(b), strlen(text));
    assert_memory_equal(buffer_head(b), text, strlen(text));
}

void fill_pattern(char *bytes, size_t n, size_t offset)
{
    for (size_t i = 0; i < n; i++)
        bytes[i] = (char)((offset + i) % 251);
}

void assert_pattern(const struct buffer *b, size_t n)
{
    assert_int_equal(buffer_len(b), n);
    char *expected = xmalloc(n);
    fill_pattern(expected, n, 0);
    assert_memory_equal(buffer_head(b), expected, n);
    free(expected);
}

int rig_open(void **state)
{
    (void)state;
    alarm(WATCHDOG_S);
    return loop_open();
}

int rig_close(void **state)
{
    (void)state;
    loop_close();
    alarm(0);
    return 0;
}
