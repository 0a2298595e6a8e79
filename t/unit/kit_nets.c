/* Addresses and networks of the kit. */
#include "unit.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <smtp-gated/kit/address.h>
#include <smtp-gated/kit/nets.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct sockaddr *addr(const char *text)
{
    static struct sockaddr_storage storage;
    struct sockaddr_in *four = (void *)&storage;
    struct sockaddr_in6 *six = (void *)&storage;
    memset(&storage, 0, sizeof storage);
    storage.ss_family = strchr(text, ':') ? AF_INET6 : AF_INET;
    if (storage.ss_family == AF_INET)
        assert_int_equal(inet_pton(AF_INET, text, &four->sin_addr), 1);
    else
        assert_int_equal(inet_pton(AF_INET6, text, &six->sin6_addr), 1);
    four->sin_port = htons(2525); /* sin6_port stands at the same place */
    return (struct sockaddr *)&storage;
}

/* Each of the four bytes takes each value, in the others' company. */
static void dotted_as_the_library_does(void **state)
{
    char ours[ADDRESS_TEXT], theirs[ADDRESS_TEXT];
    (void)state;
    for (uint32_t i = 0; i < 256 * 5; i++) {
        struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr = {htonl(i * 0x01071b59u)}};
        inet_ntop(AF_INET, &in.sin_addr, theirs, sizeof theirs);
        assert_string_equal(address_text((struct sockaddr *)&in, ours), theirs);
    }
}

static void texts(void **state)
{
    static const struct sockaddr none = {.sa_family = AF_UNIX};
    char text[ADDRESS_TEXT];
    (void)state;
    assert_string_equal(address_text(addr("192.0.2.7"), text), "192.0.2.7");
    assert_string_equal(address_text_port(addr("192.0.2.7"), text), "192.0.2.7:2525");
    assert_string_equal(address_text(addr("2001:db8::7"), text), "2001:db8::7");
    assert_string_equal(address_text_port(addr("2001:db8::7"), text), "[2001:db8::7]:2525");
    assert_string_equal(address_text_port(addr("fedc:ba98:7654:3210:fedc:ba98:7654:3210"), text),
                        "[fedc:ba98:7654:3210:fedc:ba98:7654:3210]:2525");
    assert_string_equal(address_text(NULL, text), "");
    assert_string_equal(address_text_port(&none, text), "");
    assert_int_equal(address_port(addr("::1")), 2525);
    assert_int_equal(address_port(&none), 0);
    assert_int_equal(address_port(NULL), 0);
    assert_true(address_is_loopback(addr("127.9.9.9")));
    assert_true(address_is_loopback(addr("::1")));
    assert_false(address_is_loopback(addr("128.0.0.1")));
    assert_false(address_is_loopback(addr("::2")));
    assert_false(address_is_loopback(NULL));
}

static int holds(const char *network, const char *address)
{
    struct net outer, inner;
    assert_int_equal(net_read(&outer, network), 0);
    assert_int_equal(net_of(&inner, addr(address)), 0);
    return net_holds(&outer, &inner);
}

static void one(void **state)
{
    static const char *const none[] = {"",
                                       "10.0.0.1/8",
                                       "10.0.0.0/33",
                                       "10.0.0.0/",
                                       "10.0.0",
                                       "10.0.0.0/-1",
                                       "2001:db8::1/32",
                                       "::/129",
                                       "10.0.0.0/8x",
                                       "x",
                                       "::1%lo",
                                       "10.0.0.0/0008",
                                       "1111111111111111111111111111111111111111111111111111"};
    static const struct sockaddr no_ip = {.sa_family = AF_UNIX};
    struct net net, part;
    (void)state;
    for (size_t i = 0; i < COUNT(none); i++)
        if (net_read(&net, none[i]) == 0)
            fail_msg("\"%s\" is taken", none[i]);
    assert_true(holds("192.0.2.7", "192.0.2.7"));
    assert_false(holds("192.0.2.7", "192.0.2.6"));
    assert_true(holds("192.0.2.0/25", "192.0.2.127"));
    assert_false(holds("192.0.2.0/25", "192.0.2.128"));
    assert_true(holds("2001:db8::/33", "2001:db8:7fff::"));
    assert_false(holds("2001:db8::/33", "2001:db8:8000::"));
    assert_true(holds("0.0.0.0/0", "255.255.255.255"));
    assert_true(holds("0.0.0.0/0", "::ffff:192.0.2.7"));
    assert_true(holds("::ffff:10.0.0.0/104", "10.1.2.3"));
    assert_true(holds("::ffff:0:0/96", "10.1.2.3"));
    assert_true(holds("2001:db8::7", "2001:db8::7"));
    assert_false(holds("2001:db8::6", "2001:db8::7"));
    assert_false(holds("2001:db8::7", "2001:db8::6"));
    assert_false(holds("0.0.0.0/0", "2001:db8::"));
    assert_false(holds("::/0", "192.0.2.7"));
    assert_false(holds("::/0", "::ffff:192.0.2.7"));
    net = net_make(AF_INET, "\xc0\0\2\xff", 25);
    assert_memory_equal(net.bytes, "\xc0\0\2\x80", 4);
    net = net_make(AF_INET, "\xc0\0\2\xff", 99);
    assert_int_equal(net.bits, 32);
    assert_int_equal(net_read(&net, "10.0.0.0/8"), 0);
    assert_int_equal(net_read(&part, "10.0.0.0/16"), 0);
    assert_true(net_holds(&net, &part));
    assert_false(net_holds(&part, &net));
    assert_int_equal(net_of(&net, &no_ip), -1);
}

