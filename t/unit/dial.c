/* Dialling over the loopback. */
#include "net_rig.h"
#include "../../daemon/net/dial.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <sys/un.h>
#include <unistd.h>

static struct sockaddr *generic(void *address)
{
    return address;
}

static int dial(struct probe *p, void *to, void *from)
{
    const struct dial d = {.to = generic(to), .from = from ? generic(from) : NULL};
    return dial_start(&p->conn, &d, &probe_ops, 4096);
}

static void take_peer(struct probe *p, int listener)
{
    p->peer = accept(listener, NULL, NULL);
    assert_true(p->peer >= 0);
    close(listener);
}

static void connects(void **state)
{
    (void)state;
    struct sockaddr_in to;
    int listener = tcp_listener(&to), on = 0;
    socklen_t size = sizeof on;
    struct probe *p = probe_new();
    assert_int_equal(dial(p, &to, NULL), 0);
    assert_int_equal(p->count[CONNECTED], 0);
    run_until_count(p, CONNECTED, 1);
    getsockopt(p->conn.watch.fd, IPPROTO_TCP, TCP_NODELAY, &on, &size);
    assert_int_equal(on != 0, 1);
    take_peer(p, listener);
    peer_say(p, "220 hello");
    run_until_got(p, 9);
    assert_int_equal(p->count[CONNECTED], 1);
    probe_free(p);
}

static void written_before(void **state)
{
    (void)state;
    struct sockaddr_in to;
    int listener = tcp_listener(&to);
    struct probe *p = probe_new();
    assert_int_equal(dial(p, &to, NULL), 0);
    conn_write(&p->conn, "PROXY ", 6);
    conn_write(&p->conn, "TCP4\r\n", 6);
    conn_flush(&p->conn);
    run_until_count(p, LOW, 1);
    assert_int_equal(p->order[0], CONNECTED);
    take_peer(p, listener);
    char text[20] = "";
    assert_int_equal(read(p->peer, text, sizeof text), 12);
    assert_string_equal(text, "PROXY TCP4\r\n");
    probe_free(p);
}

static void shut_before(void **state)
{
    (void)state;
    struct sockaddr_in to;
    int listener = tcp_listener(&to);
    struct probe *p = probe_new();
    assert_int_equal(dial(p, &to, NULL), 0);
    conn_shutdown(&p->conn);
    run_until_count(p, CONNECTED, 1);
    take_peer(p, listener);
    assert_int_equal(read(p->peer, &(char){0}, 1), 0);
    probe_free(p);
}

static int state_of(const struct probe *p)
{
    struct tcp_info info;
    socklen_t size = sizeof info;
    assert_int_equal(getsockopt(p->conn.watch.fd, IPPROTO_TCP, TCP_INFO, &info, &size), 0);
    return info.tcpi_state;
}

/* A listener whose backlog is full does not answer a SYN. */
static void still_connecting(void **state)
{
    (void)state;
    struct sockaddr_in to;
    int listener = tcp_listener(&to);
    struct probe *first = probe_new(), *idle = probe_new(), *busy = probe_new();
    assert_int_equal(listen(listener, 0), 0);
    assert_int_equal(dial(first, &to, NULL), 0);
    run_until_count(first, CONNECTED, 1);
    assert_int_equal(dial(idle, &to, NULL), 0);
    assert_int_equal(dial(busy, &to, NULL), 0);
    conn_write(&busy->conn, "x", 1);
    conn_shutdown(&busy->conn);
    conn_shutdown(&idle->conn);
    run_turns(3);
    assert_int_equal(conn_backlog(&busy->conn), 1);
    assert_int_equal(busy->happened + idle->happened, 0);
    assert_int_equal(state_of(busy), TCP_SYN_SENT);
    assert_int_equal(state_of(idle), TCP_SYN_SENT);
    close(listener);
    probe_free(first);
    probe_free(idle);
    probe_free(busy);
}

static void refused(void **state)
{
    (void)state;
    struct sockaddr_in to;
    struct probe *p = probe_new();
    close(tcp_listener(&to));
    if (dial(p, &to, NULL) != 0) {
        assert_int_equal(errno, ECONNREFUSED);
    } else {
        conn_write(&p->conn, "x", 1);
        assert_int_equal(p->count[ERROR], 0);
        run_until_count(p, ERROR, 1);
        assert_int_equal(p->error, ECONNREFUSED);
        assert_int_equal(p->happened, 1);
    }
    probe_free(p);
}

