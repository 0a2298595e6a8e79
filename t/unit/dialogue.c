/* The dialogue of the kit: answers, and everything that is none. */
#include "dialogue_rig.h"
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* -------------------------------------------------------------- answers -- */

static void question_and_answer(void **state)
{
    (void)state;
    struct dialogue *d = begin();
    assert_true(dialogue_is_new(d));
    struct iovec parts[] = {{"a", 1}, {"", 0}, {"bc", 2}};
    assert_int_equal(dialogue_write(d, parts, 3), 0);
    int fd = accept_one();
    assert_comes(fd, "abc");
    finish(d);
    answer(fd, "yes, ");
    turn();
    assert_int_equal(rig.done, 0);
    answer(fd, "indeed\n");
    wait_for(&rig.done, 1);
    assert_int_equal(rig.outcome, DIALOGUE_ANSWERED);
    assert_string_equal(rig.answer, "yes, indeed");
    assert_string_equal(rig.reason, "");
    close(fd);
}

static void until_eof(void **state)
{
    (void)state;
    rig.peer.until = DIALOGUE_EOF;
    rig.peer.half_close = 1;
    struct dialogue *d = begin();
    say(d, "all of it");
    finish(d);
    int fd = accept_one();
    assert_comes(fd, "all of it");
    assert_comes(fd, ""); /* the end of the stream */
    answer(fd, "one\ntwo\n");
    turn();
    assert_int_equal(rig.done, 0);
    close(fd);
    wait_for(&rig.done, 1);
    assert_int_equal(rig.outcome, DIALOGUE_ANSWERED);
    assert_string_equal(rig.answer, "one\ntwo\n");
}

static void early(void **state)
{
    (void)state;
    struct dialogue *d = begin();
    say(d, "some");
    int fd = accept_one();
    answer(fd, "enough\n");
    wait_for(&rig.done, 1);
    assert_int_equal(rig.outcome, DIALOGUE_EARLY);
    assert_string_equal(rig.answer, "enough");
    close(fd);
}

/* The peer objects and hangs up; we learn of it by writing. */
static void early_and_gone(void **state)
{
    (void)state;
    struct dialogue *d = begin();
    int fd = accept_one();
    answer(fd, "too much\n");
    close(fd);
    say(d, "some");
    say(d, "more");
    wait_for(&rig.done, 1);
    assert_int_equal(rig.outcome, DIALOGUE_EARLY);
    assert_string_equal(rig.answer, "too much");
}

/* --------------------------------------------------------------- faults -- */

static void refused(void **state)
{
    (void)state;
    close(rig.listener);
    struct dialogue *d = begin();
    say(d, "anybody?");
    finish(d);
    assert_int_equal(rig.done, 0);
    assert_failed("the peer: Connection refused");
}

static void refused_tcp(void **state)
{
    (void)state;
    struct sockaddr_in *in = (struct sockaddr_in *)&rig.at.addr;
    *in = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    rig.at.addrlen = sizeof *in;
    int port = socket(AF_INET, SOCK_STREAM, 0); /* bound, but nobody listens */
    socklen_t size = sizeof *in;
    assert_int_equal(bind(port, (struct sockaddr *)in, size), 0);
    getsockname(port, (struct sockaddr *)in, &size);
    say(begin(), "anybody?");
    assert_failed("the peer: Connection refused");
    close(port);
}

static void no_answer(void **state)
{
    (void)state;
    struct dialogue *d = begin();
    finish(d);
    close(accept_one());
    assert_failed("the peer: closed the connection without an answer");
}

static void half_an_answer(void **state)
{
    (void)state;
    struct dialogue *d = begin();
    finish(d);
    int fd = accept_one();
    answer(fd, "ye");
    close(fd);
    assert_failed("the peer: closed the connection in the middle of its answer");
    assert_string_equal(rig.answer, "ye");
}

static void too_soon_gone(void **state)
{
    (void)state;
    begin();
    close(accept_one());
    assert_failed("the peer: closed the connection before the request was complete");
}

static void too_long(void **state)
{
    (void)state;
    rig.peer.answer_max = 10;
    finish(begin());
    int fd = accept_one();
    answer(fd, "0123456789\n");
    wait_for(&rig.done, 1);
    assert_int_equal(rig.outcome, DIALOGUE_ANSWERED);
    close(fd);
    rig.done = 0;
    finish(begin());
    fd = accept_one();
    answer(fd, "0123456789a\n");
    assert_failed("the peer: its answer is too long");
    close(fd);
}

static void two_answers(void **state)
{
    (void)state;
    finish(begin());
    int fd = accept_one();
    answer(fd, "yes\nno\n");
    assert_failed("the peer: went on after the end of its answer");
    close(fd);
}

static void deadline(void **state)
{
    (void)state;
    rig.peer.deadline = 30;
    finish(begin());
    wait_for(&rig.done, 1);
    assert_int_equal(rig.outcome, DIALOGUE_TIMEOUT);
    assert_string_equal(rig.reason, "the peer: no answer in time");
}

