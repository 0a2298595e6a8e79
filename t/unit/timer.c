/* The wheel against a list: what must fire, and when. */
#include "unit.h"
#include "../../daemon/net/timer.h"
#include <stdbool.h>
#include <stdlib.h>

#define TICK 128u
#define REVOLUTION (1024u * TICK)

static uint64_t now; /* goes on from test to test, as in a process */

struct alarm {
    struct timer timer; /* first */
    unsigned fired;
    uint64_t fired_at;
    void (*then)(struct alarm *a);
    struct alarm *other;
};

static void ring(struct timer *t)
{
    struct alarm *a = (struct alarm *)t;
    a->fired++;
    a->fired_at = now;
    if (a->then)
        a->then(a);
}

static void set(struct alarm *a, uint64_t at)
{
    a->timer.fire = ring;
    timer_arm(&a->timer, at);
}

static void pass(uint64_t ms)
{
    now += ms;
    timers_run(now);
}

static void nothing_armed(void **state)
{
    (void)state;
    pass(1);
    assert_int_equal(timers_wait(now), -1);
}

static void never_early(void **state)
{
    (void)state;
    for (uint64_t delay = 0; delay < 3 * TICK; delay += 7) {
        struct alarm a = {0};
        uint64_t at = now + delay;
        set(&a, at);
        while (!a.fired)
            pass(1);
        assert_true(a.fired_at >= at);
        assert_true(a.fired_at < at + 2 * TICK);
    }
}

static void overdue(void **state)
{
    (void)state;
    struct alarm a = {0};
    set(&a, now - 5000);
    pass(TICK);
    assert_int_equal(a.fired, 1);
}

static void one_wait_is_enough(void **state)
{
    (void)state;
    for (uint64_t delay = 1; delay < 3 * TICK; delay += 13) {
        struct alarm a = {0};
        set(&a, now + delay);
        pass((uint64_t)timers_wait(now));
        assert_int_equal(a.fired, 1);
    }
}

static void beyond_a_revolution(void **state)
{
    (void)state;
    struct alarm a = {0};
    uint64_t at = now + 5 * REVOLUTION / 2;
    set(&a, at);
    while (now + TICK < at) {
        pass(TICK);
        assert_int_equal(a.fired, 0);
    }
    pass(2 * TICK);
    assert_int_equal(a.fired, 1);
}

static void after_a_long_sleep(void **state)
{
    (void)state;
    struct alarm soon = {0}, late = {0};
    set(&soon, now + 1000);
    set(&late, now + 10 * REVOLUTION);
    pass(4 * REVOLUTION);
    assert_int_equal(soon.fired, 1);
    assert_int_equal(late.fired, 0);
    pass(7 * REVOLUTION);
    assert_int_equal(late.fired, 1);
}

static void disarmed(void **state)
{
    (void)state;
    struct alarm a = {0};
    timer_disarm(&a.timer);
    set(&a, now + 1000);
    timer_disarm(&a.timer);
    timer_disarm(&a.timer);
    pass(REVOLUTION);
    assert_int_equal(a.fired, 0);
    assert_int_equal(timers_wait(now), -1);
}

static void rearmed(void **state)
{
    (void)state;
    struct alarm a = {0};
    set(&a, now + 1000);
    set(&a, now + 5000);
    pass(4000);
    assert_int_equal(a.fired, 0);
    pass(2000);
    assert_int_equal(a.fired, 1);
}

static void disarm_other(struct alarm *a)
{
    timer_disarm(&a->other->timer);
}

static void disarms_its_neighbour(void **state)
{
    (void)state;
    struct alarm a = {.then = disarm_other}, b = {.then = disarm_other};
    a.other = &b;
    b.other = &a;
    set(&a, now + 1000);
    set(&b, now + 1000);
    pass(2000);
    assert_int_equal(a.fired + b.fired, 1);
}

static void arm_again_now(struct alarm *a)
{
    if (a->fired < 5)
        timer_arm(&a->timer, now);
}

static void arm_revolution_later(struct alarm *a)
{
    if (a->fired < 2)
        timer_arm(&a->timer, now + REVOLUTION);
}