static void impossible(void **state)
{
    (void)state;
    struct sockaddr_un to = {.sun_family = AF_UNIX, .sun_path = "/nonexistent/socket"};
    struct probe *p = probe_new();
    assert_int_equal(dial(p, &to, NULL), -1);
    assert_int_equal(errno, ENOENT);
    assert_false(conn_is_open(&p->conn));
    run_turns(2);
    assert_int_equal(p->happened, 0);
    probe_free(p);
}

static void not_our_address(void **state)
{
    (void)state;
    struct sockaddr_in to, from = {.sin_family = AF_INET};
    inet_pton(AF_INET, "192.0.2.77", &from.sin_addr);
    int listener = tcp_listener(&to);
    struct probe *p = probe_new();
    assert_int_equal(dial(p, &to, &from), -1);
    assert_int_equal(errno, EADDRNOTAVAIL);
    close(listener);
    probe_free(p);
}

static void from_an_address(void **state)
{
    (void)state;
    struct sockaddr_in to, from = {.sin_family = AF_INET}, seen;
    socklen_t size = sizeof seen;
    inet_pton(AF_INET, "127.0.0.5", &from.sin_addr);
    int listener = tcp_listener(&to);
    struct probe *p = probe_new();
    assert_int_equal(dial(p, &to, &from), 0);
    run_until_count(p, CONNECTED, 1);
    take_peer(p, listener);
    assert_int_equal(getpeername(p->peer, generic(&seen), &size), 0);
    assert_int_equal(seen.sin_addr.s_addr, from.sin_addr.s_addr);
    probe_free(p);
}

static void over_ipv6(void **state)
{
    (void)state;
    struct sockaddr_in6 to = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback}, from = to;
    socklen_t size = sizeof to;
    int listener = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0 || bind(listener, generic(&to), size) != 0)
        skip();
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, generic(&to), &size), 0);
    struct probe *p = probe_new();
    assert_int_equal(dial(p, &to, &from), 0);
    run_until_count(p, CONNECTED, 1);
    close(listener);
    probe_free(p);
}

/* What only CAP_NET_ADMIN may: with it the option is seen, without it the
 * refusal. */
static void mark_and_transparent(void **state)
{
    (void)state;
    struct sockaddr_in to, from = {.sin_family = AF_INET};
    inet_pton(AF_INET, "127.0.0.6", &from.sin_addr);
    int listener = tcp_listener(&to), mark = 0;
    socklen_t size = sizeof mark;
    struct probe *p = probe_new();
    const struct dial d = {
        .to = generic(&to), .from = generic(&from), .transparent = true, .mark = 77};
    if (dial_start(&p->conn, &d, &probe_ops, 4096) != 0) {
        assert_int_equal(errno, EPERM);
    } else {
        getsockopt(p->conn.watch.fd, SOL_SOCKET, SO_MARK, &mark, &size);
        assert_int_equal(mark, 77);
        getsockopt(p->conn.watch.fd, IPPROTO_IP, IP_TRANSPARENT, &mark, &size);
        assert_int_equal(mark, 1);
    }
    close(listener);
    probe_free(p);
}

static void close_it(struct probe *p)
{
    conn_close(&p->conn);
}

static void closed_in_connected(void **state)
{
    (void)state;
    struct sockaddr_in to;
    int listener = tcp_listener(&to);
    struct probe *p = probe_new();
    p->during[CONNECTED] = close_it;
    assert_int_equal(dial(p, &to, NULL), 0);
    conn_write(&p->conn, "x", 1);
    run_until_count(p, CONNECTED, 1);
    run_turns(2);
    assert_int_equal(p->happened, 1);
    close(listener);
    probe_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG("a dialled connection stands, without Nagle's delay, and brings bytes", connects),
        RIG("what was written before goes out with the connection", written_before),
        RIG("a FIN asked for before goes out with the connection", shut_before),
        RIG("while the server does not answer, writes and a FIN wait", still_connecting),
        RIG("a refusal is an error, later, and nothing else", refused),
        RIG("what cannot even begin fails at once", impossible),
        RIG("an address that is not ours cannot be dialled from", not_our_address),
        RIG("the server sees the address dialled from", from_an_address),
        RIG("IPv6 works, with the source given", over_ipv6),
        RIG("mark and transparency are set, or refused without the capability",
            mark_and_transparent),
        RIG("a connection may be closed in connected", closed_in_connected),
    };
    return cmocka_run_group_tests_name("dial", tests, NULL, NULL);
}
