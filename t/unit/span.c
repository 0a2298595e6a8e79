/* Spans: words, trimming, numbers. */
#include "unit.h"

#include <stdlib.h>

static void trims_blanks(void **state)
{
    (void)state;
    assert_span(span_trim(span_str(" \t a b\t ")), "a b");
    assert_span(span_trim(span_str("a")), "a");
    assert_span(span_trim(span_str(" \t")), "");
    assert_span(span_trim(span_str("\r\na ")), "\r\na");
}

static void takes_words(void **state)
{
    struct span s = span_str("  one\ttwo three ");

    (void)state;
    assert_span(span_word(&s), "one");
    assert_span(s, "\ttwo three ");
    assert_span(span_word(&s), "two");
    assert_span(span_word(&s), "three");
    assert_span(span_word(&s), "");
    assert_int_equal(s.n, 0);
}

static void reads_numbers(void **state)
{
    unsigned long long value = 7;

    (void)state;
    assert_true(span_number(span_str("0"), &value));
    assert_int_equal(value, 0);
    assert_true(span_number(span_str("9999999999999999999"), &value));
    assert_true(value == 9999999999999999999ULL);
    assert_true(span_number(span_str("0000000000000000012"), &value));
    assert_int_equal(value, 12);
}

static void refuses_what_is_no_number(void **state)
{
    static const char *const wrong[] = {"",   " 1", "1 ",  "-1",
                                        "+1", "1a", "0x1", "10000000000000000000"};
    unsigned long long value = 7;

    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++)
        assert_false(span_number(span_str(wrong[i]), &value));
    assert_int_equal(value, 7);
}

static void compares(void **state)
{
    (void)state;
    assert_true(span_is(span_str("mAiL"), "MAIL"));
    assert_false(span_is(span_str("MAI"), "MAIL"));
    assert_false(span_is(span_str("MAILS"), "MAIL"));
    assert_true(span_eq(span_of(NULL, 0), span_str("")));
    assert_false(span_eq(span_str("a"), span_str("A")));
}

static void copies(void **state)
{
    char *copy = span_dup(span_of("abcdef", 3)), *empty = span_dup(span_of(NULL, 0));

    (void)state;
    assert_string_equal(copy, "abc");
    assert_string_equal(empty, "");
    free(copy);
    free(empty);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("blanks go off either end, other white space does not", trims_blanks),
        TEST("words are taken off the front one by one", takes_words),
        TEST("numbers of up to 19 digits are read", reads_numbers),
        TEST("signs, blanks, hex and 20 digits are no number", refuses_what_is_no_number),
        TEST("keywords compare without case, contents with it", compares),
        TEST("a copy ends with NUL", copies),
    };

    return cmocka_run_group_tests_name("span", tests, NULL, NULL);
}
