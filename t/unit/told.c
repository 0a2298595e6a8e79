/* XCLIENT and XFORWARD of a peer. */
#include "unit.h"

#include "../../daemon/smtp/told.h"

static void attributes(void **state)
{
    struct told told;
    char text[ADDRESS_TEXT_PORT];

    (void)state;
    assert_true(told_parse(span_str("NAME=a.test addr=192.0.2.7  PORT=4711 PROTO=ESMTP IDENT=4B "
                                    "SOURCE=LOCAL HELO=a+2Bb"),
                           false, &told));
    address_text_port(&told.client, text);
    assert_string_equal(text, "192.0.2.7:0");
    assert_true(told.address && told.port && told.helo && !told.login);
    assert_int_equal(told.port_number, 4711);
    assert_string_equal(told.helo_name, "a+b");
    assert_true(told_parse(span_str("ADDR=IPV6:2001:db8::7 LOGIN=joe DESTPORT=25"), true, &told));
    address_text(&told.client, text);
    assert_string_equal(text, "2001:db8::7");
    assert_true(told.logged_in);
    assert_true(told_parse(span_str("ADDR=ipv6:::ffff:192.0.2.33"), true, &told));
    address_text(&told.client, text);
    assert_string_equal(text, "192.0.2.33");
    assert_true(told_parse(span_str("ADDR=[UNAVAILABLE] HELO=[TEMPUNAVAIL] PORT=[UNAVAILABLE]"),
                           false, &told));
    assert_true(told.address && told.client.sa.sa_family == AF_UNSPEC);
    assert_string_equal(told.helo_name, "");
    assert_true(told_parse(span_str("LOGIN=[UNAVAILABLE]"), true, &told));
    assert_true(told.login && !told.logged_in);
}

static void refused(void **state)
{
    static const char *const wrong[] = {
        "",           "ADDR",          "ADDR=",         "=x",        "ADDR=2001:db8::1",
        "ADDR=1.2.3", "ADDR=IPV6:x",   "WHO=x",         "PORT=-1",   "PORT=65536",
        "PORT=a",     "HELO=+2",       "HELO=+2b",      "HELO=+00x", "HELO=a+0Ab",
        "HELO=a+20b", "HELO=x HELO=y", "ADDR=1.2.3.4 x"};
    char many[300] = "HELO=";
    struct told told;

    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++)
        if (told_parse(span_str(wrong[i]), false, &told))
            fail_msg("taken: %s", wrong[i]);
    assert_false(told_parse(span_str("LOGIN=joe"), false, &told));
    assert_false(told_parse(span_str("SOURCE=LOCAL"), true, &told));
    memset(many + 5, 'x', 255);
    assert_true(told_parse(span_str(many), true, &told));
    many[260] = 'x';
    assert_false(told_parse(span_str(many), true, &told));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("attributes are read, and [UNAVAILABLE] is nothing", attributes),
        TEST("what is no list of attributes is refused", refused),
    };

    return cmocka_run_group_tests_name("told", tests, NULL, NULL);
}
