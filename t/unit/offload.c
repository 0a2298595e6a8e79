/* Work for threads: one at a time, unless it is long.  The pool's clock is ours. */
#include "../../daemon/net/offload.h"
#include "net_rig.h"
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <uv.h>

#define TERABYTES ((size_t)1 << 47) /* more than there are addresses */

static pthread_t loop_thread;
static unsigned done_count;
static atomic_uint begun;

static atomic_uint clock_ms;

uint64_t uv_hrtime(void)
{
    return atomic_load(&clock_ms) * UINT64_C(1000000);
}

static void pass(unsigned ms)
{
    atomic_fetch_add(&clock_ms, ms);
}

struct task {
    sem_t go; /* until this is posted it lasts */
    bool held;
    pthread_t worked_on;
    bool is_done;
};

static void work(void *arg)
{
    struct task *t = arg;
    t->worked_on = pthread_self();
    atomic_fetch_add(&begun, 1);
    while (t->held && sem_wait(&t->go) != 0)
        ;
}

static void done(void *arg)
{
    struct task *t = arg;
    assert_true(pthread_equal(pthread_self(), loop_thread));
    assert_false(pthread_equal(t->worked_on, loop_thread));
    t->is_done = true;
    done_count++;
}

static void begin_for(struct task *t, bool held, uint64_t client)
{
    *t = (struct task){.held = held};
    sem_init(&t->go, 0, 0);
    assert_int_equal(offload(work, done, t, client), 0);
}

static void begin(struct task *t, bool held)
{
    begin_for(t, held, 0);
}

static bool enough_done(void *n)
{
    return done_count >= *(unsigned *)n;
}

/* Nothing wakes the loop when work begins. */
static void run_until_begun(unsigned n)
{
    while (atomic_load(&begun) < n)
        run_turns(1);
}

static void run_until_done(unsigned n)
{
    run_until(enough_done, &n);
}

static int open_pool(void **state)
{
    loop_thread = pthread_self();
    done_count = 0;
    begun = 0;
    return rig_open(state);
}

static void worked_elsewhere(void **state)
{
    struct task tasks[20];
    (void)state;
    for (int i = 0; i < 20; i++)
        begin(&tasks[i], false);
    assert_int_equal(offload_running(), 20);
    run_until_done(20);
    assert_int_equal(offload_running(), 0);
    for (int i = 1; i < 20; i++)
        assert_true(pthread_equal(tasks[i].worked_on, tasks[0].worked_on));
}

static void one_at_a_time(void **state)
{
    struct task first, second;
    (void)state;
    begin(&first, true);
    run_until_begun(1);
    begin(&second, false);
    run_turns(5);
    assert_int_equal(atomic_load(&begun), 1);
    sem_post(&first.go);
    run_until_done(2);
    assert_true(pthread_equal(first.worked_on, second.worked_on));
}

/* The last of them only when another one ends. */
static void long_ones_side_by_side(void **state)
{
    struct task tasks[OFFLOAD_THREADS + 1];
    (void)state;
    for (int i = 0; i <= OFFLOAD_THREADS; i++)
        begin(&tasks[i], true);
    for (unsigned i = 1; i <= OFFLOAD_THREADS; i++) {
        run_until_begun(i);
        pass(OFFLOAD_LONG_MS);
    }
    run_turns(5);
    assert_int_equal(atomic_load(&begun), OFFLOAD_THREADS);
    sem_post(&tasks[1].go);
    run_until_begun(OFFLOAD_THREADS + 1);
    assert_int_equal(offload_running(), OFFLOAD_THREADS + !tasks[1].is_done);
    for (int i = 0; i <= OFFLOAD_THREADS; i++)
        sem_post(&tasks[i].go);
    run_until_done(OFFLOAD_THREADS + 1);
}

/* A long one holds up none of many brief ones that come behind it. */
static void brief_ones_beside_a_long_one(void **state)
{
    struct task lasting, tasks[20];
    (void)state;
    begin(&lasting, true);
    run_until_begun(1);
    pass(OFFLOAD_LONG_MS);
    for (int i = 0; i < 20; i++)
        begin(&tasks[i], false);
    run_until_done(20);
    assert_false(lasting.is_done);
    sem_post(&lasting.go);
    run_until_done(21);
}

/* Each of them is brief, but there are many. */
static void waited_for_long(void **state)
{
    struct task tasks[3];
    (void)state;
    for (int i = 0; i < 3; i++)
        begin(&tasks[i], true);
    run_until_begun(1);
    pass(OFFLOAD_LONG_MS - 1);
    sem_post(&tasks[0].go);
    run_until_begun(2);
    pass(1);
    run_until_begun(3);
    for (int i = 1; i < 3; i++)
        sem_post(&tasks[i].go);
    run_until_done(3);
}