static void add(struct nets *nets, const char *text)
{
    struct net net;
    assert_int_equal(net_read(&net, text), 0);
    nets_add(nets, &net);
}

static void nested(void **state)
{
    struct nets *nets = nets_create();
    (void)state;
    assert_false(nets_contain(nets, addr("10.0.0.1")));
    add(nets, "10.1.2.0/24");
    add(nets, "10.0.0.0/8");
    add(nets, "10.1.2.3");
    add(nets, "::/0");
    assert_true(nets_contain(nets, addr("10.255.0.1")));
    assert_true(nets_contain(nets, addr("10.1.2.4")));
    assert_true(nets_contain(nets, addr("2001:db8::")));
    assert_false(nets_contain(nets, addr("11.0.0.0")));
    assert_false(nets_contain(nets, addr("9.255.255.255")));
    assert_false(nets_contain(nets, &(struct sockaddr){.sa_family = AF_UNIX}));
    add(nets, "20.0.0.0/24"); /* of one beginning, the wider one is first */
    add(nets, "20.0.0.0/8");
    add(nets, "20.0.0.0/16");
    assert_true(nets_contain(nets, addr("20.9.9.9")));
    add(nets, "9.255.255.255");
    assert_true(nets_contain(nets, addr("9.255.255.255")));
    nets_destroy(nets);
}

/* Against a search from one end to the other. */
static void many(void **state)
{
    enum { NETS = 400, ASKED = 20000 };
    static struct net all[NETS];
    struct sockaddr_in four = {.sin_family = AF_INET};
    struct nets *nets = nets_create();
    unsigned inside = 0;
    (void)state;
    srand(7);
    for (unsigned i = 0; i < NETS; i++) {
        uint32_t address = htonl((uint32_t)rand() << 1);
        all[i] = net_make(AF_INET, &address, 6 + (unsigned)rand() % 27);
        nets_add(nets, &all[i]);
    }
    for (unsigned i = 0; i < ASKED; i++) {
        struct net wanted;
        int found = 0;
        four.sin_addr.s_addr = htonl((uint32_t)rand() << 1);
        net_of(&wanted, (struct sockaddr *)&four);
        for (unsigned k = 0; k < NETS; k++)
            found |= net_holds(&all[k], &wanted);
        assert_int_equal(nets_contain(nets, (struct sockaddr *)&four), found);
        inside += (unsigned)found;
    }
    assert_in_range(inside, ASKED / 10, ASKED * 9 / 10);
    nets_destroy(nets);
}

static const char *write_file(const char *text)
{
    static char path[] = "/tmp/sg-unit-nets-XXXXXX";
    strcpy(path, "/tmp/sg-unit-nets-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *file = fdopen(fd, "w");
    fputs(text, file);
    fclose(file);
    return path;
}

static int load(struct nets *nets, const char *text, char *why, size_t size)
{
    const char *path = write_file(text);
    int rc = nets_load(nets, path, why, size);
    remove(path);
    return rc;
}

static void files(void **state)
{
    struct nets *nets = nets_create();
    char why[200], longest[400];
    (void)state;
    assert_int_equal(load(nets,
                          "# blocked\n\n  192.0.2.0/24 ; SBL1\r\n2001:db8::/32\n198.51.100.7#x",
                          why, sizeof why),
                     0);
    assert_true(nets_contain(nets, addr("192.0.2.1")));
    assert_true(nets_contain(nets, addr("2001:db8:1::")));
    assert_true(nets_contain(nets, addr("198.51.100.7")));
    assert_int_equal(load(nets, "203.0.113.1\n192.0.2.0/33\n", why, sizeof why), -1);
    assert_non_null(strstr(why, ":2: '192.0.2.0/33' is not an address or network"));
    assert_false(nets_contain(nets, addr("203.0.113.1")));
    memset(longest, ' ', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_int_equal(load(nets, longest, why, sizeof why), -1);
    assert_non_null(strstr(why, ":1: the line is too long"));
    assert_int_equal(nets_load(nets, "/nowhere/list", why, sizeof why), -1);
    assert_string_equal(why, "/nowhere/list: No such file or directory");
    nets_destroy(nets);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("dotted addresses are as inet_ntop(3) writes them", dotted_as_the_library_does),
        TEST("addresses are written as text", texts),
        TEST("a network holds what has its prefix, and is of one kind", one),
        TEST("a list may have networks within networks", nested),
        TEST("a long list finds what a search finds", many),
        TEST("a file's list is read, and its mistakes are named", files),
    };

    return cmocka_run_group_tests_name("kit_nets", tests, NULL, NULL);
}
