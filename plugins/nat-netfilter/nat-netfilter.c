/* nat-netfilter - ask Linux where a redirected client wanted to go.
 *
 * A REDIRECT or DNAT rule changes the destination of the connection; the
 * kernel's connection tracking keeps the one the client asked for, and
 * getsockopt(2) tells it.  A client that came to us directly was redirected
 * by nobody: then the kernel has no entry, or answers with the very address
 * the client arrived at.  Either is no answer, and the next plugin of the
 * route hook is asked. */
#include <smtp-gated/plugin.h>

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6/ip6_tables.h>

/* Fills in *asked; -1 and errno if the kernel does not know. */
static int original_destination(int fd, int family, struct sockaddr_storage *asked)
{
    socklen_t size = sizeof *asked;

    memset(asked, 0, sizeof *asked);
    if (family == AF_INET6)
        return getsockopt(fd, SOL_IPV6, IP6T_SO_ORIGINAL_DST, asked, &size);
    return getsockopt(fd, SOL_IP, SO_ORIGINAL_DST, asked, &size);
}

/* Scope and flow are left aside: they do not make another endpoint. */
static int same_endpoint(const struct sockaddr *a, const struct sockaddr *b)
{
    const struct sockaddr_in *a4 = (const void *)a, *b4 = (const void *)b;
    const struct sockaddr_in6 *a6 = (const void *)a, *b6 = (const void *)b;

    if (a->sa_family != b->sa_family)
        return 0;
    if (a->sa_family == AF_INET6)
        return a6->sin6_port == b6->sin6_port && IN6_ARE_ADDR_EQUAL(&a6->sin6_addr, &b6->sin6_addr);
    return a4->sin_port == b4->sin_port && a4->sin_addr.s_addr == b4->sin_addr.s_addr;
}

static struct sg_verdict unknown(int error)
{
    static char why[128]; /* copied by the host when the hook returns */

    if (error == ENOENT)
        return sg_pass();
    snprintf(why, sizeof why, "SO_ORIGINAL_DST: %s%s", strerror(error),
             error == ENOPROTOOPT ? "; is the module nf_conntrack loaded?" : "");
    return sg_failed(why);
}

static struct sg_verdict nat_netfilter_route(struct sg_session *s, struct sg_route *route,
                                             void *self)
{
    const struct sockaddr *local = sg_local_addr(s);
    struct sockaddr_storage asked;

    (void)self;
    if (original_destination(sg_client_fd(s), local->sa_family, &asked) < 0)
        return unknown(errno);
    if (!same_endpoint((const struct sockaddr *)&asked, local))
        route->server = asked;
    return sg_pass();
}

SG_PLUGIN(nat_netfilter, .summary = "ask Linux netfilter where a redirected client wanted to go",
          .route = nat_netfilter_route)
