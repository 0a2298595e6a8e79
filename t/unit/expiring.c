/* The expiring table of the kit. */
#include "unit.h"
#include <smtp-gated/kit/expiring.h>
#include <stdio.h>

static int released;

static void release(void *value)
{
    released += *(int *)value;
}

static void expires(void **state)
{
    int one = 1, two = 2;
    struct expiring *table = expiring_create(10, 100, release);
    (void)state;
    released = 0;
    expiring_put(table, "a", &one, 1, 1000);
    expiring_put(table, "b", &two, 1, 2000);
    assert_ptr_equal(expiring_get(table, "a", 999), &one);
    assert_null(expiring_get(table, "a", 1000));
    assert_int_equal(released, 1);
    assert_null(expiring_get(table, "a", 0));
    assert_ptr_equal(expiring_get(table, "b", 1000), &two);
    expiring_destroy(table);
    assert_int_equal(released, 3);
}

static void replaces(void **state)
{
    int one = 1, two = 2;
    struct expiring *table = expiring_create(10, 100, release);
    (void)state;
    released = 0;
    expiring_put(table, "a", &one, 60, 1000);
    expiring_put(table, "a", &two, 60, 2000);
    assert_int_equal(released, 1);
    assert_ptr_equal(expiring_get(table, "a", 1500), &two);
    expiring_destroy(table);
}

static void is_bounded(void **state)
{
    int values[100];
    char key[8];
    struct expiring *table = expiring_create(10, 1000, release);
    (void)state;
    released = 0;
    for (int i = 0; i < 100; i++) {
        values[i] = 1;
        snprintf(key, sizeof key, "%d", i);
        expiring_put(table, key, &values[i], 1, 1000);
        assert_non_null(expiring_get(table, "0", 0)); /* asked for, so it stays */
    }
    assert_int_equal(released, 90);
    assert_non_null(expiring_get(table, "99", 0));
    assert_null(expiring_get(table, "50", 0));
    expiring_put(table, "large", &values[0], 995, 1000);
    assert_non_null(expiring_get(table, "large", 0));
    assert_int_equal(released, 95);
    expiring_put(table, "too large", &values[0], 1001, 1000);
    assert_null(expiring_get(table, "too large", 0));
    assert_int_equal(released, 96);
    assert_non_null(expiring_get(table, "large", 0));
    expiring_destroy(table);
}

static void says_once(void **state)
{
    struct expiring *table = expiring_create(10, 100, NULL);
    (void)state;
    assert_true(expiring_first(table, "a", 60, 0));
    assert_false(expiring_first(table, "a", 60, 59));
    assert_true(expiring_first(table, "b", 60, 59));
    assert_true(expiring_first(table, "a", 60, 60));
    expiring_destroy(table);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("an entry is there until its time", expires),
        TEST("a key has one value", replaces),
        TEST("the table keeps to its bounds, and loses what was asked for least", is_bounded),
        TEST("a thing is said once in a while", says_once),
    };

    return cmocka_run_group_tests_name("expiring", tests, NULL, NULL);
}
