/* The number of a session: never met again. */
#include "unit.h"

#include "../../daemon/base/scoreboard.h"

#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { ANN = 1 << 23 }; /* a pid nobody has */

static struct scoreboard *fresh(void)
{
    int fd;
    struct scoreboard *b = scoreboard_create(&fd);
    assert_non_null(b);
    close(fd);
    scoreboard_claim_worker(b, ANN, 1, 0);
    return b;
}

static void done(struct scoreboard *b)
{
    munmap(b, sizeof *b);
}

static uint64_t next_number(struct scoreboard *b)
{
    struct session_slot *s = scoreboard_claim_session(b, ANN, 10);
    uint64_t number = s->id;

    scoreboard_release_session(b, s);
    return number;
}

/* Milliseconds since 2026, and three digits of the daemon. */
static void numbers_sessions_by_time(void **state)
{
    const int64_t before = time(NULL) - 1767225600;
    struct scoreboard *b = fresh(), *other;
    uint64_t first, last = 0;

    (void)state;
    scoreboard_tell_apart(b, 2025);
    first = next_number(b);
    assert_true((int64_t)(first / 1000000) >= before);
    assert_true((int64_t)(first / 1000000) <= time(NULL) - 1767225600);
    for (unsigned n = 1; n <= 3000; n++, last = first, first = next_number(b)) {
        assert_int_equal(first % 1000, 25);
        assert_true(first > last);
    }
    other = fresh();
    assert_int_not_equal(next_number(other) % 1000, 25);
    done(other);
    done(b);
}

static void numbers_go_on_when_the_clock_goes_back(void **state)
{
    struct scoreboard *b = fresh();
    const uint64_t ahead = (uint64_t)(time(NULL) - 1767225600 + 3600) * 1000000;

    (void)state;
    atomic_store(&b->next_session, ahead);
    assert_int_equal(next_number(b), ahead);
    assert_int_equal(next_number(b), ahead + 1000);
    done(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST("the number of a session is made of the time", numbers_sessions_by_time),
        TEST("it goes on when the clock goes back", numbers_go_on_when_the_clock_goes_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
