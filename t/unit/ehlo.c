/* Filtering the EHLO reply. */
#include "unit.h"

#include "../../daemon/smtp/ehlo.h"

#include <stdio.h>

static const struct ehlo_policy open_policy = {.size_limit = 0};

static void filtered(const char *raw, const struct ehlo_policy *policy, const char *wanted)
{
    struct buffer out = {0};

    ehlo_filter(span_str(raw), policy, &out);
    assert_string_equal(buffer_cstr(&out), wanted);
    buffer_finish(&out);
}

static unsigned offered(const char *raw)
{
    struct buffer out = {0};
    unsigned offers = ehlo_filter(span_str(raw), &open_policy, &out);

    buffer_finish(&out);
    return offers;
}

static void leaves_alone(void **state)
{
    static const char all[] =
        "250-host at your service\r\n250-PIPELINING\r\n250-SIZE 10\r\n"
        "250-8BITMIME\r\n250-CHUNKING\r\n250-BINARYMIME\r\n250-SMTPUTF8\r\n"
        "250-DSN\r\n250-AUTH  LOGIN PLAIN \r\n250-x-new THING\r\n250 STARTTLS\r\n";

    (void)state;
    filtered(all, &open_policy, all);
    filtered("250 host\r\n", &open_policy, "250 host\r\n");
}

static void removes_wholly(void **state)
{
    (void)state;
    filtered("250-h\r\n250-XEXCH50\r\n250 HELP\r\n", &open_policy, "250-h\r\n250 HELP\r\n");
    filtered("250-h\r\n250-HELP\r\n250 xclient NAME ADDR\r\n", &open_policy,
             "250-h\r\n250 HELP\r\n");
    filtered("250-h\r\n250-XEXCH50\r\n250 X-EXPS=LOGIN\r\n", &open_policy, "250 h\r\n");
    filtered("250-h\r\n250 XEXCH50X\r\n", &open_policy, "250 h\r\n"); /* taken for it */
    filtered("250-h\r\n250 XEX\r\n", &open_policy, "250-h\r\n250 XEX\r\n");
}

static void never_passed(void **state)
{
    char raw[128];
    unsigned never = 0;

    (void)state;
    for (unsigned v = VERB_UNKNOWN + 1; v < VERB_COUNT; v++) {
        const char *name = verb_name((enum verb)v);

        never += verb_is_never((enum verb)v);
        snprintf(raw, sizeof raw, "250-h\r\n250 %s x\r\n", name);
        filtered(raw, &open_policy, verb_is_never((enum verb)v) ? "250 h\r\n" : raw);
    }
    assert_true(never >= 20);
}

static void lines_grow(void **state)
{
    const unsigned all = ~0u;

    (void)state;
    assert_int_equal(ehlo_line_more(0, VERB_MAIL), 0);
    assert_int_equal(ehlo_line_more(EHLO_SIZE | EHLO_8BITMIME, VERB_MAIL), 26 + 17);
    assert_int_equal(ehlo_line_more(EHLO_SIZE | EHLO_8BITMIME, VERB_RCPT), 0);
    assert_true(ehlo_line_more(EHLO_DSN, VERB_RCPT) > 500);
    assert_int_equal(ehlo_line_more(all, VERB_NOOP), 0);
    assert_true(512 + ehlo_line_more(all, VERB_MAIL) < 4096);
}

static void forbids_starttls(void **state)
{
    static const struct ehlo_policy policy = {.forbid_starttls = true};

    (void)state;
    filtered("250-h\r\n250-DSN\r\n250 STARTTLS\r\n", &policy, "250-h\r\n250 DSN\r\n");
}

static void minds_plugins(void **state)
{
    static const char *const words[] = {"X-ONE", "dsn", NULL};
    static const struct ehlo_policy policy = {.not_offered = words};

    (void)state;
    filtered("250-h\r\n250-DSN\r\n250-x-one y\r\n250 X-ONES\r\n", &policy,
             "250-h\r\n250 X-ONES\r\n");
}

