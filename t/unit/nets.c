/* Lists of networks. */
#include "unit.h"

#include "../../daemon/conf/nets.h"

#include <netinet/in.h>
#include <stdlib.h>

static bool contains(const struct sg_nets *nets, const char *text)
{
    struct sockaddr_storage addr;
    assert_true(address_parse(text, &addr));
    return sg_nets_contain(nets, (const struct sockaddr *)&addr);
}

static struct sg_nets *nets_of(const char *first, const char *second)
{
    struct sg_nets *nets = NULL;
    struct buffer why = {0};
    assert_true(nets_add(&nets, first, &why));
    if (second)
        assert_true(nets_add(&nets, second, &why));
    return nets;
}

static const struct {
    const char *net, *addr;
    bool inside;
} cases[] = {
    {"192.0.2.7", "192.0.2.7", true},
    {"192.0.2.7", "192.0.2.6", false},
    {"10.0.0.0/8", "10.255.255.255", true},
    {"10.0.0.0/8", "11.0.0.0", false},
    {"192.0.2.128/25", "192.0.2.128", true},
    {"192.0.2.128/25", "192.0.2.127", false},
    {"192.0.2.4/30", "192.0.2.7", true},
    {"192.0.2.4/30", "192.0.2.8", false},
    {"0.0.0.0/0", "255.255.255.255", true},
    {"0.0.0.0/0", "::1", false},
    {"2001:db8::/32", "2001:db8:ffff::1", true},
    {"2001:db8::/32", "2001:db9::", false},
    {"2001:db8::8/125", "2001:db8::f", true},
    {"2001:db8::8/125", "2001:db8::10", false},
    {"::1", "::1", true},
    {"::1", "::2", false},
    {"::/0", "2001:db8::1", true},
    {"::/0", "192.0.2.1", true},
    {"::ffff:192.0.2.0/24", "192.0.2.9", true},
    {"::ffff:192.0.2.0/24", "192.0.3.9", false},
    {"192.0.2.0/24", "::ffff:192.0.2.9", true},
};

static void decides(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sg_nets *nets = nets_of(cases[i].net, NULL);
        if (contains(nets, cases[i].addr) != cases[i].inside)
            fail_msg("%s in %s", cases[i].addr, cases[i].net);
        nets_destroy(nets);
    }
}

/* A socket may hand out a mapped address; it is the IPv4 one. */
static void maps(void **state)
{
    struct sg_nets *nets = nets_of("192.0.2.0/24", NULL);
    struct sockaddr_in6 mapped = {.sin6_family = AF_INET6};
    (void)state;
    mapped.sin6_addr.s6_addr[10] = mapped.sin6_addr.s6_addr[11] = 0xff;
    mapped.sin6_addr.s6_addr[12] = 192;
    mapped.sin6_addr.s6_addr[14] = 2;
    assert_true(sg_nets_contain(nets, (const struct sockaddr *)&mapped));
    mapped.sin6_addr.s6_addr[14] = 3;
    assert_false(sg_nets_contain(nets, (const struct sockaddr *)&mapped));
    nets_destroy(nets);
}

static void any_of_several(void **state)
{
    struct sg_nets *nets = nets_of("192.0.2.0/24", "2001:db8::/32");
    (void)state;
    assert_true(contains(nets, "192.0.2.1"));
    assert_true(contains(nets, "2001:db8::1"));
    assert_false(contains(nets, "198.51.100.1"));
    nets_destroy(nets);
}

static void nothing(void **state)
{
    struct sockaddr_storage none = {.ss_family = AF_UNIX};
    struct sg_nets *all = nets_of("0.0.0.0/0", "::/0");
    (void)state;
    assert_false(contains(NULL, "192.0.2.1"));
    assert_false(sg_nets_contain(all, NULL));
    assert_false(sg_nets_contain(all, (const struct sockaddr *)&none));
    nets_destroy(all);
}

static void refuses(void **state)
{
    static const char *const bad[] = {"",
                                      "x",
                                      "10.0.0",
                                      "10.0.0.0/33",
                                      "10.0.0.0/",
                                      "10.0.0.0/x",
                                      "10.0.0.0/-1",
                                      "::1/129",
                                      "10.0.0.0/8/8",
                                      "/8",
                                      "256.0.0.1",
                                      "10.0.0.1/24",
                                      "::1/64",
                                      "fe80::1%lo",
                                      "10.0.0.0 ",
                                      "010.0.0.1",
                                      "10.0.0.0/99999999999999999999"};
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct sg_nets *nets = NULL;
        struct buffer why = {0};
        if (nets_add(&nets, bad[i], &why))
            fail_msg("took '%s'", bad[i]);
        assert_null(nets);
        buffer_finish(&why);
    }
}

static void prints(void **state)
{
    struct sg_nets *nets = nets_of("::ffff:10.0.0.0/8", "2001:DB8:0::1");
    struct buffer out = {0};
    (void)state;
    assert_true(nets_format(nets, 0, &out));
    assert_true(nets_format(nets, 1, &out));
    assert_false(nets_format(nets, 2, &out));
    assert_string_equal(buffer_cstr(&out), "10.0.0.0/82001:db8::1");
    buffer_finish(&out);
    nets_destroy(nets);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("an address is inside or outside to the bit", decides),
        TEST("a v4-mapped address is an IPv4 address", maps),
        TEST("one of several networks is enough", any_of_several),
        TEST("an empty list and no list hold nothing", nothing),
        TEST("what is no network is refused, host bits included", refuses),
        TEST("networks are printed in their shortest form", prints),
    };

    return cmocka_run_group_tests_name("nets", tests, NULL, NULL);
}