static const char block[1 << 20];

static void takes_nothing(void **state)
{
    (void)state;
    rig.peer.patience = 30;
    struct dialogue *d = begin();
    assert_true(write_bytes(d, block, sizeof block) > 0);
    wait_for(&rig.done, 1);
    assert_int_equal(rig.outcome, DIALOGUE_TIMEOUT);
    assert_string_equal(rig.reason, "the peer: does not take what is sent");
}

/* patience counts only while the peer is at turn. */
static void slow_ourselves(void **state)
{
    (void)state;
    rig.peer.patience = 30;
    struct dialogue *d = begin();
    for (int i = 0; i < 60; i++)
        turn();
    assert_int_equal(rig.done, 0);
    dialogue_cancel(d);
}

/* A full backlog of a UNIX socket is no refusal. */
static void full_backlog(void **state)
{
    (void)state;
    rig.peer.patience = 60000;
    listen(rig.listener, 0);
    struct dialogue *first = begin(), *second = begin();
    say(second, "me too");
    finish(second);
    turn();
    close(accept_one());
    for (int i = 0, n = 0; n <= 0 && i < PATIENCE; i++) {
        turn();
        struct pollfd waiting = {.fd = rig.listener, .events = POLLIN};
        n = poll(&waiting, 1, 0);
    }
    wait_for(&rig.done, 1); /* the first, which we dropped */
    (void)first;
    int fd = accept_one();
    for (int i = 0; i < 5; i++)
        turn();
    assert_comes(fd, "me too");
    answer(fd, "yes\n");
    wait_for(&rig.done, 2);
    assert_int_equal(rig.outcome, DIALOGUE_ANSWERED);
    close(fd);
}

/* And it is tried each time, because a refusal takes no time. */
static void refused_is_told_once(void **state)
{
    (void)state;
    struct sockaddr *at = (struct sockaddr *)&rig.at.addr;
    close(rig.listener);
    for (int i = 1; i <= 3; i++) {
        finish(begin());
        wait_for(&rig.done, i);
        assert_string_equal(rig.reason, "the peer: Connection refused");
    }
    assert_int_equal(rig.down, 1);
    assert_int_equal(rig.up, 0);
    unlink(((struct sockaddr_un *)at)->sun_path);
    rig.listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    assert_int_equal(bind(rig.listener, at, rig.at.addrlen), 0);
    assert_int_equal(listen(rig.listener, 8), 0);
    dialogue_cancel(begin());
    assert_int_equal(rig.down, 1);
    assert_int_equal(rig.up, 1);
}

static void silent_is_left_out(void **state)
{
    (void)state;
    rig.peer.patience = 60;
    listen(rig.listener, 0);
    struct dialogue *first = begin();
    begin();
    wait_for(&rig.done, 1);
    assert_int_equal(rig.outcome, DIALOGUE_TIMEOUT);
    int fd = accept_one(); /* there would be room now */
    rig.peer.again += 3600 * 1000;
    finish(begin());
    wait_for(&rig.done, 2);
    assert_int_equal(rig.outcome, DIALOGUE_FAILED);
    assert_string_equal(rig.reason, "the peer: Host is down");
    rig.peer.again = 1;
    dialogue_cancel(begin());
    assert_int_equal(rig.down, 1);
    assert_int_equal(rig.up, 1);
    close(fd);
    dialogue_cancel(first);
}

static void never_accepts(void **state)
{
    (void)state;
    rig.peer.patience = 60;
    listen(rig.listener, 0);
    struct dialogue *first = begin();
    begin();
    wait_for(&rig.done, 1);
    assert_int_equal(rig.outcome, DIALOGUE_TIMEOUT);
    assert_string_equal(rig.reason, "the peer: does not accept the connection");
    dialogue_cancel(first);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        RIGGED("a question is answered", question_and_answer),
        RIGGED("an answer may end with the connection, a request with the stream", until_eof),
        RIGGED("an answer before the request is complete is told apart", early),
        RIGGED("and heard, though the peer is gone when we write", early_and_gone),
        RIGGED("a refused connection is told by the loop", refused),
        RIGGED("over TCP as well", refused_tcp),
        RIGGED("no answer is told", no_answer),
        RIGGED("half an answer is told", half_an_answer),
        RIGGED("a peer that goes too soon is told", too_soon_gone),
        RIGGED("an answer has a longest length", too_long),
        RIGGED("two answers are none", two_answers),
        RIGGED("a deadline ends it", deadline),
        RIGGED("a peer that takes nothing ends it", takes_nothing),
        RIGGED("our own slowness does not", slow_ourselves),
        RIGGED("a full backlog is waited for", full_backlog),
        RIGGED("but not for ever", never_accepts),
        RIGGED("a peer that refuses is told of once, and tried each time", refused_is_told_once),
        RIGGED("one that does not even refuse is tried now and then", silent_is_left_out),
    };

    return cmocka_run_group_tests_name("dialogue", tests, NULL, NULL);
}
