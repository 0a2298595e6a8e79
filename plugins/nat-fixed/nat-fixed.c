/* nat-fixed - every session goes to one configured server.
 *
 * The name is resolved once, in configure: a DNS failure later cannot stop the
 * mail, and a reload resolves again.  Of several addresses the first is taken;
 * getaddrinfo(3) has ordered them by RFC 6724. */
#include <smtp-gated/plugin.h>

#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

enum proxy_protocol { PROXY_NO, PROXY_YES, PROXY_V1, PROXY_V2 };
static const char *const proxy_words[] = {"no", "yes", "v1", "v2", NULL};

struct nat_fixed {
    const char *server;
    long port;
    int xclient;           /* bool */
    int proxy_protocol;    /* enum proxy_protocol */
    struct sg_route route; /* what the options amount to; made by configure */
};

static const struct sg_option options[] = {
    SG_OPT_STRING(struct nat_fixed, server, NULL,
                  "The mail server: an address, or a name that is resolved at load"),
    SG_OPT_INT(struct nat_fixed, port, "25", 1, 65535, "The server's port"),
    SG_OPT_BOOL(struct nat_fixed, xclient, "no",
                "Hand the client's address to the server with Postfix's XCLIENT command"),
    SG_OPT_ENUM(struct nat_fixed, proxy_protocol, "no", proxy_words,
                "Hand the client's address to the server with a PROXY protocol header of version 1 "
                "(a line) or 2 (binary); yes is v1"),
    SG_OPT_END};

/* 0, or -1 after saying what is wrong with the name. */
static int resolve(const char *server, long port, struct sockaddr_storage *addr)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    struct addrinfo *found;
    char service[sizeof "65535"];
    int error;

    snprintf(service, sizeof service, "%u", (unsigned)(uint16_t)port);
    error = getaddrinfo(server, service, &hints, &found);
    if (error) {
        sg_config_error("server", "give an address, or a name that resolves: %s",
                        gai_strerror(error));
        return -1;
    }
    memcpy(addr, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    return 0;
}

static unsigned proxy_flag(int proxy_protocol)
{
    if (proxy_protocol == PROXY_NO)
        return 0;
    return proxy_protocol == PROXY_V2 ? SG_ROUTE_PROXY_V2 : SG_ROUTE_PROXY;
}

static int nat_fixed_configure(void *self)
{
    struct nat_fixed *f = self;

    if (!f->server || !*f->server) {
        sg_config_error("server", "name the mail server all sessions go to, "
                                  "as in server = \"192.0.2.25\"");
        return -1;
    }
    if (resolve(f->server, f->port, &f->route.server) < 0)
        return -1;
    f->route.flags =
        SG_ROUTE_FIXED | (f->xclient ? SG_ROUTE_XCLIENT : 0u) | proxy_flag(f->proxy_protocol);
    return 0;
}

static struct sg_verdict nat_fixed_route(struct sg_session *s, struct sg_route *route, void *self)
{
    const struct nat_fixed *f = self;

    (void)s;
    *route = f->route;
    return sg_pass();
}

SG_PLUGIN(nat_fixed, .summary = "send every session to one mail server", .options = options,
          .settings_size = sizeof(struct nat_fixed), .configure = nat_fixed_configure,
          .route = nat_fixed_route)
