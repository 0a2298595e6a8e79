/* Complaints about a configuration. */
#include "unit.h"

#include "../../daemon/base/complaint.h"

static void says_all(void **state)
{
    struct complaints c = {{0}, 0, 0};

    (void)state;
    complain(&c, "a.conf", 3, "port", "70000", "a number from 1 to %d is meant", 65535);
    complain(&c, "a.conf", 0, "port", NULL, "is missing");
    complain(&c, NULL, 0, NULL, "x", "what is that");
    remark(&c, "b.conf", 9, NULL, NULL, "is ignored");
    assert_string_equal(
        buffer_cstr(&c.text),
        "a.conf:3: option 'port': found '70000'; a number from 1 to 65535 is meant\n"
        "a.conf: option 'port': is missing\n"
        "found 'x'; what is that\n"
        "b.conf:9: is ignored\n");
    complaints_finish(&c);
}

static void counts(void **state)
{
    struct complaints c = {{0}, 0, 0};

    (void)state;
    complain(&c, "f", 1, NULL, NULL, "a");
    complain(&c, "f", 2, NULL, NULL, "b");
    remark(&c, "f", 3, NULL, NULL, "c");
    assert_int_equal(c.errors, 2);
    assert_int_equal(c.notices, 1);
    complaints_finish(&c);
    assert_int_equal(c.errors + c.notices, 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("a complaint says where, what was found and what would be right", says_all),
        TEST("errors and remarks are counted apart", counts),
    };

    return cmocka_run_group_tests_name("complaint", tests, NULL, NULL);
}
