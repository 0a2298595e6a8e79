/* Closing and freeing connections from inside every callback.  What these
 * tests look for are accesses to freed memory: net_memory.t watches them. */
#include "net_rig.h"
#include "../../daemon/base/check.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static unsigned freed;

static void free_it(struct probe *p)
{
    freed++;
    probe_free(p);
}

static bool all_freed(void *arg)
{
    return freed >= *(unsigned *)arg;
}

static void run_until_freed(unsigned n)
{
    run_until(all_freed, &n);
    run_turns(3);
    assert_int_equal(freed, n);
}

static struct probe *doomed(struct probe *p, enum happening when)
{
    freed = 0;
    p->during[when] = free_it;
    return p;
}

static void in_data(void **state)
{
    (void)state;
    struct probe *p = doomed(probe_unix(), DATA);
    peer_say(p, "x");
    shutdown(p->peer, SHUT_WR);
    run_until_freed(1);
}

static void in_data_with_kept_bytes(void **state)
{
    (void)state;
    struct probe *p = probe_unix();
    p->take = 0;
    peer_say(p, "abc");
    run_until_count(p, DATA, 1);
    doomed(p, DATA);
    conn_again(&p->conn);
    run_until_freed(1);
}

static void in_end(void **state)
{
    (void)state;
    struct probe *p = doomed(probe_unix(), END);
    peer_say(p, "x");
    shutdown(p->peer, SHUT_WR);
    run_until_freed(1);
}

static void in_low_water(void **state)
{
    (void)state;
    struct probe *p = doomed(probe_unix(), LOW);
    struct buffer sink = {0};
    char *bytes = xcalloc(1, 300000);
    conn_write(&p->conn, bytes, 300000);
    conn_flush(&p->conn);
    free(bytes);
    peer_say(p, "x"); /* the rest of the same event must not be served */
    while (!freed) {
        peer_read(p, &sink);
        run_turns(1);
    }
    run_turns(3);
    assert_int_equal(freed, 1);
    buffer_finish(&sink);
}

static void in_error(void **state)
{
    (void)state;
    struct probe *p = doomed(probe_tcp(), ERROR);
    peer_reset(p);
    run_until_freed(1);
}

static void with_writes_gathered(void **state)
{
    (void)state;
    struct probe *p = probe_unix();
    conn_write(&p->conn, "x", 1);
    conn_close(&p->conn);
    conn_close(&p->conn);
    run_turns(2);
    assert_int_equal(read(p->peer, &(char){0}, 1), 0);
    probe_free(p);
}

static void free_both(struct probe *p)
{
    conn_write(&p->other->conn, "x", 1);
    conn_again(&p->other->conn);
    free_it(p->other);
    free_it(p);
}

/* Both have an event in the batch; whichever is first frees the other. */
static void each_other(enum happening when, struct probe *(*make)(void))
{
    struct probe *a = doomed(make(), when), *b = doomed(make(), when);
    a->during[when] = b->during[when] = free_both;
    a->other = b;
    b->other = a;
    peer_say(a, "x");
    peer_say(b, "x");
    if (when == ERROR) {
        peer_reset(a);
        peer_reset(b);
    }
    shutdown(a->peer, SHUT_WR);
    shutdown(b->peer, SHUT_WR);
    run_until_freed(2);
}

static void each_other_in_data(void **state)
{
    (void)state;
    each_other(DATA, probe_unix);
}

static void each_other_in_end(void **state)
{
    (void)state;
    each_other(END, probe_unix);
}

static void each_other_in_error(void **state)
{
    (void)state;
    each_other(ERROR, probe_tcp);
}

/* The same from the ready list instead of from events. */
static void each_other_in_the_ready_list(void **state)
{
    (void)state;
    struct probe *a = probe_unix(), *b = probe_unix();
    a->take = b->take = 0;
    peer_say(a, "x");
    peer_say(b, "x");
    run_until_count(a, DATA, 1);
    run_until_count(b, DATA, 1);
    freed = 0;
    a->during[DATA] = b->during[DATA] = free_both;
    a->other = b;
    b->other = a;
    conn_again(&a->conn);
    conn_again(&b->conn);
    run_until_freed(2);
}

