/* The arguments of MAIL and RCPT. */
#include "unit.h"

#include "../../daemon/smtp/path.h"

struct reading {
    const char *arg, *address, *sent, *parameters;
    bool canonical;
};

static void read_as(const struct reading *r, size_t count)
{
    struct buffer room = {0};

    for (size_t i = 0; i < count; i++) {
        struct path path;

        if (path_parse(span_str(r[i].arg), "FROM", false, &path, &room) != PATH_FINE)
            fail_msg("refused: %s", r[i].arg);
        assert_span(path.mailbox.address, r[i].address);
        assert_span(path.mailbox.sent, r[i].sent);
        assert_span(path.parameters, r[i].parameters);
        if (path.canonical != r[i].canonical)
            fail_msg("canonical is %d: %s", path.canonical, r[i].arg);
    }
    buffer_finish(&room);
}

static void refused(enum path_reading how, const char *const *wrong, size_t count)
{
    struct buffer room = {0};
    struct path path;

    for (size_t i = 0; i < count; i++) {
        enum path_reading reading = path_parse(span_str(wrong[i]), "FROM", false, &path, &room);

        if (reading != how)
            fail_msg("read as %d: %s", (int)reading, wrong[i]);
    }
    buffer_finish(&room);
}

static void canonical(void **state)
{
    static const struct reading cases[] = {
        {"FROM:<a@b>", "a@b", "a@b", "", true},
        {"from:<a@b>", "a@b", "a@b", "", true},
        {"FROM:<>", "", "", "", true},
        {"FROM:<postmaster>", "postmaster", "postmaster", "", true},
        {"FROM:<a@b> SIZE=5 BODY=8BITMIME", "a@b", "a@b", "SIZE=5 BODY=8BITMIME", true},
        {"FROM:<a@[192.0.2.1]>", "a@[192.0.2.1]", "a@[192.0.2.1]", "", true},
        {"FROM:<a@[IPv6:2001:db8::1]>", "a@[IPv6:2001:db8::1]", "a@[IPv6:2001:db8::1]", "", true},
        {"FROM:<a+b=c/d%e!f@g> AUTH=<>", "a+b=c/d%e!f@g", "a+b=c/d%e!f@g", "AUTH=<>", true},
        {"FROM:<a.@b_c-d.e>", "a.@b_c-d.e", "a.@b_c-d.e", "", true},
        {"FROM:<a..b@c>", "a..b@c", "a..b@c", "", true},
        {"FROM:<a@b> ENVID=<i@j> RET=HDRS", "a@b", "a@b", "ENVID=<i@j> RET=HDRS", true},
        {"FROM:<a@b> ORCPT=rfc822;x+3Cy@z NOTIFY=NEVER AUTH=a+40b", "a@b", "a@b",
         "ORCPT=rfc822;x+3Cy@z NOTIFY=NEVER AUTH=a+40b", true},
    };

    (void)state;
    read_as(cases, COUNT(cases));
}

/* SEMANTICS 13f: no spelling hides the address from the checks. */
static void odd_spellings(void **state)
{
    static const struct reading cases[] = {
        {"FROM: <a@b>", "a@b", "a@b", "", false},
        {"FROM :<a@b>", "a@b", "a@b", "", false},
        {"FROM\t:\t <a@b>", "a@b", "a@b", "", false},
        {"FROM:a@b", "a@b", "a@b", "", false},
        {"FROM: a@b SIZE=5", "a@b", "a@b", "SIZE=5", false},
        {"FROM:< a@b >", "a@b", "a@b", "", false},
        {"FROM:<a@b>  SIZE=5", "a@b", "a@b", "SIZE=5", false},
        {"FROM:<a@b>\tSIZE=5", "a@b", "a@b", "SIZE=5", false},
        {"FROM:<a@b> SIZE=5  X", "a@b", "a@b", "SIZE=5  X", false},
        {"FROM:<a@b> SIZE=5\tX", "a@b", "a@b", "SIZE=5\tX", false},
        {"FROM:<a@b.c.>", "a@b.c", "a@b.c", "", false},
        {"FROM:<@x:a@b.>", "a@b", "@x:a@b", "", false},
        {"FROM:\"a b\"@c SIZE=1", "\"a b\"@c", "\"a b\"@c", "SIZE=1", false},
    };

    (void)state;
    read_as(cases, COUNT(cases));
}

