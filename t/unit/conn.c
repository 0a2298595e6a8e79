/* Reading: what `data`, `end` and `error` are told, and in which order. */
#include "net_rig.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void bytes_arrive(void **state)
{
    (void)state;
    struct probe *p = probe_unix();
    peer_say(p, "EHLO x\r\n");
    run_until_got(p, 8);
    assert_bytes(&p->got, "EHLO x\r\n");
    assert_null(p->conn.in.kept);
    probe_free(p);
}

static void kept_bytes_come_first(void **state)
{
    (void)state;
    struct probe *p = probe_unix();
    p->take = 3;
    peer_say(p, "abcdef");
    run_until_got(p, 3);
    assert_int_equal(conn_kept(&p->conn), 3);
    peer_say(p, "ghi");
    run_until_count(p, DATA, 2);
    assert_int_equal(p->offered, 6);
    p->take = SIZE_MAX;
    conn_again(&p->conn);
    run_until_got(p, 9);
    assert_bytes(&p->got, "abcdefghi");
    assert_null(p->conn.in.kept);
    probe_free(p);
}

/* One byte of every run is consumed, so each run meets kept bytes. */
static void cut_anywhere(void **state)
{
    (void)state;
    struct probe *p = probe_unix();
    size_t sent = 0;
    p->take = 1;
    for (int i = 0; i < 300; i++) {
        char piece[60];
        size_t n = 1 + random_below(sizeof piece);
        fill_pattern(piece, n, sent);
        peer_send(p, piece, n);
        sent += n;
        p->take = random_below(80);
        conn_again(&p->conn);
        run_turns(1 + random_below(2));
    }
    p->take = SIZE_MAX;
    conn_again(&p->conn);
    run_until_got(p, sent);
    assert_pattern(&p->got, sent);
    probe_free(p);
}

static void nothing_again(void **state)
{
    (void)state;
    struct probe *p = probe_unix();
    conn_again(&p->conn);
    run_turns(3);
    assert_int_equal(p->count[DATA], 0);
    probe_free(p);
}

static void paused(void **state)
{
    (void)state;
    struct probe *p = probe_unix();
    conn_pause(&p->conn);
    peer_say(p, "MAIL");
    run_turns(3);
    assert_int_equal(p->count[DATA], 0);
    conn_resume(&p->conn);
    run_until_got(p, 4);
    probe_free(p);
}

static void pause_it(struct probe *p)
{
    conn_pause(&p->conn);
    p->take = SIZE_MAX;
}

static void paused_within_data(void **state)
{
    (void)state;
    struct probe *p = probe_unix();
    p->take = 2;
    p->during[DATA] = pause_it;
    peer_say(p, "abcd");
    run_until_count(p, DATA, 1);
    conn_again(&p->conn);
    peer_say(p, "ef");
    run_turns(3);
    assert_bytes(&p->got, "ab");
    conn_resume(&p->conn);
    run_until_got(p, 6);
    assert_bytes(&p->got, "abcdef");
    probe_free(p);
}

static void reads_no_more_than_it_may_keep(void **state)
{
    (void)state;
    struct probe *p = probe_unix();
    static char flood[65536];
    size_t sent = 0;
    p->take = 0;
    for (int i = 0; i < 40; i++) {
        ssize_t n;
        fill_pattern(flood, sizeof flood, sent);
        if ((n = send(p->peer, flood, sizeof flood, MSG_NOSIGNAL)) > 0)
            sent += (size_t)n;
        run_turns(2);
    }
    assert_true(sent > 2 * sizeof flood);
    assert_in_range(conn_kept(&p->conn), 4096, 65536);
    assert_in_range(p->most_offered, 4096, 65536);
    p->take = SIZE_MAX;
    conn_again(&p->conn);
    run_until_got(p, sent);
    assert_pattern(&p->got, sent);
    probe_free(p);
}