static void limits_size(void **state)
{
    static const struct ehlo_policy policy = {.size_limit = 1000};

    (void)state;
    filtered("250-h\r\n250-SIZE 5000\r\n250 DSN\r\n", &policy,
             "250-h\r\n250-SIZE 1000\r\n250 DSN\r\n");
    filtered("250-h\r\n250 SIZE 999\r\n", &policy, "250-h\r\n250 SIZE 999\r\n");
    filtered("250-h\r\n250 size\r\n", &policy, "250-h\r\n250 SIZE 1000\r\n");
    filtered("250-h\r\n250 SIZE 0\r\n", &policy, "250-h\r\n250 SIZE 1000\r\n");
    filtered("250-h\r\n250 SIZE lots\r\n", &policy, "250-h\r\n250 SIZE 1000\r\n");
    filtered("250-h\r\n250 DSN\r\n", &policy, "250-h\r\n250 DSN\r\n");
    filtered("250-h\r\n250 SIZE\r\n", &open_policy, "250-h\r\n250 SIZE\r\n");
}

static void limits_recipients(void **state)
{
    static const struct ehlo_policy policy = {.max_recipients = 100};

    (void)state;
    filtered("250-h\r\n250-LIMITS MAILMAX=5 RCPTMAX=5000\r\n250 LIMITS RcptMax=101\r\n", &policy,
             "250-h\r\n250-LIMITS MAILMAX=5 RCPTMAX=100\r\n250 LIMITS RCPTMAX=100\r\n");
    filtered("250-h\r\n250 LIMITS  RCPTMAX=100 RCPTMAX= X=1\r\n", &policy,
             "250-h\r\n250 LIMITS RCPTMAX=100 RCPTMAX=100 X=1\r\n");
    filtered("250-h\r\n250 LIMITS RCPTMAX=5000\r\n", &open_policy,
             "250-h\r\n250 LIMITS RCPTMAX=5000\r\n");
}

static bool no_chunks(enum verb verb)
{
    return verb != VERB_BDAT && verb != VERB_AUTH;
}

static void goes_with_verbs(void **state)
{
    static const struct ehlo_policy policy = {.passes = no_chunks};

    (void)state;
    filtered(
        "250-h\r\n250-CHUNKING\r\n250-VRFY\r\n250-AUTH=PLAIN\r\n250-XNEW\r\n250 BINARYMIME\r\n",
        &policy, "250-h\r\n250-VRFY\r\n250 XNEW\r\n");
}

static void knows_offers(void **state)
{
    (void)state;
    assert_int_equal(offered("250 h\r\n"), 0);
    assert_int_equal(offered("250-AUTH STARTTLS\r\n250 h\r\n"), 0);
    assert_int_equal(offered("250-h\r\n250-AUTH=LOGIN\r\n250 starttls\r\n"),
                     EHLO_AUTH | EHLO_STARTTLS);
    assert_int_equal(offered("250-h\r\n250-SIZE\r\n250-CHUNKING\r\n250-PIPELINING\r\n"
                             "250-ENHANCEDSTATUSCODES\r\n250 XCLIENT ADDR\r\n"),
                     EHLO_SIZE | EHLO_CHUNKING | EHLO_PIPELINING | EHLO_ENHANCED | EHLO_XCLIENT);
}

static void odd_lines(void **state)
{
    (void)state;
    filtered("250-h\n250-DSN\n250\n", &open_policy, "250-h\r\n250-DSN\r\n250 \r\n");
    filtered("250-h\r\n250 ", &open_policy, "250-h\r\n250 \r\n");
}

static void appends(void **state)
{
    struct buffer out = {0};

    (void)state;
    buffer_append(&out, "before", 6);
    ehlo_filter(span_str("250 h\r\n"), &open_policy, &out);
    assert_string_equal(buffer_cstr(&out), "before250 h\r\n");
    buffer_finish(&out);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("what the relay can honour passes byte for byte", leaves_alone),
        TEST("a keyword is removed wholly and the last line stays last", removes_wholly),
        TEST("a keyword of a verb that is never passed is removed, no other verb's", never_passed),
        TEST("lines grow by what is offered", lines_grow),
        TEST("starttls = forbid removes STARTTLS", forbids_starttls),
        TEST("what a plugin cannot bear is removed", minds_plugins),
        TEST("SIZE is lowered to the limit, and never added", limits_size),
        TEST("RCPTMAX is lowered to the limit", limits_recipients),
        TEST("a keyword goes with a verb that is not allowed", goes_with_verbs),
        TEST("the server's offers are known, its greeting is none", knows_offers),
        TEST("bare LF and a missing line end are mended", odd_lines),
        TEST("the reply is appended to what is there", appends),
    };

    return cmocka_run_group_tests_name("ehlo", tests, NULL, NULL);
}
