/* Opening listening sockets, or taking them from the service manager, and
 * sharing them out among workers. */
#include "listeners.h"
#include "../base/check.h"
#include "occupant.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIRST_PASSED_FD = 3, ANY_PORT_TRIES = 100 };

static void add(struct listeners *set, const union address *address, int fd)
{
    set->all = xrealloc(set->all, (set->count + 1) * sizeof *set->all);
    set->all[set->count++] = (struct listener){*address, fd};
}

static socklen_t length_of(const union address *a)
{
    return a->any.sa_family == AF_INET6 ? sizeof a->v6 : sizeof a->v4;
}

static bool same_address(const union address *a, const union address *b)
{
    if (a->any.sa_family != b->any.sa_family)
        return false;
    if (a->any.sa_family == AF_INET)
        return a->v4.sin_port == b->v4.sin_port && a->v4.sin_addr.s_addr == b->v4.sin_addr.s_addr;
    return a->v6.sin6_port == b->v6.sin6_port && a->v6.sin6_scope_id == b->v6.sin6_scope_id &&
           memcmp(&a->v6.sin6_addr, &b->v6.sin6_addr, sizeof a->v6.sin6_addr) == 0;
}

static bool holds(const struct listeners *set, int fd)
{
    for (unsigned i = 0; set && i < set->count; i++)
        if (set->all[i].fd == fd)
            return true;
    return false;
}

void listeners_finish(struct listeners *set, const struct listeners *kept)
{
    for (unsigned i = 0; i < set->count; i++)
        if (!holds(kept, set->all[i].fd))
            close(set->all[i].fd);
    free(set->all);
    *set = (struct listeners){0};
}

/* Accepted sockets inherit TCP_NODELAY from here. */
static bool prepare(int fd)
{
    const int on = 1;
    int flags = fcntl(fd, F_GETFL);
    return flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0 &&
           fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 &&
           setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0;
}

static bool set(int fd, int level, int option)
{
    const int on = 1;
    return setsockopt(fd, level, option, &on, sizeof on) == 0;
}

/* SO_REUSEPORT lets workers share an address.  alone: not before it listens, so that the
 * kernel refuses it where anybody listens, in the same instant too. */
