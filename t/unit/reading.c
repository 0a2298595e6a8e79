/* What of a command line can be read in a second way. */
#include "unit.h"

#include "../../daemon/smtp/reading.h"

#include <stdlib.h>

static const unsigned all = ~0u;

static enum reading read_line(const char *text, unsigned offers)
{
    struct command c = command_parse(span_str(text));

    return command_reading(&c, strlen(text) + 2, offers);
}

static void reads_as(enum reading reading, const char *const *lines)
{
    for (; *lines; lines++)
        assert_int_equal(read_line(*lines, all), reading);
}

static void plain(void **state)
{
    static const char *const lines[] = {"EHLO client.test",
                                        "MAIL FROM:<a@b>",
                                        "RCPT TO:<a@b>",
                                        "DATA",
                                        "rset",
                                        "NOOP",
                                        "HELP",
                                        "VRFY",
                                        "BDAT 5 LAST",
                                        "AUTH PLAIN",
                                        "STARTTLS",
                                        "QUIT",
                                        " mail FROM:<>",
                                        NULL};

    (void)state;
    reads_as(READING_ONE, lines);
}

static void obscure(void **state)
{
    static const char *const lines[] = {"XFROB",  "x-frob 5", "NOOP a", "HELP a",
                                        "VRFY a", "EXPN a",   "ETRN a", NULL};

    (void)state;
    reads_as(READING_ALONE, lines);
}

static void no_verbs(void **state)
{
    static const char *const lines[] = {"",
                                        "  ",
                                        "MAILX",
                                        "MAIL1 FROM:<a>",
                                        "MAIL:FROM",
                                        "MAILFROM:<a>",
                                        "Ma\xc4\xb0l x",
                                        "RSE\xd4",
                                        "X_FROB",
                                        "DATA.",
                                        "DATABASE",
                                        "STARTLS",
                                        "XPROXYX",
                                        "x-expsy",
                                        "<a>",
                                        ".",
                                        "Subject: hi",
                                        "\xc2\xa0MAIL",
                                        "GET/",
                                        NULL};

    (void)state;
    reads_as(READING_NO_VERB, lines);
    assert_int_equal(read_line("STAR", all), READING_NO_VERB);
    assert_int_equal(read_line("DAT", all), READING_ALONE);
}

static void offers_count(void **state)
{
    (void)state;
    assert_int_equal(read_line("BDAT 5", all & ~(unsigned)EHLO_CHUNKING), READING_NOT_OFFERED);
    assert_int_equal(read_line("BDAT 5", EHLO_CHUNKING), READING_ONE);
    assert_int_equal(read_line("AUTH PLAIN", all & ~(unsigned)EHLO_AUTH), READING_NOT_OFFERED);
    assert_int_equal(read_line("STARTTLS", all & ~(unsigned)EHLO_STARTTLS), READING_NOT_OFFERED);
    assert_int_equal(read_line("MAIL FROM:<a@b>", 0), READING_ONE);
}

/* `start`, and so many bytes in all, with the CRLF. */
static enum reading read_long(const char *start, size_t raw, unsigned offers)
{
    char *line = calloc(1, raw);
    size_t n = strlen(start);
    enum reading reading;

    memcpy(line, start, n);
    memset(line + n, 'x', raw - 2 - n);
    reading = read_line(line, offers);
    free(line);
    return reading;
}

static void lengths(void **state)
{
    (void)state;
    assert_int_equal(read_long("EHLO ", 512, all), READING_ONE);
    assert_int_equal(read_long("EHLO ", 513, all), READING_TOO_LONG);
    assert_int_equal(read_long("MAIL ", 512, 0), READING_ONE);
    assert_int_equal(read_long("MAIL ", 513, 0), READING_TOO_LONG);
    assert_int_equal(read_long("MAIL ", 512 + 26, EHLO_SIZE), READING_ALONE);
    assert_int_equal(read_long("MAIL ", 512 + 27, EHLO_SIZE), READING_TOO_LONG);
    assert_int_equal(read_long("RCPT ", 1000, EHLO_SIZE), READING_TOO_LONG);
    assert_int_equal(read_long("RCPT ", 1000, EHLO_DSN), READING_ALONE);
    assert_int_equal(read_long("AUTH PLAIN ", 12288, EHLO_AUTH), READING_ALONE);
    assert_int_equal(read_long("AUTH PLAIN ", 12289, EHLO_AUTH), READING_TOO_LONG);
    assert_int_equal(read_long("AUTH PLAIN x ", 1000, EHLO_AUTH), READING_TOO_LONG);
    assert_int_equal(read_long("AUTH PLAIN <", 1000, EHLO_AUTH), READING_TOO_LONG);
}

static void when_offers_matter(void **state)
{
    static const char *const lines[] = {"BDAT 1", "AUTH PLAIN", "STARTTLS"};
    struct command c = command_parse(span_str("MAIL FROM:<a@b>"));

    (void)state;
    assert_false(command_needs_offers(&c, 512));
    assert_true(command_needs_offers(&c, 513));
    for (size_t i = 0; i < COUNT(lines); i++) {
        c = command_parse(span_str(lines[i]));
        assert_true(command_needs_offers(&c, 10));
    }
}

static void answers(void **state)
{
    (void)state;
    assert_true(answer_is_plain(span_str("AGpvZQBz+/9=")));
    assert_true(answer_is_plain(span_str("*")));
    assert_true(answer_is_plain(span_str("")));
    assert_false(answer_is_plain(span_str("MAIL FROM")));
    assert_false(answer_is_plain(span_str("a*")));
    assert_false(answer_is_plain(span_str("\xc4\xb0")));
    assert_false(answer_is_plain(span_of("a\0b", 3)));
}

static void taken_for(void **state)
{
    (void)state;
    assert_int_equal(verb_taken_for(span_str("mail")), VERB_MAIL);
    assert_int_equal(verb_taken_for(span_str("MAILX")), VERB_MAIL);
    assert_int_equal(verb_taken_for(span_str("startrek")), VERB_STARTTLS);
    assert_int_equal(verb_taken_for(span_str("XPROXYTO")), VERB_XPROXYTO);
    assert_int_equal(verb_taken_for(span_str("MAI")), VERB_UNKNOWN);
    assert_int_equal(verb_taken_for(span_str("XFROB")), VERB_UNKNOWN);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("what every server reads in the same way may be pipelined", plain),
        TEST("what a server may not know goes alone", obscure),
        TEST("what is not a verb, or may be taken for another one, is refused", no_verbs),
        TEST("what more than a line comes with is for servers that have offered it", offers_count),
        TEST("a line is as long as 512 bytes and what is offered allow", lengths),
        TEST("some commands wait until it is known what is offered", when_offers_matter),
        TEST("an answer in an AUTH exchange is base64", answers),
        TEST("four letters are enough for a careless reader", taken_for),
    };

    return cmocka_run_group_tests_name("reading", tests, NULL, NULL);
}