static void quoted(void **state)
{
    static const struct reading cases[] = {
        {"FROM:<\"a b\"@c>", "\"a b\"@c", "\"a b\"@c", "", true},
        {"FROM:<\"a@b\"@c> X", "\"a@b\"@c", "\"a@b\"@c", "X", true},
        {"FROM:<\"a\\\"@ b\\\\\"@c>", "\"a\\\"@ b\\\\\"@c", "\"a\\\"@ b\\\\\"@c", "", true},
        {"FROM:<\"a,(b):;\"@c>", "\"a,(b):;\"@c", "\"a,(b):;\"@c", "", true},
        {"FROM:<\"a b\">", "\"a b\"", "\"a b\"", "", true},
        /* quotes and backslashes that change nothing */
        {"FROM:<\"evil\"@c>", "evil@c", "evil@c", "", false},
        {"FROM:<\"e\\v\\il\"@c>", "evil@c", "evil@c", "", false},
        {"FROM:<\"e\\ v\"@c>", "\"e v\"@c", "\"e v\"@c", "", false},
        {"FROM:<ev.\"i.l\".x@c>", "ev.i.l.x@c", "ev.i.l.x@c", "", false},
        {"FROM:<\"root\">", "root", "root", "", false},
        /* what every server can take is not taken from it */
        {"FROM:<\"a..b\"@c>", "a..b@c", "\"a..b\"@c", "", true},
    };

    (void)state;
    read_as(cases, COUNT(cases));
}

/* The server keeps what it may have listed; lists and SPF know A-labels only. */
static void international(void **state)
{
    static const struct reading cases[] = {
        {"FROM:<\xc3\xa4@b\xc3\xbc"
         "cher.test> SMTPUTF8",
         "\xc3\xa4@xn--bcher-kva.test",
         "\xc3\xa4@b\xc3\xbc"
         "cher.test",
         "SMTPUTF8", true},
        {"FROM:<a@B\xc3\x9c"
         "CHER.test>",
         "a@xn--bcher-kva.test",
         "a@B\xc3\x9c"
         "CHER.test",
         "", true},
        /* u and a diaeresis of its own */
        {"FROM:<a@bu\xcc\x88"
         "cher.test>",
         "a@xn--bcher-kva.test",
         "a@bu\xcc\x88"
         "cher.test",
         "", true},
        {"FROM:<a@fa\xc3\x9f.test>", "a@xn--fa-hia.test", "a@fa\xc3\x9f.test", "", true},
        /* an ideographic full stop is a dot */
        {"FROM:<a@b\xe3\x80\x82test>", "a@b.test", "a@b\xe3\x80\x82test", "", true},
        {"FROM:<a@xn--bcher-kva.test>", "a@xn--bcher-kva.test", "a@xn--bcher-kva.test", "", true},
    };

    (void)state;
    read_as(cases, COUNT(cases));
}

static void routes(void **state)
{
    static const struct reading cases[] = {
        {"FROM:<@x,@y.z:u@h>", "u@h", "@x,@y.z:u@h", "", true},
        {"FROM:<@x:u@h> SIZE=2", "u@h", "@x:u@h", "SIZE=2", true},
        {"FROM:<@[IPv6:::1]:u@h>", "u@h", "@[IPv6:::1]:u@h", "", true},
        {"FROM:@x:u@h", "u@h", "@x:u@h", "", false},
        {"FROM:<@x:\"u:v\"@h>", "\"u:v\"@h", "@x:\"u:v\"@h", "", true},
    };

    (void)state;
    read_as(cases, COUNT(cases));
}

