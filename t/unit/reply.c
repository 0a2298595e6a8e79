/* Server replies. */
#include "unit.h"

#include "../../daemon/smtp/reply.h"

#define MULTI "250-host\r\n250-SIZE 5\r\n250 HELP\r\n"

static void whole(struct span bytes, int code, unsigned lines, const char *last, size_t raw)
{
    struct reply reply;

    assert_int_equal(reply_scan(bytes.p, bytes.n, &reply), REPLY_WHOLE);
    assert_int_equal(reply.code, code);
    assert_int_equal(reply.lines, lines);
    assert_span(reply.last, last);
    assert_ptr_equal(reply.raw.p, bytes.p);
    assert_int_equal(reply.raw.n, raw);
}

static void reads_replies(void **state)
{
    (void)state;
    whole(BYTES("220 hi there\r\n"), 220, 1, "hi there", 14);
    whole(BYTES("250\r\n"), 250, 1, "", 5);
    whole(BYTES("250 \r\n"), 250, 1, "", 6);
    whole(BYTES("354\n"), 354, 1, "", 4);
    whole(BYTES("250 a\n"), 250, 1, "a", 6);
    whole(BYTES(MULTI), 250, 3, "HELP", sizeof MULTI - 1);
    whole(BYTES("250-a\n250\r\n"), 250, 2, "", 11);
    whole(BYTES("250-\r\n250 x\r\n"), 250, 2, "x", 13);
    whole(BYTES("250\tok\r\n"), 250, 1, "ok", 8);
    whole(BYTES("250-a\r\n250\tb\r\n"), 250, 2, "b", 14);
    whole(BYTES("\r\n250 ok\r\n\r\n"), 250, 1, "ok", 10);
    whole(BYTES("250-a\r\n\r\n \n250\r\n"), 250, 2, "", 16);
}

static void takes_only_the_first(void **state)
{
    (void)state;
    whole(BYTES("250 one\r\n550 two\r\n"), 250, 1, "one", 9);
    whole(BYTES(MULTI "garbage"), 250, 3, "HELP", sizeof MULTI - 1);
}

static void every_cut_is_partial(void **state)
{
    struct reply reply;

    (void)state;
    for (size_t n = 0; n < sizeof MULTI - 1; n++)
        assert_int_equal(reply_scan(MULTI, n, &reply), REPLY_PARTIAL);
    assert_int_equal(reply_scan(NULL, 0, &reply), REPLY_PARTIAL);
    assert_int_equal(reply_scan("\r", 1, &reply), REPLY_PARTIAL);
    assert_int_equal(reply_scan("\r\n\r\n", 4, &reply), REPLY_PARTIAL);
    assert_int_equal(reply_scan("250-a\r\n \r", 9, &reply), REPLY_PARTIAL);
}

static void sees_garbage(void **state)
{
    static const char *const garbage[] = {
        "hello\r\n",     "<html>",     "2",        "25x",       "25\r\n",     "250x\r\n",
        "\r\nhello\r\n", "\r\n25\r\n", " 250 a\n", "050 a\r\n", "2500 a\r\n", "250_",
        "250-a\r\nxyz",  "250\rx\r\n"};
    struct reply reply;

    (void)state;
    for (size_t i = 0; i < COUNT(garbage); i++) {
        bool incomplete = strcmp(garbage[i], "2") == 0;

        assert_int_equal(reply_scan(garbage[i], strlen(garbage[i]), &reply),
                         incomplete ? REPLY_PARTIAL : REPLY_BROKEN);
    }
}

static void last_code_counts(void **state)
{
    static const char said[] = "250-a\r\n250-b\n550 c\r\n";
    struct buffer out = {0};
    struct reply reply;

    (void)state;
    assert_int_equal(reply_scan(said, sizeof said - 1, &reply), REPLY_WHOLE);
    assert_int_equal(reply.code, 550);
    assert_true(reply.mixed);
    reply_write_agreed(&reply, &out);
    assert_string_equal(buffer_cstr(&out), "550-a\r\n550-b\r\n550 c\r\n");
    buffer_finish(&out);
    assert_int_equal(reply_scan(MULTI, sizeof MULTI - 1, &reply), REPLY_WHOLE);
    assert_false(reply.mixed);
}

static void complete_lines(void **state)
{
    (void)state;
    assert_int_equal(reply_complete_lines(MULTI, sizeof MULTI - 1), 22);
    assert_int_equal(reply_complete_lines(MULTI, 21), 10);
    assert_int_equal(reply_complete_lines(MULTI, 9), 0);
    assert_int_equal(reply_complete_lines("250 a\r\n", 7), 0);
    assert_int_equal(reply_complete_lines(NULL, 0), 0);
}

static void mended(const char *lines, const char *expected)
{
    struct buffer out = {0};

    assert_int_equal(reply_is_plain(span_str(lines)), strcmp(lines, expected) == 0);
    reply_write_plain(span_str(lines), &out);
    assert_span(span_of(buffer_head(&out), buffer_len(&out)), expected);
    buffer_finish(&out);
}

static void mends_line_ends(void **state)
{
    (void)state;
    mended("", "");
    mended(MULTI, MULTI);
    mended("250 a\n", "250 a\r\n");
    mended("250-a\n250-b\r\n250 c\n", "250-a\r\n250-b\r\n250 c\r\n");
    mended("250 a\r250 b\r\n", "250 a 250 b\r\n");
    mended("250 a\r\r\n", "250 a \r\n");
    mended("250-a\r\r\n250 \r\rb\n", "250-a \r\n250   b\r\n");
    mended("250 a\rb\n", "250 a b\r\n");
    mended("250\ta\tb\r\n", "250 a\tb\r\n");
    mended("\r\n250-a\r\n \n\r\n250 b\r\n", "250-a\r\n250 b\r\n");
}

static void enhanced_codes(void **state)
{
    static const char *const wrong[] = {"",       "5.7",        "5.7.",   "3.1.1 x",  "5.7.1x",
                                        "55.7.1", "5.7.1234 x", "5..1 x", "5.1234.1", " 5.7.1 x"};

    (void)state;
    assert_span(reply_enhanced(span_str("5.7.1 refused")), "5.7.1");
    assert_span(reply_enhanced(span_str("2.0.0")), "2.0.0");
    assert_span(reply_enhanced(span_str("4.123.456\tx")), "4.123.456");
    for (size_t i = 0; i < COUNT(wrong); i++)
        assert_span(reply_enhanced(span_str(wrong[i])), "");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("replies of one and of many lines are read", reads_replies),
        TEST("what follows a reply is left alone", takes_only_the_first),
        TEST("a reply cut at any byte is partial", every_cut_is_partial),
        TEST("what is not SMTP is seen as soon as it can be", sees_garbage),
        TEST("of a long reply all lines but the last may go ahead", complete_lines),
        TEST("lines that end with less or more than CRLF are written as they were read",
             mends_line_ends),
        TEST("of two codes in one reply the last line's counts", last_code_counts),
        TEST("enhanced status codes are found, look-alikes are not", enhanced_codes),
    };

    return cmocka_run_group_tests_name("reply", tests, NULL, NULL);
}
