/* Connections that break while they are written to. */
#include "net_rig.h"
#include "../../daemon/base/check.h"
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static void break_pipe(struct probe *p)
{
    close(p->peer);
    p->peer = -1;
    conn_write(&p->conn, "x", 1);
    conn_flush(&p->conn);
    assert_int_equal(p->count[ERROR], 0);
}

static void broken_pipe(void **state)
{
    (void)state;
    struct probe *p = probe_unix();
    break_pipe(p);
    run_until_count(p, ERROR, 1);
    assert_int_equal(p->error, EPIPE);
    conn_write(&p->conn, "z", 1);
    conn_flush(&p->conn);
    run_turns(3);
    assert_int_equal(p->count[ERROR], 1);
    assert_int_equal(p->count[END], 0);
    probe_free(p);
}

static void broken_pipe_after_the_end(void **state)
{
    (void)state;
    struct probe *p = probe_unix();
    close(p->peer);
    p->peer = -1;
    run_until_count(p, END, 1);
    conn_write(&p->conn, "x", 1);
    run_until_count(p, ERROR, 1);
    probe_free(p);
}

static void broken_with_a_backlog(void **state)
{
    (void)state;
    struct probe *p = probe_unix();
    char *bytes = xcalloc(1, 500000);
    conn_write(&p->conn, bytes, 500000);
    assert_in_range(conn_backlog(&p->conn), 1, 500000);
    close(p->peer);
    p->peer = -1;
    run_until_count(p, ERROR, 1);
    assert_null(p->conn.out.kept);
    conn_write(&p->conn, bytes, 500000);
    conn_write(&p->conn, "y", 1);
    assert_int_equal(conn_backlog(&p->conn), 0);
    assert_int_equal(p->count[LOW], 0);
    free(bytes);
    probe_free(p);
}

static void last_words(void **state)
{
    (void)state;
    struct probe *p = probe_unix();
    static char words[150000];
    fill_pattern(words, sizeof words, 0);
    conn_pause(&p->conn);
    peer_send(p, words, sizeof words);
    run_turns(2);
    conn_resume(&p->conn);
    break_pipe(p);
    run_until_count(p, ERROR, 1);
    assert_pattern(&p->got, sizeof words);
    probe_free(p);
}

/* The other peer speaks and goes when the events of this turn are fetched. */
static size_t write_to_the_departed(struct conn *c, const char *bytes, size_t n)
{
    struct probe *other = ((struct probe *)c)->other;
    peer_say(other, "421 no more");
    conn_write(&other->conn, bytes, n);
    break_pipe(other);
    return n;
}

static void last_words_unannounced(void **state)
{
    (void)state;
    static const struct conn_ops ops = {.data = write_to_the_departed};
    struct probe *from = probe_unix(), *to = probe_unix();
    from->conn.ops = &ops;
    from->other = to;
    peer_say(from, "NOOP");
    run_until_count(to, ERROR, 1);
    assert_bytes(&to->got, "421 no more");
    probe_free(from);
    probe_free(to);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG("a broken pipe is told later and once, never from inside a write", broken_pipe),
        RIG("a broken pipe is told also when the end had been told before",
            broken_pipe_after_the_end),
        RIG("with the pipe goes the backlog, and no new one begins", broken_with_a_backlog),
        RIG("all the peer said before the pipe broke is delivered first", last_words),
        RIG("also what no event has announced", last_words_unannounced),
    };
    return cmocka_run_group_tests_name("conn_broken", tests, NULL, NULL);
}