static void keeps_its_measure(void **state)
{
    (void)state;
    struct probe *p = probe_unix();
    char line[5000];
    fill_pattern(line, sizeof line, 0);
    p->take = 0;
    peer_send(p, line, sizeof line);
    run_until_count(p, DATA, 1);
    peer_say(p, "x");
    run_turns(3);
    assert_int_equal(p->count[DATA], 1);
    assert_int_equal(conn_kept(&p->conn), sizeof line);
    p->take = SIZE_MAX;
    conn_again(&p->conn);
    run_until_got(p, sizeof line + 1);
    probe_free(p);
}

static void half_close(void **state)
{
    (void)state;
    struct probe *p = probe_tcp();
    struct buffer answer = {0};
    peer_say(p, "QUIT\r\n");
    shutdown(p->peer, SHUT_WR);
    run_until_count(p, END, 1);
    assert_bytes(&p->got, "QUIT\r\n");
    assert_int_equal(p->order[0], DATA);
    conn_write(&p->conn, "221 bye\r\n", 9);
    conn_shutdown(&p->conn);
    run_turns(3);
    peer_read(p, &answer);
    assert_bytes(&answer, "221 bye\r\n");
    assert_int_equal(read(p->peer, &(char){0}, 1), 0);
    assert_int_equal(p->count[END], 1);
    assert_int_equal(p->count[ERROR], 0);
    buffer_finish(&answer);
    probe_free(p);
}

static void end_with_kept_bytes(void **state)
{
    (void)state;
    struct probe *p = probe_unix();
    p->take = 1;
    peer_say(p, "abc");
    shutdown(p->peer, SHUT_WR);
    run_until_count(p, END, 1);
    assert_bytes(&p->got, "a");
    p->take = SIZE_MAX;
    conn_again(&p->conn);
    run_until_got(p, 3);
    assert_bytes(&p->got, "abc");
    run_turns(3);
    assert_int_equal(p->count[END], 1);
    probe_free(p);
}

static void end_behind_more_than_one_read(void **state)
{
    (void)state;
    struct probe *p = probe_unix();
    static char flood[150000];
    conn_pause(&p->conn);
    fill_pattern(flood, sizeof flood, 0);
    peer_send(p, flood, sizeof flood);
    shutdown(p->peer, SHUT_WR);
    run_turns(3);
    conn_resume(&p->conn);
    run_until_count(p, END, 1);
    assert_pattern(&p->got, sizeof flood);
    probe_free(p);
}

static void last_words_before_reset(void **state)
{
    (void)state;
    struct probe *p = probe_tcp();
    peer_say(p, "421 go away\r\n");
    peer_reset(p);
    run_until_count(p, ERROR, 1);
    assert_bytes(&p->got, "421 go away\r\n");
    assert_int_equal(p->error, ECONNRESET);
    assert_int_equal(p->count[END], 0);
    run_turns(3);
    assert_int_equal(p->count[ERROR], 1);
    probe_free(p);
}

/* The read that would have been the next finds the RST before an event does:
 * 65000 kept bytes leave room for exactly what is sent then. */
static void reset_found_by_reading(void **state)
{
    (void)state;
    struct probe *p = probe_tcp();
    static char flood[65536];
    p->conn.keep_max = sizeof flood;
    p->take = 0;
    for (size_t at = 0; at < 65000; at += 1000) {
        peer_send(p, flood, 1000);
        while (conn_kept(&p->conn) < at + 1000)
            run_turns(1);
    }
    p->take = SIZE_MAX;
    p->during[DATA] = peer_reset;
    peer_send(p, flood, 536);
    run_until_count(p, ERROR, 1);
    assert_int_equal(buffer_len(&p->got), sizeof flood);
    assert_int_equal(p->error, ECONNRESET);
    assert_int_equal(p->count[END], 0);
    probe_free(p);
}

static void reset_while_paused(void **state)
{
    (void)state;
    struct probe *p = probe_tcp();
    conn_pause(&p->conn);
    peer_reset(p);
    run_until_count(p, ERROR, 1);
    assert_int_equal(p->error, ECONNRESET);
    probe_free(p);
}