static void no_paths(void **state)
{
    static const char *const wrong[] = {
        "", "FROM", "FROM:", "FROM: ", "FROM<a@b>", "TO:<a@b>", "FROMX:<a>", ":<a@b>", "<a@b>",
        "a@b", "FROM:<a@b", "FROM:<", "FROM:<a@b>X", "FROM:<a@b>SIZE=1", "FROM:<a@b>>",
        "FROM:<<a@b>>", "FROM:a@b>", "FROM:Me<a@b>", "FROM:<Me <a@b>>", "FROM:<\"a@b>",
        "FROM:<\"a\\>", "FROM:<a@[b>", "FROM:<@x>", "FROM:<@x:>", "FROM:<@x:@y:u@h>",
        "FROM:<@x:@y>", "FROM:\"a@b", "FROM:\"a b@c X", "FROM:\"a@b\\",
        /* what some MTAs rewrite to another address */
        "FROM:<(c)a@b>", "FROM:<a(c)@b>", "FROM:<a b@c>", "FROM:<a @b>", "FROM:<g:a@b;>",
        "FROM:<a,b@c>", "FROM:<\\a@b>", "FROM:<b\\ad@c>", "FROM:b\\ad@c", "FROM:<a@[b c]>",
        "FROM:<a@[b>c]>",
        /* a route in which some find the address already */
        "FROM:@x><evil@y:u@h", "FROM:<@x<evil@y:u@h>", "FROM:<@x(c):u@h>", "FROM:<@x;:u@h>",
        "FROM:<@x y:u@h>", "FROM:<@\"x:y\":u@h>", "FROM:<@x\\:u@h>", "FROM:<@x,evil@y:u@h>",
        "FROM:<@x@y:u@h>", "FROM:<@x,:u@h>", "FROM:<@:u@h>",
        /* no domains */
        "FROM:<a@>", "FROM:<a@.>", "FROM:<a@b..>", "FROM:<a@.b>", "FROM:<a@b..c>", "FROM:<a@b@c>",
        "FROM:<a@b!c>", "FROM:<a@b%c>", "FROM:<a@b/c>", "FROM:<a@\"b\">", "FROM:<a@[]>",
        "FROM:<a@[b].>", "FROM:<a@b[c]>", "FROM:<[b]@c>", "FROM:<a@b.[c]>", "FROM:a@[bc",
        "FROM:<a@[b]c>",
        /* quotes in the middle of a word, and a tab, which some take for a blank */
        "FROM:<a\"b\"@c>", "FROM:<\"a\"b@c>", "FROM:<\"a\tb\"@c>"};
    (void)state;
    refused(PATH_WRONG, wrong, COUNT(wrong));
}

static void ambiguous(void **state)
{
    static const char *const wrong[] = {
        "FROM:<user%site>", "FROM:<site!user>", "FROM:user%site", "FROM:<%>", "FROM:<!>",
        "FROM:<user.site.>", "FROM:<\"user.\">", "FROM:<\"a@b\">", "FROM:<\"a%b\">",
        "FROM:<\"a!b\">", "FROM:<x.\"a@b\">", "FROM:<\"a\\@b\">", "FROM:<@x:user%site>",
        "FROM:<\"\">", "FROM:<\"\"@b>",
        /* another path for those who look for brackets and not for quotes */
        "FROM:<\"a>b\"@c>", "FROM:<\"x <evil@y> z\"@c>", "FROM:<\"a,(b):;<\"@c>",
        /* no names in DNS */
        "FROM:<a@\xff>",
        "FROM:<a@b\xef\xbc\xa0"
        "c>",
        "FROM:<a@b\xef\xbc\x9e"
        "c>",
        "FROM:<a@\xe2\x84\x80.test>", "FROM:<a@b\xe3\x80\x82.test>"};

    (void)state;
    refused(PATH_AMBIGUOUS, wrong, COUNT(wrong));
}

/* Printers and mailers: the address goes on alone. */
static void names(void **state)
{
    static const struct {
        const char *arg, *address, *parameters;
    } held[] = {
        {"FROM:<Bob B <b@x>>", "b@x", ""},
        {"FROM:<\"B, Bob\" <b@x>> SIZE=5", "b@x", "SIZE=5"},
        {"FROM:<\"b@x\" <b@x>>", "b@x", ""},
        {"FROM:<<a@b>>", "a@b", ""},
        {"FROM: < <a@b> >", "a@b", ""},
        {"FROM:<(c)a@b>", "a@b", ""},
        {"FROM:<(c (d) \\)> e) a@b (f)>", "a@b", ""},
        {"FROM:<Bob B. <\"a b\"@x.> (c)>", "\"a b\"@x", ""},
        {"FROM:<Bob <@r:a@b>>", "a@b", ""},
        {"FROM:<B\xc3\xb6"
         "b <a@b>>",
         "a@b", ""},
    };
    static const char *const none[] = {
        "FROM:<Bob <>>",      "FROM:<<>>",        "FROM:<()>",          "FROM:<Bob>x>",
        "FROM:<a@b c@d>",     "FROM:<a@b <c@d>>", "FROM:<<a@b> <c@d>>", "FROM:<<a@b>c>",
        "FROM:<Bob b@x>",     "FROM:<b@x Bob>",   "FROM:<a(c)@b>",      "FROM:<<<a@b>>>",
        "FROM:<Bob <a@b>",    "FROM:<(c a@b>",    "FROM:<\"c <a@b>>",   "FROM:<c) <a@b>>",
        "FROM:<g: <a@b>;>",   "FROM:<a, <a@b>>",  "FROM:<a\\ <a@b>>",   "FROM:Bob<a@b>",
        "FROM:<Bob <a b@c>>", "FROM:<Bob <a@b>>X"};
    struct buffer room = {0};
    struct path path;

    (void)state;
    for (size_t i = 0; i < COUNT(held); i++) {
        if (path_parse(span_str(held[i].arg), "FROM", true, &path, &room) != PATH_FINE)
            fail_msg("refused: %s", held[i].arg);
        assert_span(path.mailbox.address, held[i].address);
        assert_span(path.parameters, held[i].parameters);
        assert_false(path.canonical);
        assert_int_not_equal(path_parse(span_str(held[i].arg), "FROM", false, &path, &room),
                             PATH_FINE);
    }
    for (size_t i = 0; i < COUNT(none); i++)
        if (path_parse(span_str(none[i]), "FROM", true, &path, &room) != PATH_WRONG)
            fail_msg("taken: %s", none[i]);
    buffer_finish(&room);
}

