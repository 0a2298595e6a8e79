/* Datagrams.  A socket is connected, so that the kernel lets nobody but the server
 * answer, and says when there is no server; and it is used for a while only: who forges
 * answers must guess a port anew.  What was asked from an old port may still be answered
 * there.  There are so many ports at most that a silent server costs no more. */
#include "dns_wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { QUESTIONS = 50, AGE = 10000, PORTS = 64 }; /* of one port; ms; at once */
enum { BUFFER = 4096, AT_ONCE = 64 };             /* bytes of a message; messages of one turn */

static void freed(uv_handle_t *handle)
{
    free(handle->data);
}

void dns_port_close(struct dns_port *port)
{
    LIST_REMOVE(port, all);
    uv_close((uv_handle_t *)&port->poll, freed);
    close(port->fd);
}

static void retire(struct dns_port *port)
{
    port->retired = true;
    if (port->open == 0)
        dns_port_close(port);
}

void dns_port_drop(struct dns_port *port)
{
    if (--port->open == 0 && port->retired)
        dns_port_close(port);
}

static int socket_error(const struct dns_port *port)
{
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(port->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    return error ? error : ECONNREFUSED;
}

/* 0, or what is wrong with the port. */
static int receive(struct dns_port *port)
{
    static unsigned char bytes[BUFFER];
    for (int i = 0; i < AT_ONCE; i++) {
        ssize_t n = recv(port->fd, bytes, sizeof bytes, MSG_TRUNC);
        if (n < 0 && errno != EINTR)
            return errno == EAGAIN ? 0 : errno;
        if (n > 0)
            dns_wire_datagram(port, bytes, (size_t)n < BUFFER ? (size_t)n : BUFFER, n > BUFFER);
    }
    return 0;
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct dns_port *port = poll->data;
    struct dns_wire *wire = port->wire;
    (void)events;
    port->open++; /* it must outlast what comes */
    int error = status < 0 ? socket_error(port) : receive(port);
    if (error)
        dns_wire_refused(port, error);
    else
        dns_port_drop(port);
    dns_wire_stir(wire);
}

static struct dns_port *open_port(struct dns_wire *wire, const struct dns_server *server)
{
    struct dns_port *port = sg_alloc(sizeof *port);
    port->wire = wire;
    port->addr = server->addr;
    port->opened = sg_now();
    port->poll.data = port;
    port->fd = socket(server->addr.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (port->fd >= 0 &&
        connect(port->fd, (const struct sockaddr *)&server->addr, server->addrlen) == 0) {
        int rc = uv_poll_init(sg_loop(), &port->poll, port->fd);
        if (rc == 0) {
            uv_poll_start(&port->poll, UV_READABLE, on_poll);
            return port;
        }
        errno = -rc;
    }
    int error = errno;
    if (port->fd >= 0)
        close(port->fd);
    free(port);
    errno = error;
    return NULL;
}

struct dns_port *dns_port_for(struct dns_wire *wire, struct dns_ports *ports,
                              const struct dns_server *server)
{
    struct dns_port *port, *next;
    unsigned count = 0;
    for (port = LIST_FIRST(ports); port; port = next) {
        next = LIST_NEXT(port, all);
        count++;
        if (port->retired || memcmp(&port->addr, &server->addr, sizeof port->addr) != 0)
            continue;
        if (port->asked < QUESTIONS && sg_now() - port->opened < AGE)
            return port;
        retire(port);
    }
    if (count >= PORTS) {
        errno = EMFILE;
        return NULL;
    }
    port = open_port(wire, server);
    if (port)
        LIST_INSERT_HEAD(ports, port, all);
    return port;
}
