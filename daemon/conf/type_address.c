/* Options that are addresses: one IP address, a place to connect to, a list of
 * networks. */
#include "types.h"
#include "nets.h"
#include "../base/check.h"
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

/* --------------------------------------------------------------- address -- */

static bool parse_ip(const struct sg_option *option, const char *text, void *field,
                     struct buffer *why)
{
    (void)option, (void)why;
    return *text == '\0' || address_parse(text, field);
}

static void expect_ip(const struct sg_option *option, struct buffer *out)
{
    (void)option;
    buffer_printf(out, "an IPv4 or IPv6 address");
}

static bool format_ip(const struct sg_option *option, const void *field, unsigned i,
                      struct buffer *out)
{
    (void)option;
    const struct sockaddr_storage *addr = field;
    if (i > 0 || addr->ss_family == AF_UNSPEC)
        return false;
    address_format(addr, out);
    return true;
}

const struct option_type type_ip = {
    "address", sizeof(struct sockaddr_storage), false, true, parse_ip, expect_ip, format_ip, NULL};

/* -------------------------------------------------------------- endpoint -- */

static bool unix_endpoint(const char *text, struct sg_endpoint *end, struct buffer *why)
{
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    if (strlen(text) >= sizeof un.sun_path) {
        buffer_printf(why, "a socket's path of at most %zu characters", sizeof un.sun_path - 1);
        return false;
    }
    strcpy(un.sun_path, text);
    memcpy(&end->addr, &un, sizeof un);
    end->addrlen = sizeof un;
    return true;
}

/* Splits "host:port" and "[v6]:port" in place. */
static bool split_host_port(char *text, char **host, char **port)
{
    char *colon = strrchr(text, ':');
    if (!colon || colon == text || colon[1] == '\0')
        return false;
    *colon = '\0';
    *port = colon + 1;
    *host = text;
    if (*text == '[' && colon[-1] == ']') {
        colon[-1] = '\0';
        *host = text + 1;
        return true;
    }
    return strchr(text, ':') == NULL;
}

static bool port_number(const char *port)
{
    char *end;
    long number = strtol(port, &end, 10);
    return port[strspn(port, "0123456789")] == '\0' && number > 0 && number <= 65535;
}

static bool resolve(const char *host, const char *port, struct sg_endpoint *end, struct buffer *why)
{
    struct addrinfo *found, hints = {.ai_socktype = SOCK_STREAM};
    int error = getaddrinfo(host, port, &hints, &found);
    if (error) {
        buffer_printf(why, "the name of a host that can be resolved, but: %s", gai_strerror(error));
        return false;
    }
    memcpy(&end->addr, found->ai_addr, found->ai_addrlen);
    end->addrlen = found->ai_addrlen;
    freeaddrinfo(found);
    return true;
}

static bool inet_endpoint(const char *text, struct sg_endpoint *end, struct buffer *why)
{
    char *host, *port, *copy = xstrdup(text);
    bool ok =
        split_host_port(copy, &host, &port) && port_number(port) && resolve(host, port, end, why);
    free(copy);
    return ok;
}

static bool parse_endpoint(const struct sg_option *option, const char *text, void *field,
                           struct buffer *why)
{
    (void)option;
    struct sg_endpoint *end = field;
    if (*text == '\0')
        return true;
    if (!(*text == '/' ? unix_endpoint(text, end, why) : inet_endpoint(text, end, why)))
        return false;
    end->text = xstrdup(text);
    return true;
}

static void expect_endpoint(const struct sg_option *option, struct buffer *out)
{
    (void)option;
    buffer_printf(out, "a socket's path such as /run/x.sock, host:port or [IPv6 address]:port");
}

static bool format_endpoint(const struct sg_option *option, const void *field, unsigned i,
                            struct buffer *out)
{
    (void)option;
    const struct sg_endpoint *end = field;
    if (i > 0 || !end->text)
        return false;
    buffer_append(out, end->text, strlen(end->text));
    return true;
}

static void finish_endpoint(void *field)
{
    struct sg_endpoint *end = field;
    free((char *)end->text);
    memset(end, 0, sizeof *end);
}

const struct option_type type_endpoint = {"endpoint",      sizeof(struct sg_endpoint),
                                          false,           true,
                                          parse_endpoint,  expect_endpoint,
                                          format_endpoint, finish_endpoint};

/* -------------------------------------------------------------- networks -- */

struct nets_context {
    struct sg_nets **nets;
    struct buffer *why;
};

static bool add_net(void *context, const char *word)
{
    struct nets_context *c = context;
    return nets_add(c->nets, word, c->why);
}

static bool parse_nets(const struct sg_option *option, const char *text, void *field,
                       struct buffer *why)
{
    (void)option;
    struct nets_context context = {field, why};
    return for_each_word(text, add_net, &context);
}

static void expect_nets(const struct sg_option *option, struct buffer *out)
{
    (void)option;
    buffer_printf(out, "addresses and networks such as 192.0.2.7, 10.0.0.0/8 or 2001:db8::/32");
}

static bool format_nets(const struct sg_option *option, const void *field, unsigned i,
                        struct buffer *out)
{
    (void)option;
    return nets_format(*(struct sg_nets *const *)field, i, out);
}

static void finish_nets(void *field)
{
    nets_destroy(*(struct sg_nets **)field);
    *(struct sg_nets **)field = NULL;
}

const struct option_type type_nets = {
    "networks", sizeof(struct sg_nets *), true, true, parse_nets, expect_nets, format_nets,
    finish_nets};