static void arms_itself(void **state)
{
    (void)state;
    struct alarm at_once = {.then = arm_again_now}, later = {.then = arm_revolution_later};
    set(&at_once, now);
    set(&later, now);
    pass(TICK);
    assert_int_equal(at_once.fired, 1);
    assert_int_equal(later.fired, 1);
    for (int i = 0; i < 5; i++)
        pass(TICK);
    assert_int_equal(at_once.fired, 5);
    assert_int_equal(later.fired, 1);
    pass(REVOLUTION);
    assert_int_equal(later.fired, 2);
}

static void replace_by_other(struct alarm *a)
{
    struct alarm *other = a->other;
    free(a);
    set(other, now + 10);
}

static void frees_itself(void **state)
{
    (void)state;
    struct alarm other = {0};
    struct alarm *a = calloc(1, sizeof *a);
    assert_non_null(a);
    a->then = replace_by_other;
    a->other = &other;
    set(a, now + 100);
    pass(1000);
    pass(1000);
    assert_int_equal(other.fired, 1);
}

/* Sleeping as long as timers_wait() allows misses nothing and turns seldom. */
static void waits_long_enough(void **state)
{
    (void)state;
    struct alarm a = {0};
    uint64_t at = now + 3 * REVOLUTION + 77;
    unsigned turns = 0;
    set(&a, at);
    for (int wait; (wait = timers_wait(now)) >= 0; turns++)
        pass((uint64_t)wait);
    assert_int_equal(a.fired, 1);
    assert_true(a.fired_at >= at && a.fired_at < at + TICK);
    assert_in_range(turns, 1, 8);
}

#define CROWD 500

static void judge(const struct alarm *a, uint64_t before)
{
    uint64_t at = a->timer.at;
    if (a->timer.link)
        assert_true(now < at + 2 * TICK); /* else it is overdue */
    else if (a->fired_at > before)
        assert_true(a->fired_at >= at);
}

static void as_a_reference_would(void **state)
{
    (void)state;
    static struct alarm crowd[CROWD];
    bool armed[CROWD] = {0};
    for (int step = 0; step < 3000; step++) {
        unsigned i = random_below(CROWD), fired = crowd[i].fired;
        uint64_t before = now;
        if (random_below(4) == 0) {
            timer_disarm(&crowd[i].timer);
            armed[i] = false;
        } else {
            set(&crowd[i], now + random_below(3 * REVOLUTION));
            armed[i] = true;
        }
        assert_int_equal(crowd[i].fired, fired);
        pass(random_below(step % 50 ? 500 : 2 * REVOLUTION));
        for (unsigned k = 0; k < CROWD; k++) {
            judge(&crowd[k], before);
            bool rang = crowd[k].fired_at > before && crowd[k].fired_at == now;
            assert_int_equal(crowd[k].timer.link != NULL, armed[k] && !rang);
            armed[k] = crowd[k].timer.link != NULL;
        }
    }
    for (unsigned k = 0; k < CROWD; k++)
        timer_disarm(&crowd[k].timer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST("with nothing armed the loop may block for ever", nothing_armed),
        TEST("a timer never fires early, and at most two ticks late", never_early),
        TEST("a timer armed when it is overdue fires with the next tick", overdue),
        TEST("waiting once as long as told is enough for a near timer", one_wait_is_enough),
        TEST("a deadline beyond the wheel's revolution is kept", beyond_a_revolution),
        TEST("after a long sleep what is due fires, and nothing else", after_a_long_sleep),
        TEST("a disarmed timer does not fire, and disarming twice is fine", disarmed),
        TEST("arming again moves the deadline", rearmed),
        TEST("a timer may disarm another that is due with it", disarms_its_neighbour),
        TEST("a timer may arm itself while it fires, and fires once a turn", arms_itself),
        TEST("a timer may free its memory while it fires", frees_itself),
        TEST("blocking as long as allowed misses nothing and wakes seldom", waits_long_enough),
        TEST("random arming and disarming fires what a list would", as_a_reference_would),
    };
    now = 1000000007;
    return cmocka_run_group_tests_name("timer", tests, NULL, NULL);
}
