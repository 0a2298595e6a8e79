/* A socket is made, told where it comes from, and sent on its way.  Each option
 * is a system call, so only what was asked for is set. */
#include "dial.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <sys/un.h>
#include <unistd.h>

static socklen_t addrlen(const struct sockaddr *sa)
{
    switch (sa->sa_family) {
    case AF_INET:
        return sizeof(struct sockaddr_in);
    case AF_INET6:
        return sizeof(struct sockaddr_in6);
    default:
        return sizeof(struct sockaddr_un);
    }
}

static bool has_port(const struct sockaddr *sa)
{
    if (sa->sa_family == AF_INET6)
        return ((const struct sockaddr_in6 *)(const void *)sa)->sin6_port != 0;
    return ((const struct sockaddr_in *)(const void *)sa)->sin_port != 0;
}

static int set(int fd, int level, int option, int value)
{
    return setsockopt(fd, level, option, &value, sizeof value);
}

static int set_transparent(int fd, int family)
{
    return family == AF_INET6 ? set(fd, IPPROTO_IPV6, IPV6_TRANSPARENT, 1)
                              : set(fd, IPPROTO_IP, IP_TRANSPARENT, 1);
}

/* Without a port the choice is left to connect(), which knows the destination
 * and so does not run out of ports; with one, a connection in TIME-WAIT must
 * not be in the way. */
static int bind_source(int fd, const struct dial *dial)
{
    const struct sockaddr *from = dial->from;
    if (dial->transparent && set_transparent(fd, from->sa_family) != 0)
        return -1;
    int rc = has_port(from) ? set(fd, SOL_SOCKET, SO_REUSEADDR, 1)
                            : set(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
    return rc == 0 ? bind(fd, from, addrlen(from)) : -1;
}

static int launch(int fd, const struct dial *dial)
{
    if (dial->to->sa_family != AF_UNIX && set(fd, IPPROTO_TCP, TCP_NODELAY, 1) != 0)
        return -1;
    if (dial->mark != 0 && set(fd, SOL_SOCKET, SO_MARK, dial->mark) != 0)
        return -1;
    if (dial->from && bind_source(fd, dial) != 0)
        return -1;
    if (connect(fd, dial->to, addrlen(dial->to)) == 0)
        return 0;
    return errno == EINPROGRESS || errno == EINTR ? 0 : -1;
}

int dial_start(struct conn *c, const struct dial *dial, const struct conn_ops *ops, size_t keep_max)
{
    int fd = socket(dial->to->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0 && launch(fd, dial) == 0)
        return conn_open_connecting(c, fd, ops, keep_max);
    int error = errno;
    if (fd >= 0)
        close(fd);
    c->watch.fd = -1;
    errno = error;
    return -1;
}