static int open_listener(const union address *a, int backlog, bool alone)
{
    int fd = socket(a->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    if (prepare(fd) && set(fd, SOL_SOCKET, SO_REUSEADDR) &&
        (alone || set(fd, SOL_SOCKET, SO_REUSEPORT)) &&
        (a->any.sa_family != AF_INET6 || set(fd, IPPROTO_IPV6, IPV6_V6ONLY)) &&
        bind(fd, &a->any, length_of(a)) == 0 && listen(fd, backlog) == 0 &&
        (!alone || set(fd, SOL_SOCKET, SO_REUSEPORT)))
        return fd;
    int saved = errno;
    close(fd);
    errno = saved;
    return -1;
}

static in_port_t *port_of(union address *a)
{
    return a->any.sa_family == AF_INET6 ? &a->v6.sin6_port : &a->v4.sin_port;
}

unsigned listeners_port(const struct listeners *set)
{
    return set->count ? ntohs(*port_of(&set->all[0].address)) : 0;
}

static bool parse_address(const char *text, unsigned port, union address *a)
{
    const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found;
    if (getaddrinfo(text, NULL, &hints, &found) != 0)
        return false;
    *a = (union address){0};
    memcpy(a, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    *port_of(a) = htons((uint16_t)port);
    return true;
}

static bool default_addresses(const struct core *core)
{
    const char **a = core->bind_address;
    return a[0] && a[1] && !a[2] && strcmp(a[0], "0.0.0.0") == 0 && strcmp(a[1], "::") == 0;
}

static const char *advice(int error)
{
    switch (error) {
    case EADDRNOTAVAIL:
        return "give an address of this host";
    case EADDRINUSE:
        return "another program listens there";
    case EACCES:
        return "ports below 1024 need root or CAP_NET_BIND_SERVICE";
    case EAFNOSUPPORT:
        return "this kernel does not have the protocol";
    default:
        return "choose another";
    }
}

/* Nobody asked for IPv6 by name, and the kernel has none. */
static bool excusable(const struct core *core, const union address *a, int error)
{
    return a->any.sa_family == AF_INET6 && default_addresses(core) &&
           (error == EAFNOSUPPORT || error == EADDRNOTAVAIL);
}

/* With port = 0 the first socket gets one, and all others, of all reloads, the
 * same. */
static unsigned planned_port(const struct listeners *now, const struct core *core,
                             const struct listeners *plan)
{
    if (core->port > 0)
        return (unsigned)core->port;
    return plan->count ? listeners_port(plan) : listeners_port(now);
}

static bool is_occupied(const struct core *core, const char *text, union address *a,
                        struct complaints *c)
{
    char *who = occupant_of(a);
    const bool occupied = who != NULL;
    if (occupied)
        complain(c, core->file, 0, "bind_address", text,
                 "port %u is in use: %s; end that, or give another address or port",
                 ntohs(*port_of(a)), who);
    free(who);
    return occupied;
}

/* Borrows every socket of this address, then opens as many as are missing. */
static bool plan_address(const struct listeners *now, const struct core *core, const char *text,
                         struct listeners *plan, struct complaints *c)
{
    union address a;
    if (!parse_address(text, planned_port(now, core, plan), &a)) {
        complain(c, core->file, 0, "bind_address", text, "an IPv4 or IPv6 address is needed");
        return false;
    }
    long have = 0;
    for (unsigned i = 0; i < now->count; i++) {
        if (!same_address(&now->all[i].address, &a))
            continue;
        listen(now->all[i].fd, (int)core->connect_queue); /* it may have changed */
        add(plan, &a, now->all[i].fd);
        have++;
    }
    for (; have < core->workers; have++) {
        int fd = open_listener(&a, (int)core->connect_queue, have == 0);
        if (fd < 0 && errno == EADDRINUSE && have == 0) {
            if (is_occupied(core, text, &a, c))
                return false;
            fd = open_listener(&a, (int)core->connect_queue, false); /* it is ourselves */
        }
        if (fd < 0 && excusable(core, &a, errno)) {
            remark(c, core->file, 0, "bind_address", text, "not there: %s", strerror(errno));
            return true;
        }
        if (fd < 0) {
            complain(c, core->file, 0, "bind_address", text, "cannot listen on port %u: %s; %s",
                     ntohs(*port_of(&a)), strerror(errno), advice(errno));
            return false;
        }
        socklen_t n = sizeof a;
        getsockname(fd, &a.any, &n);
        add(plan, &a, fd);
    }
    return true;
}

static void borrow_all(const struct listeners *now, struct listeners *plan)
{
    for (unsigned i = 0; i < now->count; i++)
        add(plan, &now->all[i].address, now->all[i].fd);
    plan->activated = now->activated;
}

static bool plan_addresses(const struct listeners *now, const struct core *core,
                           struct listeners *plan, struct complaints *c)
{
    *plan = (struct listeners){0};
    for (const char **text = core->bind_address; *text; text++) {
        if (!plan_address(now, core, *text, plan, c)) {
            listeners_finish(plan, now);
            return false;
        }
    }
    if (plan->count > 0)
        return true;
    complain(c, core->file, 0, "bind_address", NULL, "at least one address is needed");
    return false;
}

/* The port that the system chose for the first address may be taken at the next one:
 * then it chooses again. */
bool listeners_plan(const struct listeners *now, const struct core *core, struct listeners *plan,
                    struct complaints *c)
{
    *plan = (struct listeners){0};
    if (now->activated) {
        borrow_all(now, plan);
        return true;
    }
    bool planned = false;
    int tries = core->port == 0 && now->count == 0 ? ANY_PORT_TRIES : 1;
    while (!planned && tries-- > 0) {
        struct complaints found = {0};
        planned = plan_addresses(now, core, plan, &found);
        if (planned || tries == 0)
            complaints_add(c, &found);
        complaints_finish(&found);
    }
    return planned;
}

static long number_in(const char *variable)
{
    const char *text = getenv(variable);
    return text ? strtol(text, NULL, 10) : 0;
}

static int socket_option(int fd, int option)
{
    int value = 0;
    socklen_t n = sizeof value;
    return getsockopt(fd, SOL_SOCKET, option, &value, &n) == 0 ? value : -1;
}

static bool take_passed(struct listeners *set, int fd, struct complaints *c)
{
    union address a = {0};
    socklen_t n = sizeof a;
    if (socket_option(fd, SO_ACCEPTCONN) != 1 || socket_option(fd, SO_TYPE) != SOCK_STREAM ||
        getsockname(fd, &a.any, &n) < 0 ||
        (a.any.sa_family != AF_INET && a.any.sa_family != AF_INET6) || !prepare(fd)) {
        complain(c, "LISTEN_FDS", 0, NULL, NULL,
                 "descriptor %d is not a listening TCP socket; check the socket unit", fd);
        return false;
    }
    add(set, &a, fd);
    return true;
}

static int by_address(const void *a, const void *b)
{
    const struct listener *x = a, *y = b;
    int order = memcmp(&x->address, &y->address, sizeof x->address);
    return order ? order : x->fd - y->fd;
}

bool listeners_activate(struct listeners *set, struct complaints *c)
{
    long count = number_in("LISTEN_PID") == getpid() ? number_in("LISTEN_FDS") : 0;
    unsetenv("LISTEN_FDS");
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDNAMES");
    *set = (struct listeners){0};
    for (int fd = FIRST_PASSED_FD; fd < FIRST_PASSED_FD + count; fd++)
        if (!take_passed(set, fd, c))
            return false;
    if (set->count > 0)
        qsort(set->all, set->count, sizeof *set->all, by_address);
    set->activated = set->count > 0;
    return true;
}

/* Worker `number` takes every workers-th socket of an address; if there are
 * fewer than workers, several take the same. */
static void share_address(const struct listener *of, unsigned have, unsigned number,
                          unsigned workers, struct buffer *out)
{
    for (unsigned i = number % have; i < have; i += workers)
        buffer_printf(out, "%d,", of[i].fd);
}

char *listeners_argument(const struct listeners *set, unsigned workers)
{
    struct buffer out = {0};
    for (unsigned w = 0; w < workers; w++) {
        for (unsigned i = 0, n; i < set->count; i += n) {
            for (n = 1; i + n < set->count; n++)
                if (!same_address(&set->all[i].address, &set->all[i + n].address))
                    break;
            share_address(set->all + i, n, w, workers, &out);
        }
        buffer_printf(&out, "/");
    }
    char *text = xstrdup(buffer_cstr(&out));
    buffer_finish(&out);
    return text;
}

void listeners_inherit(const struct listeners *set)
{
    for (unsigned i = 0; i < set->count; i++)
        fcntl(set->all[i].fd, F_SETFD, 0);
}