static void reopen(struct probe *p)
{
    int fds[2];
    p->during[DATA] = NULL;
    conn_close(&p->conn);
    close(p->peer);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
    p->peer = fds[1];
    assert_int_equal(conn_open(&p->conn, fds[0], &probe_ops, 4096), 0);
}

static void opened_anew(void **state)
{
    (void)state;
    struct probe *p = probe_unix();
    p->during[DATA] = reopen;
    p->take = 1;
    peer_say(p, "abc");
    run_until_count(p, DATA, 1);
    assert_int_equal(conn_kept(&p->conn), 0);
    peer_say(p, "d");
    run_until_count(p, DATA, 2);
    assert_bytes(&p->got, "ad");
    probe_free(p);
}

static void span_outlives(struct probe *p)
{
    struct probe *other = p->other;
    free_it(p);
    assert_true(conn_is_open(&other->conn));
}

static size_t pass_on_and_close(struct conn *c, const char *bytes, size_t n)
{
    struct probe *p = (struct probe *)c;
    conn_write(&p->other->conn, bytes, n);
    span_outlives(p);
    return n;
}

static void bytes_passed_on_survive(void **state)
{
    (void)state;
    static const struct conn_ops ops = {.data = pass_on_and_close};
    struct probe *from = doomed(probe_unix(), DATA), *to = probe_unix();
    from->conn.ops = &ops;
    from->other = to;
    peer_say(from, "last words");
    run_until_freed(1);
    peer_read(to, &to->got);
    assert_bytes(&to->got, "last words");
    probe_free(to);
}

#define CROWD 10000u

static size_t echo(struct conn *c, const char *bytes, size_t n)
{
    conn_write(c, bytes, n);
    return n;
}

static void free_at_end(struct conn *c)
{
    free_it((struct probe *)c);
}

static const struct conn_ops crowd_ops = {.data = echo, .end = free_at_end};

/* As many of the crowd as this process may have descriptors for. */
static unsigned room_for_crowd(void)
{
    struct rlimit limit = {2 * CROWD + 100, 2 * CROWD + 100};
    if (setrlimit(RLIMIT_NOFILE, &limit) == 0)
        return CROWD;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    unsigned room = (unsigned)(limit.rlim_cur - 100) / 2;
    print_message("# only %u connections: ulimit -Hn\n", room < CROWD ? room : CROWD);
    return room < CROWD ? room : CROWD;
}

static void make_crowd(struct probe **crowd, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        crowd[i] = probe_unix();
        crowd[i]->conn.ops = &crowd_ops;
        peer_send(crowd[i], (char *)&i, sizeof i);
    }
}

static void a_crowd(void **state)
{
    (void)state;
    static struct probe *crowd[CROWD];
    unsigned n = room_for_crowd();
    freed = 0;
    make_crowd(crowd, n);
    run_turns(n / 256 + 5);
    for (unsigned i = 0, answer; i < n; i++) {
        assert_int_equal(read(crowd[i]->peer, &answer, sizeof answer), sizeof answer);
        assert_int_equal(answer, i);
        assert_null(crowd[i]->conn.in.kept);
        assert_null(crowd[i]->conn.out.kept);
        shutdown(crowd[i]->peer, SHUT_WR);
    }
    run_until_freed(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG("a connection may be freed in data", in_data),
        RIG("also when bytes were kept", in_data_with_kept_bytes),
        RIG("a connection may be freed in end", in_end),
        RIG("a connection may be freed in low_water", in_low_water),
        RIG("a connection may be freed in error", in_error),
        RIG("closing forgets what was written and not flushed", with_writes_gathered),
        RIG("data may free another connection that has an event, too", each_other_in_data),
        RIG("end may free another connection that has an event, too", each_other_in_end),
        RIG("error may free another connection that has an event, too", each_other_in_error),
        RIG("so may connections of the ready list", each_other_in_the_ready_list),
        RIG("a connection closed and opened anew in data starts empty", opened_anew),
        RIG("bytes passed on arrive though their connection was freed", bytes_passed_on_survive),
        RIG("ten thousand connections are served, keep no memory, and go", a_crowd),
    };
    return cmocka_run_group_tests_name("conn_close", tests, NULL, NULL);
}
