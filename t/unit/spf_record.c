/* SPF records and their macros. */
#include "unit.h"
#include "../../plugins/spf/macro.h"
#include "../../plugins/spf/record.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

static struct record record;

static const char *read_text(const char *text)
{
    return record_read(text, strlen(text), &record);
}

static void terms(void **state)
{
    (void)state;
    assert_null(read_text("v=spf1 A mx/24 -a:x.test/20//64 ~ip4:192.0.2.0/0 ?ip6:2001:db8::/32  "
                          "exists:%{l1r/}.x ptr exp=%{d} foo=bar redirect=%{d} all"));
    assert_int_equal(record.count, 8);
    assert_int_equal(record.terms[0].mechanism, A);
    assert_int_equal(record.terms[0].prefix4, 32);
    assert_int_equal(record.terms[1].prefix4, 24);
    assert_int_equal(record.terms[1].prefix6, 128);
    assert_string_equal(record.terms[2].domain, "x.test");
    assert_int_equal(record.terms[2].qualifier, '-');
    assert_int_equal(record.terms[2].prefix4, 20);
    assert_int_equal(record.terms[2].prefix6, 64);
    assert_int_equal(record.terms[3].prefix4, 0);
    assert_int_equal(record.terms[4].mechanism, IP6);
    assert_string_equal(record.terms[5].domain, "%{l1r/}.x");
    assert_string_equal(record.terms[6].domain, "");
    assert_int_equal(record.terms[7].qualifier, '+');
    assert_string_equal(record.redirect, "%{d}");
}

/* Odd, and yet in the grammar. */
static void domains(void **state)
{
    static const char *const specs[] = {"x.test.", "-.test", "x.1-1",     "x:y/z.test", "%{d}",
                                        "x.%{d}",  "x%%",    "%{d}.test", "x..test",    "%_.1a"};
    (void)state;
    for (size_t i = 0; i < COUNT(specs); i++)
        if (!macro_is_domain(specs[i]))
            fail_msg("\"%s\" is no domain", specs[i]);
    assert_null(read_text("v=spf1 a:x/y.test/20 mx:%{d/}/24//64 a//64 foo=bar:/x exp=why.test"));
    assert_string_equal(record.terms[0].domain, "x/y.test");
    assert_int_equal(record.terms[0].prefix4, 20);
    assert_string_equal(record.terms[1].domain, "%{d/}");
    assert_int_equal(record.terms[1].prefix6, 64);
    assert_int_equal(record.terms[2].prefix4, 32);
}

static void wrong(void **state)
{
    static const char *const texts[] = {"v=spf1 all:x",
                                        "v=spf1 include",
                                        "v=spf1 include:",
                                        "v=spf1 include/24",
                                        "v=spf1 a:",
                                        "v=spf1 a/33",
                                        "v=spf1 a//129",
                                        "v=spf1 a/",
                                        "v=spf1 a/024",
                                        "v=spf1 a/24/24",
                                        "v=spf1 ip4",
                                        "v=spf1 ip4:",
                                        "v=spf1 ip4:1.2.3",
                                        "v=spf1 ip4:::1",
                                        "v=spf1 ip6:1.2.3.4",
                                        "v=spf1 ip4:1.2.3.4//32",
                                        "v=spf1 exists",
                                        "v=spf1 exists:%",
                                        "v=spf1 exists:%{",
                                        "v=spf1 exists:%{d",
                                        "v=spf1 --all",
                                        "v=spf1 exists:%{x}",
                                        "v=spf1 exists:%{d0}",
                                        "v=spf1 exists:%{d129}",
                                        "v=spf1 juggle",
                                        "v=spf1 redirect=",
                                        "v=spf1 exists:%{c}",
                                        "v=spf1 exists:%{d1234}",
                                        "v=spf1 -",
                                        "v=spf1 redirect=a.test redirect=b.test",
                                        "v=spf1 exp=a.test exp=b.test",
                                        "v=spf1 exp=%{r}.test",
                                        "v=spf1 exp=",
                                        "v=spf1 foo=%{bar",
                                        "v=spf1 foo=%bar",
                                        "v=spf1 redirect=-all",
                                        "v=spf1 a:test",
                                        "v=spf1 a:test.",
                                        "v=spf1 a:x.123",
                                        "v=spf1 a:192.0.2.1",
                                        "v=spf1 a:x.-test",
                                        "v=spf1 a:x.test-",
                                        "v=spf1 a:x.test:25",
                                        "v=spf1 a:x.test/",
                                        "v=spf1 a:x.test..",
                                        "v=spf1 a:%{d}test",
                                        "v=spf1 exists:x.test/24",
                                        "v=spf1 a\tmx",
                                        "v=spf1 =x"};
    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++)
        if (!read_text(texts[i]))
            fail_msg("\"%s\" is taken", texts[i]);
    assert_true(record_is_spf("v=spf1", 6));
    assert_true(record_is_spf("V=SPF1 ", 7));
    assert_false(record_is_spf("v=spf10", 7));
    assert_false(record_is_spf("v=spf", 5));
}

