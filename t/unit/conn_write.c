/* Writing: gathering, back-pressure, and what becomes of the memory. */
#include "net_rig.h"
#include "../../daemon/base/check.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Datagrams show what one system call sent. */
static struct probe *probe_packets(void)
{
    int fds[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
    struct probe *p = probe_new();
    p->peer = fds[1];
    assert_int_equal(conn_open(&p->conn, fds[0], &probe_ops, 4096), 0);
    return p;
}

static void assert_packet(struct probe *p, const char *text)
{
    char packet[1024];
    ssize_t n = read(p->peer, packet, sizeof packet);
    assert_int_equal(n, strlen(text));
    assert_memory_equal(packet, text, strlen(text));
}

static void gathered(void **state)
{
    (void)state;
    struct probe *p = probe_packets();
    char temporary[8] = "two ";
    conn_write(&p->conn, "one ", 4);
    conn_write(&p->conn, temporary, 4);
    memset(temporary, '#', sizeof temporary);
    conn_write(&p->conn, "three", 5);
    assert_int_equal(read(p->peer, temporary, 1), -1);
    conn_flush(&p->conn);
    assert_packet(p, "one two three");
    for (int i = 0; i < 100; i++)
        conn_write(&p->conn, "*", 1);
    conn_flush(&p->conn);
    assert_int_equal(read(p->peer, temporary, 1), 1);
    conn_flush(&p->conn);
    assert_int_equal(read(p->peer, temporary, 1), -1);
    probe_free(p);
}

static size_t relay_in_pieces(struct conn *c, const char *bytes, size_t n)
{
    struct conn *to = &((struct probe *)c)->other->conn;
    char local[3] = "<>";
    conn_write(to, local, 1);
    conn_write(to, bytes, n / 2);
    conn_write(to, bytes + n / 2, n - n / 2);
    conn_write(to, local + 1, 1);
    memset(local, '#', sizeof local);
    return n;
}

static const struct conn_ops relay_ops = {.data = relay_in_pieces};

static void flushed_by_the_loop(void **state)
{
    (void)state;
    struct probe *from = probe_unix(), *to = probe_packets();
    from->conn.ops = &relay_ops;
    from->other = to;
    peer_say(from, "RCPT TO");
    run_turns(2);
    assert_packet(to, "<RCPT TO>");
    peer_say(from, "x");
    run_turns(2);
    assert_packet(to, "<x>");
    probe_free(from);
    probe_free(to);
}

/* More connections, spans and bytes than there is room to note them in. */
static void more_than_fits(void **state)
{
    (void)state;
    struct probe *p[20];
    for (int i = 0; i < 20; i++)
        p[i] = probe_unix();
    for (int round = 0; round < 100; round++) {
        for (int i = 0; i < 20; i++) {
            char text[40];
            fill_pattern(text, sizeof text, (size_t)round * sizeof text);
            conn_write(&p[i]->conn, text, 1);
            conn_write(&p[i]->conn, text + 1, sizeof text - 1);
        }
    }
    run_turns(1);
    for (int i = 0; i < 20; i++) {
        peer_read(p[i], &p[i]->got);
        assert_pattern(&p[i]->got, 4000);
        probe_free(p[i]);
    }
}

static void many_spans_on_one(void **state)
{
    (void)state;
    struct probe *p = probe_unix();
    char *pattern = xmalloc(100000);
    fill_pattern(pattern, 100000, 0);
    for (size_t at = 0; at < 1000; at += 5)
        conn_write(&p->conn, pattern + at, 5);
    conn_write(&p->conn, pattern + 1000, 99000);
    memset(pattern, '#', 100000);
    free(pattern);
    conn_flush(&p->conn);
    peer_read(p, &p->got);
    assert_pattern(&p->got, 100000);
    probe_free(p);
}

static void peer_reads_slowly(struct probe *p, size_t total)
{
    char piece[20000];
    while (buffer_len(&p->got) < total) {
        ssize_t n = read(p->peer, piece, 1 + random_below(sizeof piece));
        if (n > 0)
            buffer_append(&p->got, piece, (size_t)n);
        run_turns(1);
    }
}

static void slow_peer(struct probe *p, size_t total)
{
    char *pattern = xmalloc(total);
    fill_pattern(pattern, total, 0);
    for (size_t at = 0, n; at < total; at += n) {
        n = 1 + random_below(5000);
        n = n < total - at ? n : total - at;
        conn_write(&p->conn, pattern + at, n);
        if (random_below(3) == 0)
            conn_flush(&p->conn);
        assert_true(conn_backlog(&p->conn) <= at + n);
    }
    conn_flush(&p->conn);
    free(pattern);
    assert_in_range(conn_backlog(&p->conn), 1, total);
    assert_int_equal(p->count[LOW], 0);
    peer_reads_slowly(p, total);
    run_turns(3);
    assert_pattern(&p->got, total);
    assert_int_equal(p->count[LOW], 1);
    assert_null(p->conn.out.kept);
}

static void a_slow_peer(void **state)
{
    (void)state;
    struct probe *p = probe_unix();
    slow_peer(p, 1000000);
    probe_free(p);
}

static void a_slow_tcp_peer(void **state)
{
    (void)state;
    struct probe *p = probe_tcp();
    slow_peer(p, 8000000);
    probe_free(p);
}

static void no_low_water_without_backlog(void **state)
{
    (void)state;
    struct probe *p = probe_unix();
    conn_write(&p->conn, "x", 1);
    conn_flush(&p->conn);
    run_turns(3);
    assert_int_equal(p->count[LOW], 0);
    assert_int_equal(conn_backlog(&p->conn), 0);
    probe_free(p);
}

static void fin_behind_the_backlog(void **state)
{
    (void)state;
    struct probe *p = probe_unix();
    char *pattern = xmalloc(500000);
    fill_pattern(pattern, 500000, 0);
    conn_write(&p->conn, pattern, 500000);
    conn_shutdown(&p->conn);
    conn_write(&p->conn, "too late", 8);
    free(pattern);
    peer_reads_slowly(p, 500000);
    run_turns(3);
    assert_pattern(&p->got, 500000);
    assert_int_equal(read(p->peer, &(char){0}, 1), 0);
    probe_free(p);
}

/* A relay of two connections: what goes in one end comes out at the other, and
 * while the reader sleeps the writer is held up, not the memory filled. */
static size_t relay(struct conn *c, const char *bytes, size_t n)
{
    struct probe *p = (struct probe *)c;
    char copied[999]; /* so that borrowed and copied spans alternate */
    for (size_t at = 0, piece; at < n; at += piece) {
        piece = n - at < sizeof copied ? n - at : sizeof copied;
        memcpy(copied, bytes + at, piece);
        conn_write(&p->other->conn, at % 2 ? copied : bytes + at, piece);
    }
    conn_flush(&p->other->conn);
    if (conn_backlog(&p->other->conn) > p->most_offered)
        p->most_offered = conn_backlog(&p->other->conn);
    if (conn_backlog(&p->other->conn) > 0)
        conn_pause(c);
    return n;
}

static void resume_other(struct conn *c)
{
    conn_resume(&((struct probe *)c)->other->conn);
}

static const struct conn_ops tunnel_ops = {.data = relay, .low_water = resume_other};

static size_t fill(int fd, size_t from, size_t limit)
{
    char piece[16384];
    ssize_t n = 0;
    size_t at = from;
    while (at < limit) {
        size_t want = sizeof piece < limit - at ? sizeof piece : limit - at;
        fill_pattern(piece, want, at);
        if ((n = send(fd, piece, want, MSG_NOSIGNAL)) <= 0)
            break;
        at += (size_t)n;
    }
    return at;
}

/* Nothing is read at the far end: a relay without bounds would take all of it.  The
 * kernel delivers what TCP has sent when it likes, so we wait for the first backlog. */
static void tunnel(struct probe *in, struct probe *out, size_t total)
{
    size_t sent = 0;
    while (in->most_offered == 0 && sent < total) {
        sent = fill(in->peer, sent, total);
        run_turns(5);
    }
    for (int i = 0; i < 100; i++) {
        sent = fill(in->peer, sent, total);
        run_turns(5);
    }
    assert_true(sent < total);
    assert_in_range(in->most_offered, 1, 65536);
    while (buffer_len(&out->got) < total) {
        sent = fill(in->peer, sent, total);
        run_turns(2);
        peer_read(out, &out->got);
    }
    assert_pattern(&out->got, total);
    assert_null(out->conn.out.kept);
    assert_null(in->conn.in.kept);
}

static void tunnel_both_ways(struct probe *a, struct probe *b)
{
    a->other = b;
    b->other = a;
    a->conn.ops = b->conn.ops = &tunnel_ops;
    tunnel(a, b, 2000000);
    tunnel(b, a, 2000000);
    probe_free(a);
    probe_free(b);
}

static void back_pressure(void **state)
{
    (void)state;
    tunnel_both_ways(probe_unix(), probe_unix());
}

/* TCP takes a part of what it is given, at any byte. */
static struct probe *probe_narrow(void)
{
    struct probe *p = probe_tcp();
    int fds[2] = {p->conn.watch.fd, p->peer}, size = 20000;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(setsockopt(fds[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof size), 0);
        assert_int_equal(setsockopt(fds[i], SOL_SOCKET, SO_RCVBUF, &size, sizeof size), 0);
    }
    return p;
}

static void back_pressure_in_parts(void **state)
{
    (void)state;
    tunnel_both_ways(probe_narrow(), probe_narrow());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG("writes are gathered and copied, and sent by one call at the flush", gathered),
        RIG("the loop flushes what a callback wrote, in one call", flushed_by_the_loop),
        RIG("more connections and bytes than can be noted lose nothing", more_than_fits),
        RIG("many pieces and one larger than all room keep their order", many_spans_on_one),
        RIG("a slow peer gets all of it in order, and the memory comes back", a_slow_peer),
        RIG("so over TCP", a_slow_tcp_peer),
        RIG("low water is not told when nothing was held up", no_low_water_without_backlog),
        RIG("the FIN goes behind the backlog, and nothing behind the FIN", fin_behind_the_backlog),
        RIG("a relay holds up the writer, not the memory, in both directions", back_pressure),
        RIG("so over TCP that takes writes in part", back_pressure_in_parts),
    };
    return cmocka_run_group_tests_name("conn_write", tests, NULL, NULL);
}
