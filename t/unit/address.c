/* Addresses as text, beside what the C library makes of the same. */
#include "../../daemon/base/address.h"
#include "../../daemon/base/decimal.h"
#include "unit.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>

static union address four(uint32_t host_order, uint16_t port)
{
    struct sockaddr_in in = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(host_order)};
    return address_from((struct sockaddr *)&in);
}

static union address six(const char *text, uint16_t port)
{
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    assert_int_equal(inet_pton(AF_INET6, text, &in6.sin6_addr), 1);
    return address_from((struct sockaddr *)&in6);
}

/* Each of the four bytes takes each value, in the others' company. */
static void dotted_as_the_library_does(void **state)
{
    char ours[ADDRESS_TEXT], theirs[ADDRESS_TEXT];

    (void)state;
    for (uint32_t i = 0; i < 256 * 5; i++) {
        union address a = four(i * 0x01071b59u, 25);
        inet_ntop(AF_INET, &a.in.sin_addr, theirs, sizeof theirs);
        address_text(&a, ours);
        assert_string_equal(ours, theirs);
    }
}

static void ports_stand_behind_a_colon(void **state)
{
    static const char widest[] = "fedc:ba98:7654:3210:fedc:ba98:7654:3210";
    char text[ADDRESS_TEXT_PORT];
    union address a = four(0xc0000207, 2525), b = six("2001:db8::7", 0), c = six(widest, 65535),
                  mapped = six("::ffff:192.0.2.7", 25), none = {0};

    (void)state;
    address_text_port(&a, text);
    assert_string_equal(text, "192.0.2.7:2525");
    address_text_port(&b, text);
    assert_string_equal(text, "[2001:db8::7]:0");
    address_text_port(&c, text);
    assert_string_equal(text, "[fedc:ba98:7654:3210:fedc:ba98:7654:3210]:65535");
    address_text_port(&mapped, text);
    assert_string_equal(text, "192.0.2.7:25");
    address_text_port(&none, text);
    assert_string_equal(text, ":0");
}

static void numbers_of_every_length(void **state)
{
    char ours[DECIMAL_DIGITS + 1], theirs[DECIMAL_DIGITS + 1];

    (void)state;
    for (uint64_t n = UINT64_MAX;; n /= 3) {
        *decimal_put(ours, n) = '\0';
        snprintf(theirs, sizeof theirs, "%" PRIu64, n);
        assert_string_equal(ours, theirs);
        if (n == 0)
            break;
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("dotted quads are written as the C library does", dotted_as_the_library_does),
        TEST("a port stands behind a colon, of IPv6 too", ports_stand_behind_a_colon),
        TEST("decimal numbers of every length are right", numbers_of_every_length),
    };

    return cmocka_run_group_tests_name("address", tests, NULL, NULL);
}