/* Results that nobody told the loop of, because more were to come. */
static void results_do_not_wait_for_the_next(void **state)
{
    struct task tasks[6];
    (void)state;
    for (int i = 0; i < 6; i++)
        begin(&tasks[i], i % 2 != 0 || i == 0);
    for (int i = 0; i < 5; i += 2) {
        sem_post(&tasks[i].go);
        sem_post(&tasks[i ? i - 1 : 0].go);
        run_until_begun((unsigned)i + 2);
        run_until_done((unsigned)i + 1);
    }
    sem_post(&tasks[5].go);
    run_until_done(6);
}

/* Four slow ones of one client leave a thread for another one's. */
static void one_client_has_not_all_threads(void **state)
{
    struct task slow[6], other;
    (void)state;
    for (int i = 0; i < 6; i++)
        begin_for(&slow[i], true, 7);
    for (unsigned i = 1; i <= OFFLOAD_SHARE; i++) {
        run_until_begun(i);
        pass(OFFLOAD_LONG_MS);
    }
    run_turns(5);
    assert_int_equal(atomic_load(&begun), OFFLOAD_SHARE);
    begin_for(&other, false, 8);
    run_until_done(1);
    assert_true(other.is_done);
    for (int i = 0; i < 6; i++)
        sem_post(&slow[i].go);
    run_until_done(7);
}

/* The first of every client comes before the second of any. */
static void clients_take_turns(void **state)
{
    struct task first, flood[20], others[2];
    (void)state;
    begin_for(&first, true, 7);
    run_until_begun(1);
    for (int i = 0; i < 20; i++)
        begin_for(&flood[i], true, 7);
    begin_for(&others[0], false, 8);
    begin_for(&others[1], false, 9);
    sem_post(&flood[0].go);
    sem_post(&first.go);
    run_until_begun(5);
    run_until_done(4);
    assert_true(others[0].is_done && others[1].is_done);
    for (int i = 1; i < 20; i++)
        sem_post(&flood[i].go);
    run_until_done(23);
}

static void again_from_the_loop(void *arg)
{
    static struct task next;
    done(arg);
    begin(&next, false);
}

static void more_from_a_result(void **state)
{
    struct task first = {0};
    (void)state;
    assert_int_equal(offload(work, again_from_the_loop, &first, 0), 0);
    run_until_done(2);
    assert_int_equal(offload_running(), 0);
}

static void without_a_loop(void **state)
{
    (void)state;
    loop_close();
    assert_int_equal(offload(work, done, NULL, 0), -1);
    assert_int_equal(offload_running(), 0);
    assert_int_equal(loop_open(), 0);
}

static void limit_stacks(size_t size)
{
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    assert_int_equal(pthread_attr_setstacksize(&attr, size), 0);
    assert_int_equal(pthread_setattr_default_np(&attr), 0);
    pthread_attr_destroy(&attr);
}

static void without_threads(void **state)
{
    pthread_attr_t usual;
    struct task first, refused = {0}, second;
    (void)state;
    pthread_getattr_default_np(&usual);
    limit_stacks(TERABYTES);
    assert_int_equal(offload(work, done, &refused, 0), -1);
    assert_int_equal(offload_running(), 0);
    pthread_setattr_default_np(&usual);
    begin(&first, true);
    run_until_begun(1);
    limit_stacks(TERABYTES);
    pass(OFFLOAD_LONG_MS);
    begin(&second, false);
    run_turns(50);
    assert_int_equal(atomic_load(&begun), 1);
    sem_post(&first.go);
    run_until_done(2);
    pthread_setattr_default_np(&usual);
    pthread_attr_destroy(&usual);
}

#define POOL(title, function)                                                                      \
    {                                                                                              \
        title, function, open_pool, rig_close, NULL                                                \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        POOL("work runs on one thread and is done on the loop", worked_elsewhere),
        POOL("brief work is done one at a time", one_at_a_time),
        POOL("long work is done side by side, as far as there are threads", long_ones_side_by_side),
        POOL("brief work does not wait behind long work", brief_ones_beside_a_long_one),
        POOL("what has waited for long does not wait for brief work", waited_for_long),
        POOL("one client has not all threads", one_client_has_not_all_threads),
        POOL("clients take turns", clients_take_turns),
        POOL("a result does not wait for the next", results_do_not_wait_for_the_next),
        POOL("a result may ask for more work", more_from_a_result),
        POOL("without a loop nothing is offloaded", without_a_loop),
        POOL("without a first thread nothing is taken, without a second it waits", without_threads),
    };
    return cmocka_run_group_tests_name("offload", tests, NULL, NULL);
}
