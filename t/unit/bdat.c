/* BDAT's argument. */
#include "unit.h"

#include "../../daemon/smtp/bdat.h"

static void reads(void **state)
{
    uint64_t size;
    bool last;

    (void)state;
    assert_true(bdat_parse(span_str("100"), &size, &last));
    assert_true(size == 100 && !last);
    assert_true(bdat_parse(span_str("0 LAST"), &size, &last));
    assert_true(size == 0 && last);
    assert_true(bdat_parse(span_str("  7 \t lASt "), &size, &last));
    assert_true(size == 7 && last);
    assert_true(bdat_parse(span_str("9223372036854775807"), &size, &last));
    assert_true(size == INT64_MAX);
}

static void refuses(void **state)
{
    static const char *const wrong[] = {"",
                                        "LAST",
                                        "-1",
                                        "+1",
                                        "1.5",
                                        "0x10",
                                        "10LAST",
                                        "1 LASTT",
                                        "1 LAST 2",
                                        "1 2",
                                        "1,LAST",
                                        "9223372036854775808",
                                        "18446744073709551617",
                                        "1 LAST LAST"};
    uint64_t size = 5;
    bool last = true;

    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++)
        assert_false(bdat_parse(span_str(wrong[i]), &size, &last));
    assert_true(size == 5 && last);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("a size, and LAST in any case, are read", reads),
        TEST("whatever an MTA could count in another way is refused", refuses),
    };

    return cmocka_run_group_tests_name("bdat", tests, NULL, NULL);
}
