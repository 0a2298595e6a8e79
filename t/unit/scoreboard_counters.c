/* Counters of plugins in the scoreboard. */
#include "unit.h"

#include "../../daemon/base/scoreboard.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A worker may write anything there, and it is the master that reads. */
static void declares_counters(void **state)
{
    int fd;
    struct scoreboard *b = scoreboard_create(&fd);
    struct plugin_counter *kept = scoreboard_declare(b, 1, "20-a", "kept"), seen, *stale;
    unsigned shown = 0;

    (void)state;
    close(fd);
    atomic_store(&b->generation, 1);
    atomic_store(&kept->value, 42);
    stale = scoreboard_declare(b, 1, "20-a", "stale");
    assert_ptr_equal(scoreboard_declare(b, 2, "20-a", "kept"), kept);
    assert_ptr_not_equal(scoreboard_declare(b, 2, "30-a", "kept"), kept);
    atomic_store(&b->generation, 2);
    for (unsigned i = 0; i < SCOREBOARD_COUNTERS; i++)
        shown += scoreboard_declared(b, i, &seen);
    assert_int_equal(shown, 2); /* stale is not of this generation */
    for (unsigned i = 3; i < SCOREBOARD_COUNTERS; i++) {
        char name[20];
        snprintf(name, sizeof name, "n%u", i);
        assert_non_null(scoreboard_declare(b, 2, "40-b", name));
    }
    assert_ptr_equal(scoreboard_declare(b, 2, "40-b", "last"), stale);
    assert_null(scoreboard_declare(b, 2, "40-b", "one_too_many"));
    memset(kept->name, 'x', sizeof kept->name);
    memset(kept->label, '\n', sizeof kept->label);
    assert_true(scoreboard_declared(b, (unsigned)(kept - b->counters), &seen));
    assert_int_equal(strlen(seen.name), sizeof seen.name - 1);
    assert_int_equal(strspn(seen.label, "?"), sizeof seen.label - 1);
    assert_int_equal(seen.value, 42);
    munmap(b, sizeof *b);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("counters of plugins outlive reloads, and are read with care", declares_counters),
    };

    return cmocka_run_group_tests_name("scoreboard_counters", tests, NULL, NULL);
}