static void reset_after_the_end(void **state)
{
    (void)state;
    struct probe *p = probe_tcp();
    shutdown(p->peer, SHUT_WR);
    run_until_count(p, END, 1);
    peer_reset(p);
    run_until_count(p, ERROR, 1);
    assert_int_equal(p->count[END], 1);
    probe_free(p);
}

static void refill(struct probe *p)
{
    static char flood[65536];
    buffer_finish(&p->got);
    (void)!send(p->peer, flood, sizeof flood, MSG_NOSIGNAL);
}

static void a_flood_starves_nobody(void **state)
{
    (void)state;
    struct probe *flood = probe_unix(), *quiet = probe_unix();
    flood->during[DATA] = refill;
    refill(flood);
    run_turns(10);
    peer_say(quiet, "x");
    unsigned before = flood->count[DATA];
    run_until_got(quiet, 1);
    assert_in_range(flood->count[DATA] - before, 0, 6); /* two turns */
    assert_true(before > 5);
    probe_free(flood);
    probe_free(quiet);
}

static void all_zero_is_closed(void **state)
{
    (void)state;
    struct conn c;
    int flags = fcntl(0, F_GETFD);
    memset(&c, 0, sizeof c);
    assert_false(conn_is_open(&c));
    conn_close(&c);
    conn_write(&c, "x", 1);
    conn_flush(&c);
    conn_shutdown(&c);
    conn_again(&c);
    conn_resume(&c);
    run_turns(2);
    assert_int_equal(fcntl(0, F_GETFD), flags); /* descriptor 0 is not its */
}

/* All that came while reading was paused, in how large pieces? */
static size_t largest_read(bool much)
{
    static char bytes[100000];
    struct probe *p = probe_tcp();
    conn_expect_much(&p->conn, much);
    conn_pause(&p->conn);
    fill_pattern(bytes, sizeof bytes, 0);
    peer_send(p, bytes, sizeof bytes);
    run_turns(3);
    conn_resume(&p->conn);
    run_until_got(p, sizeof bytes);
    assert_pattern(&p->got, sizeof bytes);
    size_t most = p->most_offered;
    probe_free(p);
    return most;
}

static void reads_as_expected(void **state)
{
    (void)state;
    assert_in_range(largest_read(false), 1, 65536);
    assert_in_range(largest_read(true), 65537, 100000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG("bytes that arrive are given to data, and nothing is kept", bytes_arrive),
        RIG("bytes not consumed come again, before the new ones", kept_bytes_come_first),
        RIG("cut and consumed at random places the stream stays whole", cut_anywhere),
        RIG("conn_again() without kept bytes calls nobody", nothing_again),
        RIG("a paused connection reads nothing until it is resumed", paused),
        RIG("a pause within data holds, and kept bytes come first after it", paused_within_data),
        RIG("reading stops when enough is kept, and goes on when it is consumed",
            reads_no_more_than_it_may_keep),
        RIG("no more is read while as much is kept as may be", keeps_its_measure),
        RIG("after the peer's FIN we may still answer, and send ours", half_close),
        RIG("the end is told once, and kept bytes can be had after it", end_with_kept_bytes),
        RIG("the end comes behind all bytes, however many reads they take",
            end_behind_more_than_one_read),
        RIG("what the peer said before its RST is delivered before the error",
            last_words_before_reset),
        RIG("an RST that a read finds is told as the error it is", reset_found_by_reading),
        RIG("an RST is told also while reading is paused", reset_while_paused),
        RIG("an RST behind the FIN is told", reset_after_the_end),
        RIG("a connection that always has more lets others have their turn",
            a_flood_starves_nobody),
        RIG("reads are larger where much is expected", reads_as_expected),
        RIG("a connection that was never opened takes every call", all_zero_is_closed),
    };
    return cmocka_run_group_tests_name("conn", tests, NULL, NULL);
}
