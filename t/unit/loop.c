/* The loop itself: watches, and libuv's handles living in it. */
#include "net_rig.h"
#include "../../daemon/net/timer.h"
#include <errno.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

static unsigned calls;

static bool enough(void *arg)
{
    return calls >= *(unsigned *)arg;
}

static void run_until_calls(unsigned n)
{
    run_until(enough, &n);
}

static void count(uv_handle_t *handle)
{
    (void)handle;
    calls++;
}

static void on_timer(uv_timer_t *timer)
{
    count((uv_handle_t *)timer);
}
static void on_async(uv_async_t *async)
{
    count((uv_handle_t *)async);
}

static void close_handle(void *handle)
{
    calls = 0;
    uv_close(handle, count);
    run_until_calls(1);
}

static void uv_timers_fire(void **state)
{
    (void)state;
    uv_timer_t timer;
    calls = 0;
    uv_timer_init(loop_uv(), &timer);
    uv_timer_start(&timer, on_timer, 20, 20);
    run_until_calls(3);
    close_handle(&timer);
}

static void unreferenced_timer(void **state)
{
    (void)state;
    uv_timer_t timer;
    calls = 0;
    uv_timer_init(loop_uv(), &timer);
    uv_timer_start(&timer, on_timer, 5, 0);
    uv_unref((uv_handle_t *)&timer);
    run_until_calls(1);
    close_handle(&timer);
}

static uint64_t fired_at;

static void note_time(uv_timer_t *timer)
{
    fired_at = uv_hrtime() / 1000000;
    count((uv_handle_t *)timer);
}

static uv_timer_t *late_timer;
static uint64_t started_at;

static void start_late(struct timer *t)
{
    (void)t;
    started_at = loop_now();
    uv_timer_start(late_timer, note_time, 100, 0);
}

/* libuv has slept long when the timer is started: its clock must not have. */
static void uv_timer_counts_from_now(void **state)
{
    (void)state;
    uv_timer_t timer;
    struct timer starter = {.fire = start_late};
    late_timer = &timer;
    calls = 0;
    uv_timer_init(loop_uv(), &timer);
    timer_arm(&starter, loop_now() + 300);
    run_until_calls(1);
    assert_true(fired_at >= started_at + 100);
    close_handle(&timer);
}

static void *send_async(void *async)
{
    uv_async_send(async);
    return NULL;
}

static void async_from_a_thread(void **state)
{
    (void)state;
    uv_async_t async;
    pthread_t thread;
    calls = 0;
    uv_async_init(loop_uv(), &async, on_async);
    assert_int_equal(pthread_create(&thread, NULL, send_async, &async), 0);
    run_until_calls(1);
    pthread_join(thread, NULL);
    close_handle(&async);
}

static unsigned turns_before, busy_turns;

static void busy(struct watch *w, uint32_t events)
{
    (void)w, (void)events;
    busy_turns++;
    loop_collect(); /* as often as it likes */
}

static void note_turns(uv_async_t *async)
{
    turns_before = busy_turns;
    on_async(async);
}

static void collected(void **state)
{
    (void)state;
    uv_async_t async;
    struct watch always = {.fd = eventfd(1, 0), .ready = busy};
    calls = busy_turns = 0;
    uv_async_init(loop_uv(), &async, note_turns);
    assert_int_equal(loop_watch(&always, EPOLLIN), 0);
    uv_async_send(&async);
    uv_update_time(loop_uv());
    loop_collect();
    run_until_calls(1);
    assert_true(turns_before > 0);
    loop_unwatch(&always);
    close(always.fd);
    close_handle(&async);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    char byte;
    assert_int_equal(status, 0);
    assert_int_equal(events, UV_READABLE);
    assert_int_equal(read(*(int *)poll->data, &byte, 1), 1);
    calls++;
}

/* Begun by a callback of ours: libuv must apply it before the loop blocks. */
static uv_poll_t poller;

static void start_poll(struct probe *p)
{
    (void)p;
    uv_poll_start(&poller, UV_READABLE, on_poll);
}

