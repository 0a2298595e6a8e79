/* What DNS servers say, byte by byte, and how addresses stand in zones. */
#include "unit.h"
#include "../../sdk/kit/dns_inner.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#define NAME "\3www\4test\0"
#define HEAD(flags, an, ns) "\0\7" flags "\0\1\0" an "\0" ns "\0\0" NAME "\0\1\0\1"
#define FINE "\x81\x80"
#define RR(name, type, ttl) name "\0" type "\0\1\0\0" ttl
#define SELF "\xc0\x0c"

#define READ(type, bytes) dns_message_read((const unsigned char *)(bytes), sizeof(bytes) - 1, type)

static void records(void **state)
{
    (void)state;
    const struct dns_answer *a =
        READ(DNS_A, HEAD(FINE, "\2", "\0")
                        RR(SELF, "\1", "\1\x2c") "\0\4abcd" RR(SELF, "\1", "\0\x0a") "\0\4efgh");
    assert_int_equal(a->outcome, DNS_FOUND);
    assert_int_equal(a->count, 2);
    assert_int_equal(a->ttl, 10);
    assert_string_equal(a->records[0].data, "abcd");
    assert_string_equal(a->records[1].data, "efgh");
    dns_answer_drop(a);
    a = READ(DNS_MX, HEAD(FINE, "\1", "\0") RR(SELF, "\x0f", "\1\x2c") "\0\7\1\2\2mx\xc0\x10");
    assert_int_equal(a->records[0].preference, 258);
    assert_string_equal(a->records[0].data, "mx.test");
    dns_answer_drop(a);
    a = READ(DNS_TXT, HEAD(FINE, "\1", "\0") RR(SELF, "\x10", "\1\x2c") "\0\7\3abc\2d\0");
    assert_int_equal(a->records[0].length, 5);
    assert_memory_equal(a->records[0].data, "abcd\0", 6);
    dns_answer_drop(a);
}

static void aliases(void **state)
{
    (void)state;
    const struct dns_answer *a =
        READ(DNS_A, HEAD(FINE, "\2", "\0") RR(SELF, "\5", "\0\5") "\0\4\1x\xc0\x10" RR(
                        "\1X\xc0\x10", "\1", "\1\x2c") "\0\4abcd");
    assert_int_equal(a->count, 1);
    assert_int_equal(a->ttl, 5); /* the alias's */
    dns_answer_drop(a);
    a = READ(DNS_A, HEAD(FINE, "\1", "\0") RR("\1x\xc0\x10", "\1", "\1\x2c") "\0\4abcd");
    assert_int_equal(a->outcome, DNS_NOTHING);
    dns_answer_drop(a);
}

static void strange_names(void **state)
{
    static const char bytes[] = "\0\7" FINE "\0\1\0\1\0\0\0\0"
                                "\3a$@\4te;t\0\0\1\0\1" RR(SELF, "\1", "\0\5") "\0\4abcd";
    (void)state;
    const struct dns_answer *a = READ(DNS_A, bytes);
    assert_int_equal(a->outcome, DNS_FOUND);
    dns_answer_drop(a);
    a = READ(DNS_A, "\0\7" FINE "\0\0\0\0\0\0\0\0\0\0\1\0\1");
    assert_int_equal(a->outcome, DNS_FAILED);
    dns_answer_drop(a);
}

#define SOA(least)                                                                                 \
    "\0\x16\0\0"                                                                                   \
    "0000"                                                                                         \
    "1111"                                                                                         \
    "2222"                                                                                         \
    "3333"                                                                                         \
    "\0\0" least

static void nothing(void **state)
{
    (void)state;
    const struct dns_answer *a =
        READ(DNS_A, HEAD(FINE, "\0", "\1") RR("\0", "\6", "\1\0") SOA("\0\x3c"));
    assert_int_equal(a->outcome, DNS_NOTHING);
    assert_int_equal(a->ttl, 60); /* the lesser one */
    dns_answer_drop(a);
    a = READ(DNS_A, HEAD("\x81\x83", "\0", "\1") RR("\0", "\6", "\0\x1e") SOA("\0\x3c"));
    assert_int_equal(a->outcome, DNS_NOTHING);
    assert_int_equal(a->ttl, 30);
    dns_answer_drop(a);
    a = READ(DNS_A, HEAD("\x81\x83", "\0", "\0"));
    assert_int_equal(a->outcome, DNS_NOTHING);
    assert_int_equal(a->ttl, 0);
    dns_answer_drop(a);
    a = READ(DNS_A, HEAD("\x81\x82", "\0", "\0"));
    assert_int_equal(a->outcome, DNS_FAILED);
    dns_answer_drop(a);
}

/* Of each length, in memory of exactly that length, for the sanitizers' sake. */
static void cut_anywhere(void **state)
{
    static const char whole[] = HEAD(FINE, "\2", "\0")
        RR(SELF, "\5", "\0\5") "\0\4\1x\xc0\x10" RR("\1X\xc0\x10", "\1", "\1\x2c") "\0\4abcd";
    (void)state;
    for (size_t n = 0; n < sizeof whole - 1; n++) {
        unsigned char *bytes = malloc(n + !n);
        memcpy(bytes, whole, n);
        const struct dns_answer *a = dns_message_read(bytes, n, DNS_A);
        assert_int_not_equal(a->outcome, DNS_FOUND);
        dns_answer_drop(a);
        free(bytes);
    }
}

static void reversed(void **state)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    struct sockaddr_storage none = {.ss_family = AF_UNIX};
    char name[DNS_NAME], zone[DNS_NAME];
    (void)state;
    inet_pton(AF_INET, "192.0.2.99", &v4.sin_addr);
    inet_pton(AF_INET6, "2001:db8:1:2:3:4:567:89ab", &v6.sin6_addr);
    assert_int_equal(dns_reverse((struct sockaddr *)&v4, "bl.test", name), 0);
    assert_string_equal(name, "99.2.0.192.bl.test");
    assert_int_equal(dns_reverse((struct sockaddr *)&v6, "bl.test", name), 0);
    assert_string_equal(name,
                        "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.bl.test");
    assert_int_equal(dns_reverse((struct sockaddr *)&none, "bl.test", name), -1);
    memset(zone, 'x', sizeof zone - 1);
    zone[sizeof zone - 1] = '\0';
    assert_int_equal(dns_reverse((struct sockaddr *)&v4, zone, name), -1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("records of each type are read", records),
        TEST("an alias is followed, and other names are not", aliases),
        TEST("names may hold any byte; and what answers no question is no answer", strange_names),
        TEST("that there is nothing holds as long as the SOA says", nothing),
        TEST("a message that is cut off has no records", cut_anywhere),
        TEST("addresses are turned round", reversed),
    };

    return cmocka_run_group_tests_name("dns_message", tests, NULL, NULL);
}
