/* Name servers as people write them, and as resolv.conf does. */
#include "unit.h"
#include "../../sdk/kit/dns_inner.h"
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void sg_config_error(const char *option, const char *fmt, ...)
{
    (void)option;
    (void)fmt;
}

int sg_grant(const char *path, unsigned access)
{
    (void)path;
    (void)access;
    return 0;
}

static void servers(void **state)
{
    static const char *const given[] = {"192.0.2.1",          "192.0.2.1:5353", "2001:db8::1",
                                        "[2001:db8::1]:5353", "[::1]",          NULL};
    const char *wrong;
    (void)state;
    char *text = dns_servers(given, &wrong);
    assert_string_equal(text, "192.0.2.1:53,192.0.2.1:5353,[2001:db8::1]:53,"
                              "[2001:db8::1]:5353,[::1]:53");
    free(text);
}

static void wrong_servers(void **state)
{
    static const char *const bad[] = {
        "localhost", "127.0.0.1:0", "127.0.0.1:70000", "[127.0.0.1]",     "[::1", "::1:99999",
        "1.2.3",     "fe80::1",     "fe80::1%no-such", "1.1.1.1,2.2.2.2", "",     NULL};
    const char *wrong;
    (void)state;
    for (const char *const *one = bad; *one; one++) {
        const char *const list[] = {"127.0.0.1", *one, NULL};
        assert_null(dns_servers(list, &wrong));
        assert_ptr_equal(wrong, *one);
    }
    const char *many[DNS_SERVERS + 2] = {NULL};
    for (unsigned i = 0; i <= DNS_SERVERS; i++)
        many[i] = "127.0.0.1";
    assert_null(dns_servers(many, &wrong));
}

/* Every machine has a first interface. */
static void zones(void **state)
{
    static const char *const given[] = {"fe80::1%lo", "[fe80::1%1]:5353", NULL};
    struct dns_server read[DNS_SERVERS];
    const char *wrong;
    (void)state;
    char *text = dns_servers(given, &wrong);
    assert_string_equal(text, "[fe80::1%lo]:53,[fe80::1%1]:5353");
    assert_int_equal(dns_servers_read(text, read), 2);
    for (int i = 0; i < 2; i++)
        assert_int_equal(((struct sockaddr_in6 *)&read[i].addr)->sin6_scope_id, 1);
    free(text);
}

static char *of_file(const char *content)
{
    char path[] = "/tmp/resolv.conf.XXXXXX";
    int fd = mkstemp(path);
    assert_true(write(fd, content, strlen(content)) == (ssize_t)strlen(content));
    close(fd);
    char *text = dns_servers_of_file(path);
    unlink(path);
    return text;
}

static void files(void **state)
{
    (void)state;
    char *text =
        of_file("# nameserver 192.0.2.9\n; x\nsearch example.test\n nameserver\t192.0.2.1 \n"
                "nameserver fe80::1%lo\nnameserver none\noptions use-vc\nnameserver ::1");
    assert_string_equal(text, "192.0.2.1:53,[fe80::1%lo]:53,[::1]:53");
    free(text);
    text = of_file("");
    assert_string_equal(text, "127.0.0.1:53");
    free(text);
    assert_null(dns_servers_of_file("/no/such/file"));
}

static void origins(void **state)
{
    char path[32];
    (void)state;
    assert_string_equal(dns_servers_origin("/etc/x 127.0.0.1:53", path, sizeof path),
                        "127.0.0.1:53");
    assert_string_equal(path, "/etc/x");
    assert_string_equal(dns_servers_origin("127.0.0.1:53", path, sizeof path), "127.0.0.1:53");
    assert_string_equal(path, "");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("servers are read, with and without port", servers),
        TEST("what is no server is named, and so is one too many", wrong_servers),
        TEST("a link-local address has its interface, by name or number", zones),
        TEST("resolv.conf names servers, or means this machine", files),
        TEST("a text says which file it is from", origins),
    };

    return cmocka_run_group_tests_name("dns_config", tests, NULL, NULL);
}