static void no_parameters(void **state)
{
    static const char *const wrong[] = {
        "FROM:Bob <b@x>", "FROM:<a@x> <b@y>", "FROM:<a@x> SIZE=1 <b@y>", "FROM:<a@x> X=<b@y>",
        "FROM:<> <>", "FROM:<a@x> AUTH=<b@y>", "FROM:<a@x> SIZE=1>", "FROM:<a@x> =1",
        "FROM:<a@x> -X=1", "FROM:<a@x> X_Y=1", "FROM:<a@x> (c)", "FROM:<a@x> b@y",
        "FROM:<a@x> \xc3\xa4=1",
        /* twice */
        "FROM:<a@x> SIZE=1 size=100", "FROM:<a@x> BODY=7BIT X BODY=BINARYMIME", "FROM:<a@x> X X",
        "FROM:<a@x> 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25"};

    (void)state;
    refused(PATH_PARAMETERS, wrong, COUNT(wrong));
}

static void long_address(void **state)
{
    char arg[4096] = "TO:<";
    struct buffer room = {0};
    struct path path;

    (void)state;
    memset(arg + 4, 'x', 3000);
    memcpy(arg + 3004, "@b>", 4);
    assert_int_equal(path_parse(span_str(arg), "TO", false, &path, &room), PATH_FINE);
    assert_int_equal(path.mailbox.address.n, 3002);
    assert_true(path.canonical);
}

static void parameters(void **state)
{
    struct span value = span_str("untouched"),
                all = span_str("SIZE=5 body=8BITMIME  SMTPUTF8\tX= Y=a=b");

    (void)state;
    assert_true(parameter_find(all, "size", &value));
    assert_span(value, "5");
    assert_true(parameter_find(all, "BODY", &value));
    assert_span(value, "8BITMIME");
    assert_true(parameter_find(all, "SMTPUTF8", &value));
    assert_span(value, "");
    assert_true(parameter_find(all, "X", &value));
    assert_span(value, "");
    assert_true(parameter_find(all, "Y", &value));
    assert_span(value, "a=b");
    assert_false(parameter_find(all, "SIZ", &value));
    assert_false(parameter_find(all, "a", &value));
    assert_false(parameter_find(span_of(NULL, 0), "SIZE", &value));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("what RFC 5321 writes is canonical and read as it is", canonical),
        TEST("blanks and missing brackets hide no address (13f)", odd_spellings),
        TEST("a local part has no more quotes than it needs", quoted),
        TEST("domains are shown to the checks in A-labels", international),
        TEST("source routes are not part of the address", routes),
        TEST("what MTAs could read as different addresses is no path", no_paths),
        TEST("what MTAs make another address of has no canonical reading", ambiguous),
        TEST("an address beside a name or a comment is found, if there is one", names),
        TEST("behind a path there are parameters, none of them twice", no_parameters),
        TEST("an address of 3000 bytes is not cut (13f)", long_address),
        TEST("parameters are found by their whole key, without case", parameters),
    };

    return cmocka_run_group_tests_name("path", tests, NULL, NULL);
}