static void poll_begun_in_a_callback(void **state)
{
    (void)state;
    struct probe *p = probe_unix();
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    uv_poll_init(loop_uv(), &poller, fds[0]);
    poller.data = &fds[0];
    calls = 0;
    p->during[DATA] = start_poll;
    peer_say(p, "x");
    assert_int_equal(write(fds[1], "y", 1), 1);
    run_until_calls(1);
    close_handle(&poller);
    close(fds[0]);
    close(fds[1]);
    probe_free(p);
}

static void ring(struct timer *t)
{
    (void)t;
    calls++;
}

static void own_timer(void **state)
{
    (void)state;
    struct timer timer = {.fire = ring};
    uint64_t at = loop_now() + 200;
    calls = 0;
    timer_arm(&timer, at);
    run_until_calls(1);
    assert_true(loop_now() >= at);
}

struct tap {
    struct watch watch; /* first */
    struct tap *victim;
    unsigned served;
};

static void forget_victim(struct watch *w, uint32_t events)
{
    struct tap *tap = (struct tap *)w;
    assert_true(events & EPOLLIN);
    tap->served++;
    loop_forget(&tap->victim->watch);
    close(tap->victim->watch.fd);
    tap->victim->watch.fd = -1;
    calls++;
}

static void forgotten_in_the_batch(void **state)
{
    (void)state;
    int a[2], b[2];
    assert_int_equal(pipe(a), 0);
    assert_int_equal(pipe(b), 0);
    struct tap one = {.watch = {a[0], forget_victim}}, two = {.watch = {b[0], forget_victim}};
    one.victim = &two;
    two.victim = &one;
    assert_int_equal(loop_watch(&one.watch, 0), 0);
    assert_int_equal(loop_watch(&two.watch, 0), 0);
    assert_int_equal(write(a[1], "x", 1), 1);
    assert_int_equal(write(b[1], "x", 1), 1);
    calls = 0;
    run_until_calls(1);
    run_turns(2);
    assert_int_equal(one.served + two.served, 1);
    close(one.watch.fd >= 0 ? a[0] : b[0]);
    close(a[1]);
    close(b[1]);
}

static void watch_fails(void **state)
{
    (void)state;
    struct watch w = {.fd = -1, .ready = NULL};
    assert_int_equal(loop_watch(&w, 0), -1);
    assert_int_equal(errno, EBADF);
}

static void clocks(void **state)
{
    (void)state;
    run_turns(1);
    uint64_t now = uv_hrtime() / 1000000;
    assert_true(loop_now() <= now);
    assert_true(loop_time() <= time(NULL) && loop_time() + 2 >= time(NULL));
}

static unsigned turns;

static void third_turn(void)
{
    if (++turns == 3)
        loop_stop();
}

static void stopped(void **state)
{
    (void)state;
    struct probe *p = probe_unix();
    turns = 0;
    uv_timer_t timer;
    uv_timer_init(loop_uv(), &timer);
    uv_timer_start(&timer, on_timer, 0, 1);
    loop_run(third_turn);
    assert_int_equal(turns, 3);
    close_handle(&timer);
    probe_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG("a libuv timer fires and repeats", uv_timers_fire),
        RIG("so does one that does not keep libuv's loop alive", unreferenced_timer),
        RIG("a libuv timer counts from when it is started", uv_timer_counts_from_now),
        RIG("a thread's uv_async_send() wakes the loop", async_from_a_thread),
        RIG("what is collected comes behind events of our own, but comes", collected),
        RIG("a libuv poll begun in a callback of ours is heard", poll_begun_in_a_callback),
        RIG("a timer wakes a loop that has nothing else", own_timer),
        RIG("an event fetched for a forgotten watch is dropped", forgotten_in_the_batch),
        RIG("a descriptor that cannot be watched is an error", watch_fails),
        RIG("the clocks are the system's", clocks),
        RIG("a loop that is stopped ends with that turn", stopped),
    };
    return cmocka_run_group_tests_name("loop", tests, NULL, NULL);
}