static const struct {
    const char *spec, *v4, *v6;
} examples[] = {
    /* RFC 7208, 7.4, and some more */
    {"%{s}", "strong-bad@email.example.com", NULL},
    {"%{o}", "email.example.com", NULL},
    {"%{d}", "email.example.com", NULL},
    {"%{d4}", "email.example.com", NULL},
    {"%{d3}", "email.example.com", NULL},
    {"%{d2}", "example.com", NULL},
    {"%{d1}", "com", NULL},
    {"%{dr}", "com.example.email", NULL},
    {"%{d2r}", "example.email", NULL},
    {"%{l}", "strong-bad", NULL},
    {"%{l-}", "strong.bad", NULL},
    {"%{lr}", "strong-bad", NULL},
    {"%{lr-}", "bad.strong", NULL},
    {"%{l1r-}", "strong", NULL},
    {"%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com",
     "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com"},
    {"%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com", NULL},
    {"%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net", NULL},
    {"%{S}%%%_%-.%{h}.%{p}", "strong-bad%40email.example.com% %20.mx.test.own.test", NULL},
};

static void macros(void **state)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    struct macro_facts facts = {.helo = "mx.test",
                                .local_part = "strong-bad",
                                .sender_domain = "email.example.com",
                                .domain = "email.example.com",
                                .validated = "own.test"};
    char name[256];
    (void)state;
    inet_pton(AF_INET, "192.0.2.3", &v4.sin_addr);
    inet_pton(AF_INET6, "2001:db8::cb01", &v6.sin6_addr);
    for (size_t i = 0; i < COUNT(examples); i++) {
        facts.addr = (struct sockaddr *)&v4;
        assert_true(macro_is_domain(examples[i].spec));
        assert_true(macro_expand(&facts, examples[i].spec, name, sizeof name));
        assert_string_equal(name, examples[i].v4);
        facts.addr = (struct sockaddr *)&v6;
        assert_true(macro_expand(&facts, examples[i].spec, name, sizeof name));
        if (examples[i].v6)
            assert_string_equal(name, examples[i].v6);
    }
}

static void bounded(void **state)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct macro_facts facts = {
        .addr = (struct sockaddr *)&v4, .helo = "", .local_part = "", .sender_domain = ""};
    char name[256], domain[254] = "", spec[4096] = "";
    (void)state;
    for (int i = 0; i < 253; i++)
        domain[i] = i % 64 == 63 ? '.' : 'a';
    facts.domain = domain;
    assert_true(macro_expand(&facts, "b.%{d}", name, sizeof name));
    assert_string_equal(name, domain); /* the left label is lost */
    for (int i = 0; i < 20; i++)
        strcat(spec, "%{d}.");
    assert_false(macro_expand(&facts, spec, name, sizeof name));
    memset(domain, '.', sizeof domain - 1);
    assert_false(macro_expand(&facts, "%{d}", name, sizeof name));
    memset(domain, 'a', sizeof domain - 1);
    assert_false(macro_expand(&facts, "%{d}a%{d}", name, sizeof name));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("a record is read", terms),
        TEST("names may be odd", domains),
        TEST("what is not in the grammar makes the record wrong", wrong),
        TEST("macros mean what RFC 7208 says", macros),
        TEST("what macros come to is bounded", bounded),
    };

    return cmocka_run_group_tests_name("spf_record", tests, NULL, NULL);
}
