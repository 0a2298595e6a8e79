/* Questions byte by byte, and what counts as the answer to one. */
#include "unit.h"
#include "../../sdk/kit/dns_inner.h"
#include <string.h>

#define BARE "\x01\2\1\0\0\1\0\0\0\0\0\0\3a+b\4test\0\0\20\0\1"

static void written(void **state)
{
    unsigned char query[DNS_QUERY];
    char longest[DNS_NAME];
    (void)state;
    size_t n = dns_query_write(query, 0x102, DNS_TXT, "a+b.test", false);
    assert_int_equal(n, sizeof BARE - 1);
    assert_memory_equal(query, BARE, n);
    size_t more = dns_query_write(query, 0x102, DNS_TXT, "a+b.test", true);
    assert_int_equal(more, n + 11);
    assert_memory_equal(query + n, "\0\0\x29\x04\xd0\0\0\0\0\0\0", 11);
    assert_int_equal(query[11], 1);
    assert_int_equal(dns_query_write(query, 1, 2, "", false), DNS_HEADER + 5);
    memset(longest, 'a', sizeof longest);
    longest[63] = longest[127] = longest[191] = '.';
    longest[253] = '\0';
    assert_int_equal(dns_query_write(query, 1, 1, longest, true), sizeof query);
    longest[253] = 'a';
    longest[254] = '\0';
    assert_int_equal(dns_query_write(query, 1, 1, longest, true), 0);
}

static void no_names(void **state)
{
    unsigned char query[DNS_QUERY];
    static const char *const wrong[] = {
        ".", "a..b", ".a", "a.b.",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.b"};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(dns_query_write(query, 1, DNS_A, wrong[i], true), 0);
}

static bool answers(const char *query_name, const char *bytes, size_t n)
{
    unsigned char query[DNS_QUERY];
    size_t size = dns_query_write(query, 0x102, DNS_TXT, query_name, true);
    return dns_query_answered(query, size, (const unsigned char *)bytes, n);
}
#define ANSWERS(bytes) answers("a+b.test", bytes, sizeof(bytes) - 1)

static void matched(void **state)
{
    (void)state;
    assert_true(ANSWERS("\1\2\x81\x80\0\1\0\0\0\0\0\0\3a+b\4test\0\0\20\0\1"));
    assert_true(ANSWERS("\1\2\x81\x80\0\1\0\0\0\0\0\0\3A+B\4tESt\0\0\20\0\1 and more"));
    assert_true(ANSWERS("\1\2\x81\x81\0\0\0\0\0\0\0\0")); /* FORMERR, without the question */
}

static void not_matched(void **state)
{
    (void)state;
    assert_false(ANSWERS("\1\3\x81\x80\0\1\0\0\0\0\0\0\3a+b\4test\0\0\20\0\1")); /* the id */
    assert_false(ANSWERS("\1\2\x01\x80\0\1\0\0\0\0\0\0\3a+b\4test\0\0\20\0\1")); /* a question */
    assert_false(ANSWERS("\1\2\xa9\x80\0\1\0\0\0\0\0\0\3a+b\4test\0\0\20\0\1")); /* the opcode */
    assert_false(ANSWERS("\1\2\x81\x80\0\1\0\0\0\0\0\0\3a+c\4test\0\0\20\0\1")); /* the name */
    assert_false(ANSWERS("\1\2\x81\x80\0\1\0\0\0\0\0\0\3a+b\4test\0\0\1\0\1"));  /* the type */
    assert_false(ANSWERS("\1\2\x81\x80\0\1\0\0\0\0\0\0\3a+b\4test\0\0\20\0\3")); /* the class */
    assert_false(ANSWERS("\1\2\x81\x80\0\2\0\0\0\0\0\0\3a+b\4test\0\0\20\0\1")); /* two questions */
    assert_false(ANSWERS("\1\2\x81\x80\0\0\0\0\0\0\0\0"));                       /* none */
    assert_false(ANSWERS("\1\2\x81\x80\0\1\0\0\0\0\0\0\3a+b\4test\0\0\20\0"));   /* half a one */
    assert_false(ANSWERS("\1\2\x81\x80\0\1\0\0\0\0\0\0\3a+"));
    assert_false(ANSWERS("\1\2\x81"));
}

/* Not a proof, but a counter or a constant is seen. */
static void random_ids(void **state)
{
    static bool seen[65536];
    uint16_t number, before = 0;
    unsigned different = 0, steps = 0;
    (void)state;
    for (int i = 0; i < 4096; i++) {
        assert_true(dns_random(&number));
        different += !seen[number];
        seen[number] = true;
        steps += (uint16_t)(number - before) == 1;
        before = number;
    }
    assert_true(different > 3500);
    assert_true(steps < 20);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("a question is written with any bytes in its labels, and says what fits", written),
        TEST("what is no name is not asked for", no_names),
        TEST("an answer has the question's id and the question", matched),
        TEST("all else answers no question of ours", not_matched),
        TEST("ids are not the next number, nor the same again", random_ids),
    };

    return cmocka_run_group_tests_name("dns_query", tests, NULL, NULL);
}
