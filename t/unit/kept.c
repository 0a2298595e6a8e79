/* Kept messages have an age, a number and a size together; the oldest go first. */
#include "../../daemon/session/store/kept.h"
#include "../../daemon/session/store/spool.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NOW = 1000000 };

static char directory[] = "/tmp/sg-kept-XXXXXX";

static void file(const char *name, long age, int size)
{
    char path[200];
    const struct timespec at[2] = {{.tv_sec = NOW - age}, {.tv_sec = NOW - age}};

    snprintf(path, sizeof path, "%s/%s", directory, name);
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY, 0600);
    assert_return_code(fd, errno);
    assert_return_code(ftruncate(fd, size), errno);
    assert_return_code(futimens(fd, at), errno);
    close(fd);
}

static int there(const char *name)
{
    char path[200];

    snprintf(path, sizeof path, "%s/%s", directory, name);
    return access(path, F_OK) == 0;
}

static int make(void **state)
{
    (void)state;
    return mkdtemp(directory) ? 0 : -1;
}

static int clear(void **state)
{
    char command[200];

    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", directory);
    strcpy(directory + strlen(directory) - 6, "XXXXXX");
    return system(command);
}

static struct kept_result sweep(struct kept_limits limits)
{
    struct kept_result result;

    assert_true(kept_sweep(directory, NOW, &limits, &result));
    return result;
}

static void five(void)
{
    file("100.1.1", 50, 10);
    file("100.2.1", 10, 10);
    file("100.2.2", 40, 10);
    file("100.3.1", 20, 10);
    file("100.4.1", 30, 10);
}

static void without_limits_all_stay(void **state)
{
    (void)state;
    five();
    assert_int_equal(sweep((struct kept_limits){0}).left, 5);
}

static void the_old_go(void **state)
{
    (void)state;
    five();
    const struct kept_result r = sweep((struct kept_limits){.seconds = 40});
    assert_int_equal(r.removed, 2);
    assert_int_equal(r.left, 3);
    assert_false(there("100.1.1") || there("100.2.2"));
}

static void of_too_many_the_oldest_go(void **state)
{
    (void)state;
    five();
    assert_int_equal(sweep((struct kept_limits){.number = 2}).removed, 3);
    assert_true(there("100.2.1") && there("100.3.1"));
}

static void of_too_much_the_oldest_go(void **state)
{
    (void)state;
    five();
    assert_int_equal(sweep((struct kept_limits){.bytes = 29}).removed, 3);
    assert_true(there("100.2.1") && there("100.3.1"));
}

static void of_one_time_the_first_go(void **state)
{
    (void)state;
    for (int i = 12; i > 0; i--) {
        char name[40];
        snprintf(name, sizeof name, "100.7.%d", i);
        file(name, 5, 10);
    }
    assert_int_equal(sweep((struct kept_limits){.number = 3}).removed, 9);
    assert_true(there("100.7.10") && there("100.7.11") && there("100.7.12"));
}

static void what_is_not_ours_stays(void **state)
{
    static const char *const names[] = {"notes", "100.1",  "100.1.1.1", "100.1.x",
                                        ".1.1",  "100..1", "100.1.1~"};

    (void)state;
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        file(names[i], 900, 10);
    assert_int_equal(sweep((struct kept_limits){.seconds = 1}).removed, 0);
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        assert_true(there(names[i]));
}

static void what_is_in_use_stays_until_it_is_kept(void **state)
{
    const struct spool_policy policy = {
        .directory = directory, .memory = 100, .memory_total = 1 << 20, .perm = 0600};
    struct spool *s = spool_create(&policy, "100.1.1");
    const struct kept_limits old = {.seconds = 1};
    struct kept_result r;

    (void)state;
    assert_true(spool_write(s, span_str("text")) && spool_keep(s));
    assert_true(kept_sweep(directory, time(NULL) + 1000, &old, &r));
    assert_true(there("100.1.1"));
    assert_int_equal(r.left, 1);
    spool_unref(s);
    assert_true(kept_sweep(directory, time(NULL) + 1000, &old, &r));
    assert_int_equal(r.removed, 1);
}

static void a_directory_that_is_not_there_is_told(void **state)
{
    const struct kept_limits none = {0};
    struct kept_result r;

    (void)state;
    assert_false(kept_sweep("/nowhere/at/all", NOW, &none, &r));
    assert_int_equal(r.error, ENOENT);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make, clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(without_limits_all_stay),
        CASE(the_old_go),
        CASE(of_too_many_the_oldest_go),
        CASE(of_too_much_the_oldest_go),
        CASE(of_one_time_the_first_go),
        CASE(what_is_not_ours_stays),
        CASE(what_is_in_use_stays_until_it_is_kept),
        CASE(a_directory_that_is_not_there_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
