/* The turns of the kit, in several processes. */
#include "unit.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <smtp-gated/kit/turns.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

static uv_loop_t loop;
static struct turns *turns;
static unsigned told[8], count;

struct uv_loop_s *sg_loop(void)
{
    return &loop;
}

void sg_config_error(const char *option, const char *fmt, ...)
{
    (void)option, (void)fmt;
}

void sg_log(const struct sg_session *s, enum sg_level level, const char *event, const char *fields,
            ...)
{
    (void)s, (void)level, (void)event, (void)fields;
}

/* The same places in every run. */
ssize_t getrandom(void *bytes, size_t n, unsigned flags);
ssize_t getrandom(void *bytes, size_t n, unsigned flags)
{
    (void)flags;
    memset(bytes, 0x5b, n);
    return (ssize_t)n;
}

static const struct sockaddr *client(const char *ip)
{
    static struct sockaddr_in in;
    static struct sockaddr_in6 in6;
    in = (struct sockaddr_in){.sin_family = AF_INET};
    in6 = (struct sockaddr_in6){.sin6_family = AF_INET6};
    if (inet_pton(AF_INET, ip, &in.sin_addr) == 1)
        return (const struct sockaddr *)&in;
    assert_int_equal(inet_pton(AF_INET6, ip, &in6.sin6_addr), 1);
    return (const struct sockaddr *)&in6;
}

static int take(struct turn *turn, const char *ip)
{
    return turn_take(turns, turn, client(ip), 0);
}

static void ready(void *arg)
{
    told[count++] = *(unsigned *)arg;
}

/* Of the three, which wait for the first's client. */
static void await(struct turn *three, unsigned *numbers)
{
    for (unsigned i = 0; i < 3; i++) {
        numbers[i] = i;
        assert_false(take(&three[i], "192.0.2.1"));
        turn_await(turns, &three[i], ready, &numbers[i]);
    }
}

static void run(void)
{
    for (int i = 0; i < 5; i++) {
        usleep(10000);
        uv_run(&loop, UV_RUN_NOWAIT);
    }
}

/* libuv runs no loop in which nothing is open. */
static uv_async_t anchor;

static void open_with(long most)
{
    count = 0;
    uv_loop_init(&loop);
    uv_async_init(&loop, &anchor, NULL);
    assert_int_equal(turns_prepare(&turns, most), 0);
    assert_int_equal(turns_start(turns), 0);
}

static void close_all(void)
{
    uv_close((uv_handle_t *)&anchor, NULL);
    turns_stop(turns);
    turns_release(turns);
    assert_int_equal(uv_run(&loop, UV_RUN_NOWAIT), 0);
    assert_int_equal(uv_loop_close(&loop), 0);
}

static void one_client_is_bound(void **state)
{
    struct turn first[3] = {0}, other = {0}, six[3] = {0};
    (void)state;
    open_with(2);
    assert_true(take(&first[0], "192.0.2.1"));
    assert_true(take(&first[0], "192.0.2.1")); /* it has it already */
    assert_false(turn_take(turns, &first[1], client("192.0.2.1"), 1));
    assert_true(take(&first[1], "192.0.2.1"));
    assert_false(take(&first[2], "192.0.2.1"));
    assert_true(take(&other, "192.0.2.2"));
    assert_true(take(&six[0], "2001:db8:0:1::1"));
    assert_true(take(&six[1], "2001:db8:0:1:ffff::2"));
    assert_false(take(&six[2], "2001:db8:0:1::3"));
    assert_true(take(&six[2], "2001:db8:0:2::3"));
    turn_end(&first[0]);
    turn_end(&first[0]);
    assert_true(take(&first[2], "192.0.2.1"));
    assert_false(take(&first[0], "192.0.2.1"));
    close_all();
}

static void without_a_bound(void **state)
{
    struct turn many[100] = {0};
    (void)state;
    open_with(0);
    for (int i = 0; i < 100; i++)
        assert_true(take(&many[i], "192.0.2.1"));
    for (int i = 0; i < 100; i++)
        turn_end(&many[i]);
    close_all();
}

