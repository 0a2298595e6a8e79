/* The arguments of MAIL and RCPT. */
#include "unit.h"

#include "../../daemon/smtp/path.h"

struct reading {
    const char *arg, *address, *raw, *parameters;
    bool canonical;
};

static void read_as(const struct reading *r, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct path path;

        if (!path_parse(span_str(r[i].arg), "FROM", &path))
            fail_msg("refused: %s", r[i].arg);
        assert_span(path.address, r[i].address);
        assert_span(path.raw, r[i].raw);
        assert_span(path.parameters, r[i].parameters);
        if (path.canonical != r[i].canonical)
            fail_msg("canonical is %d: %s", path.canonical, r[i].arg);
    }
}

static void canonical(void **state)
{
    static const struct reading cases[] = {
        {"FROM:<a@b>", "a@b", "<a@b>", "", true},
        {"from:<a@b>", "a@b", "<a@b>", "", true},
        {"FROM:<>", "", "<>", "", true},
        {"FROM:<postmaster>", "postmaster", "<postmaster>", "", true},
        {"FROM:<a@b> SIZE=5 BODY=8BITMIME", "a@b", "<a@b>", "SIZE=5 BODY=8BITMIME", true},
        {"FROM:<a@[192.0.2.1]>", "a@[192.0.2.1]", "<a@[192.0.2.1]>", "", true},
        {"FROM:<a@[IPv6:2001:db8::1]>", "a@[IPv6:2001:db8::1]", "<a@[IPv6:2001:db8::1]>", "", true},
        {"FROM:<\xc3\xa4@\xe2\x82\xac> SMTPUTF8", "\xc3\xa4@\xe2\x82\xac",
         "<\xc3\xa4@\xe2\x82\xac>", "SMTPUTF8", true},
        {"FROM:<a+b=c/d%e!f@g> X=<y>", "a+b=c/d%e!f@g", "<a+b=c/d%e!f@g>", "X=<y>", true},
    };

    (void)state;
    read_as(cases, COUNT(cases));
}

/* SEMANTICS 13f: no spelling hides the address from the checks. */
static void odd_spellings(void **state)
{
    static const struct reading cases[] = {
        {"FROM: <a@b>", "a@b", "<a@b>", "", false},
        {"FROM :<a@b>", "a@b", "<a@b>", "", false},
        {"FROM\t:\t <a@b>", "a@b", "<a@b>", "", false},
        {"FROM:a@b", "a@b", "a@b", "", false},
        {"FROM: a@b SIZE=5", "a@b", "a@b", "SIZE=5", false},
        {"FROM:< a@b >", "a@b", "< a@b >", "", false},
        {"FROM:<a@b>  SIZE=5", "a@b", "<a@b>", "SIZE=5", false},
        {"FROM:<a@b>\tSIZE=5", "a@b", "<a@b>", "SIZE=5", false},
        {"FROM:\"a b\"@c SIZE=1", "\"a b\"@c", "\"a b\"@c", "SIZE=1", false},
    };

    (void)state;
    read_as(cases, COUNT(cases));
}

static void quoted(void **state)
{
    static const struct reading cases[] = {
        {"FROM:<\"a>b\"@c> X", "\"a>b\"@c", "<\"a>b\"@c>", "X", true},
        {"FROM:<\"a b\"@c>", "\"a b\"@c", "<\"a b\"@c>", "", true},
        {"FROM:<\"a\\\"> b\"@c>", "\"a\\\"> b\"@c", "<\"a\\\"> b\"@c>", "", true},
        {"FROM:<\"a,(b):;<\"@c>", "\"a,(b):;<\"@c", "<\"a,(b):;<\"@c>", "", true},
    };

    (void)state;
    read_as(cases, COUNT(cases));
}

static void routes(void **state)
{
    static const struct reading cases[] = {
        {"FROM:<@x,@y.z:u@h>", "u@h", "<@x,@y.z:u@h>", "", true},
        {"FROM:<@x:u@h> SIZE=2", "u@h", "<@x:u@h>", "SIZE=2", true},
        {"FROM:<@[IPv6:::1]:u@h>", "u@h", "<@[IPv6:::1]:u@h>", "", true},
        {"FROM:@x:u@h", "u@h", "@x:u@h", "", false},
        {"FROM:<@x:\"u:v\"@h>", "\"u:v\"@h", "<@x:\"u:v\"@h>", "", true},
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
        "FROM:<@x y:u@h>", "FROM:<@\"x:y\":u@h>", "FROM:<@x\\:u@h>"};
    struct path path;

    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++)
        if (path_parse(span_str(wrong[i]), "FROM", &path))
            fail_msg("taken: %s", wrong[i]);
    assert_false(path_parse(span_of(NULL, 0), "FROM", &path));
}

static void long_address(void **state)
{
    char arg[4096] = "TO:<";
    struct path path;

    (void)state;
    memset(arg + 4, 'x', 3000);
    memcpy(arg + 3004, "@b>", 4);
    assert_true(path_parse(span_str(arg), "TO", &path));
    assert_int_equal(path.address.n, 3002);
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
        TEST("quoted local parts may hold >, blanks and quotes", quoted),
        TEST("source routes are not part of the address", routes),
        TEST("what MTAs could read as different addresses is no path", no_paths),
        TEST("an address of 3000 bytes is not cut (13f)", long_address),
        TEST("parameters are found by their whole key, without case", parameters),
    };

    return cmocka_run_group_tests_name("path", tests, NULL, NULL);
}
