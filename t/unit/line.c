/* Command lines and their flaws. */
#include "unit.h"

#include "../../daemon/smtp/line.h"

static void judged(struct span bytes, const char *text, size_t raw, enum line_flaw flaw)
{
    struct line line;

    assert_true(line_scan(bytes.p, bytes.n, &line));
    assert_span(line.text, text);
    assert_int_equal(line.raw, raw);
    assert_int_equal(line.flaw, flaw);
}

static void fine_lines(void **state)
{
    (void)state;
    judged(BYTES("QUIT\r\n"), "QUIT", 6, LINE_FINE);
    judged(BYTES("NOOP\r\nQUIT\r\n"), "NOOP", 6, LINE_FINE);
    judged(BYTES("\r\n"), "", 2, LINE_FINE);
    judged(BYTES("MAIL\tFROM:<\xc3\xa4@b>\r\n"), "MAIL\tFROM:<\xc3\xa4@b>", 18, LINE_FINE);
}

static void waits_for_the_end(void **state)
{
    struct line line = {.raw = 77};

    (void)state;
    assert_false(line_scan("", 0, &line));
    assert_false(line_scan(NULL, 0, &line));
    assert_false(line_scan("QUIT\r", 5, &line));
    assert_false(line_scan("QUIT\rMAIL", 9, &line));
    assert_int_equal(line.raw, 77);
}

static void bare_ends(void **state)
{
    (void)state;
    judged(BYTES("QUIT\n"), "QUIT", 5, LINE_BARE_LF);
    judged(BYTES("\n"), "", 1, LINE_BARE_LF);
    judged(BYTES("QUIT\r\r\n"), "QUIT\r", 7, LINE_BARE_CR);
    judged(BYTES("RSET\rQUIT\r\n"), "RSET\rQUIT", 11, LINE_BARE_CR);
}

static void every_control_byte(void **state)
{
    (void)state;
    for (int c = 0; c < 256; c++) {
        const char bytes[] = {'a', (char)c, 'b', '\r', '\n'};
        struct line line;
        bool control = (c < 0x20 && c != '\t') || c == 0x7f;

        if (c == '\r' || c == '\n')
            continue;
        assert_true(line_scan(bytes, sizeof bytes, &line));
        assert_int_equal(line.raw, sizeof bytes);
        assert_int_equal(line.flaw, control ? LINE_CONTROL : LINE_FINE);
    }
}

static void worst_flaw_wins(void **state)
{
    struct line line;

    (void)state;
    assert_true(line_scan("a\0b\n", 4, &line));
    assert_int_equal(line.flaw, LINE_CONTROL);
    assert_true(line_scan("a\rb\n", 4, &line));
    assert_int_equal(line.flaw, LINE_BARE_CR);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("a line ends at CRLF and is given without it", fine_lines),
        TEST("a line without its end is not there yet", waits_for_the_end),
        TEST("LF alone, and a CR that is not the end, are flaws", bare_ends),
        TEST("every control byte but tab is a flaw, 8-bit bytes are none", every_control_byte),
        TEST("a control byte or CR outweighs the bare LF behind it", worst_flaw_wins),
    };

    return cmocka_run_group_tests_name("line", tests, NULL, NULL);
}