static void in_turn(void **state)
{
    struct turn first = {0}, three[3] = {0};
    unsigned numbers[3];
    (void)state;
    open_with(1);
    assert_true(take(&first, "192.0.2.1"));
    await(three, numbers);
    run();
    assert_int_equal(count, 0);
    turn_end(&first);
    assert_int_equal(count, 0); /* by the loop only */
    run();
    assert_int_equal(count, 1);
    assert_int_equal(told[0], 0);
    assert_false(turn_waits(&three[0]));
    turn_end(&three[0]);
    turn_end(&three[1]); /* gives up */
    run();
    assert_int_equal(count, 2);
    assert_int_equal(told[1], 2);
    turn_end(&three[2]);
    assert_true(take(&first, "192.0.2.1"));
    close_all();
}

/* 0 if a process of its own gets a turn; it dies with it. */
static int in_a_process(void)
{
    struct turn turn = {0};
    int status;
    pid_t pid = fork();
    if (pid == 0) {
        uv_loop_init(&loop);
        _exit(turns_start(turns) == 0 && take(&turn, "192.0.2.1") ? 0 : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

/* What comes while something waits does not pass it. */
static void behind_those_that_wait(void **state)
{
    struct turn first = {0}, second = {0}, third = {0}, other = {0};
    unsigned number = 2;
    (void)state;
    open_with(1);
    assert_true(take(&first, "192.0.2.1"));
    assert_false(take(&second, "192.0.2.1"));
    turn_await(turns, &second, ready, &number);
    turn_end(&first);
    assert_false(take(&third, "192.0.2.1"));
    assert_true(take(&other, "192.0.2.2"));
    run();
    assert_int_equal(count, 1);
    turn_end(&second);
    assert_true(take(&third, "192.0.2.1"));
    turn_end(&third);
    turn_end(&other);
    close_all();
}

/* A process that waits, and dies waiting. */
static void wait_in_a_process(void)
{
    struct turn turn = {0};
    int status;
    pid_t pid = fork();
    if (pid == 0) {
        uv_loop_init(&loop);
        turns_start(turns);
        take(&turn, "192.0.2.1");
        turn_await(turns, &turn, ready, NULL);
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
}

static void beside_those_that_wait_elsewhere(void **state)
{
    struct turn first = {0}, three[3] = {0};
    unsigned numbers[3];
    (void)state;
    open_with(1);
    assert_true(take(&first, "192.0.2.1"));
    await(three, numbers);
    wait_in_a_process();
    turn_end(&first);
    run();
    assert_int_equal(count, 1);
    for (unsigned i = 0; i < 3; i++) {
        turn_end(&three[i]);
        run();
    }
    assert_int_equal(count, 3);
    close_all();
}

static void over_processes(void **state)
{
    struct turn turn = {0};
    unsigned number = 7;
    (void)state;
    open_with(1);
    assert_int_equal(in_a_process(), 0);
    assert_false(take(&turn, "192.0.2.1"));
    assert_int_equal(in_a_process(), 0); /* in the place of the dead one, whose turn it is */
    assert_false(take(&turn, "192.0.2.1"));
    turn_await(turns, &turn, ready, &number);
    run();
    assert_int_equal(count, 0);
    turn_end(&turn);
    assert_true(take(&turn, "192.0.2.2"));
    turn_end(&turn);
    close_all();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST("one client has as many turns as it may, and others theirs", one_client_is_bound),
        TEST("without a bound nobody waits", without_a_bound),
        TEST("those that wait are told in turn", in_turn),
        TEST("what comes stands behind what waits", behind_those_that_wait),
        TEST("what waits in another worker, or did, holds nobody up",
             beside_those_that_wait_elsewhere),
        TEST("the bound holds over all workers, and the dead have no turns", over_processes),
    };
    return cmocka_run_group_tests_name("turns", tests, NULL, NULL);
}
