/* Would connecting to the destination come back to us?  That are our listening sockets, as
 * the kernel has them, whoever opened them and whatever their ports, and our own upstream
 * connections that a NAT rule turned round. */
#include "../../base/check.h"
#include "sessions.h"
#include "steps.h"
#include <ifaddrs.h>

static struct {
    union address *all;
    unsigned count;
} listeners;

static void add(union address a)
{
    listeners.all = xrealloc(listeners.all, (listeners.count + 1) * sizeof *listeners.all);
    listeners.all[listeners.count++] = a;
}

/* One bound to :: that takes IPv4 as well is at 0.0.0.0, too. */
void sessions_listen_at(int fd)
{
    union address a = address_local(fd);
    int only_six = 1;
    socklen_t size = sizeof only_six;
    add(a);
    if (a.sa.sa_family != AF_INET6 || !address_is_any(&a) ||
        getsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only_six, &size) != 0 || only_six)
        return;
    union address four = {.in = {.sin_family = AF_INET}};
    address_set_port(&four, address_port(&a));
    add(four);
}

/* Is this one of the machine's own addresses?  127.0.0.0/8 is ours wholly, though the
 * interface has one address, and who connects to no address gets this machine. */
static bool address_is_ours(const union address *a)
{
    struct ifaddrs *all, *i;
    bool found = address_is_loopback(a) || address_is_any(a);
    if (found || getifaddrs(&all) != 0)
        return found;
    for (i = all; i && !found; i = i->ifa_next) {
        if (!i->ifa_addr)
            continue;
        union address b = address_from(i->ifa_addr);
        found = b.sa.sa_family != AF_UNSPEC && address_same_ip(a, &b);
    }
    freeifaddrs(all);
    return found;
}

static bool listens_at(const union address *target)
{
    for (unsigned i = 0; i < listeners.count; i++) {
        const union address *a = &listeners.all[i];
        if (a->sa.sa_family != target->sa.sa_family || address_port(a) != address_port(target))
            continue;
        if (address_same_ip(a, target) || (address_is_any(a) && address_is_ours(target)))
            return true;
    }
    return false;
}

bool leads_back(const struct session *s)
{
    if (listens_at(&s->target))
        return true;
    if (s->route_flags & SG_ROUTE_FIXED)
        return false;
    return address_same_ip(&s->peer, &s->target) ||
           scoreboard_is_upstream(service.board, &s->slot->client, s->slot->client_port);
}
