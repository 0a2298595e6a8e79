/* One question on the wire.  It is sent to one server after the other, round after round,
 * and an answer to any of these tries is taken, from the server and to the port that it
 * was sent between.  A server that objects, or is not there, is passed over at once; when
 * all have, the question has failed.  An answer that does not fit is fetched by TCP.
 *
 * What waits stands in queues, in each for the same time: so the first is due first, and
 * it costs the same however many are open. */
#include "dns_wire.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRUNCATED = 2 }; /* in the third byte of a message */
enum { RCODE_FORMERR = 1, RCODE_NXDOMAIN = 3, RCODE_REFUSED = 5 };

/* ---------------------------------------------------------------- time -- */

static void wait_in(struct dns_exchange *x, enum dns_queue queue, uint64_t delay)
{
    struct dns_wire *wire = x->wire;
    if (x->queue != DNS_NOWHERE)
        TAILQ_REMOVE(&wire->queues[x->queue], x, in_queue);
    x->queue = queue;
    if (queue == DNS_NOWHERE)
        return;
    x->due = sg_now() + delay;
    TAILQ_INSERT_TAIL(&wire->queues[queue], x, in_queue);
}

static uint64_t between_tries(const struct dns_wire *wire)
{
    uint64_t delay = wire->patience / (DNS_ROUNDS * (wire->count ? wire->count : 1));
    return delay ? delay : 1;
}

static void finish(struct dns_exchange *x, const unsigned char *bytes, size_t n,
                   enum dns_outcome outcome)
{
    if (x->done)
        x->done(bytes, n, outcome, x->why, x->arg);
    dns_exchange_drop(x);
}

void dns_exchange_drop(struct dns_exchange *x)
{
    wait_in(x, DNS_NOWHERE, 0);
    LIST_REMOVE(x, by_id);
    if (x->probed)
        x->probed->probe = NULL;
    dns_stream_close(x->stream);
    for (unsigned i = 0; i < x->tries; i++)
        if (x->ports[i])
            dns_port_drop(x->ports[i]);
    free(x);
}

/* --------------------------------------------------------------- tries -- */

/* A server has said no, or is not there.  The loop tells when all have. */
static void objected(struct dns_exchange *x)
{
    if (++x->objections >= (x->probed ? 1 : x->wire->count))
        wait_in(x, DNS_OVER, 0);
    else
        dns_exchange_try(x);
}

static struct dns_server *next_server(struct dns_exchange *x)
{
    struct dns_wire *wire = x->wire;
    if (x->probed)
        return x->probed;
    for (unsigned i = 0; i < wire->count; i++) {
        struct dns_server *server = &wire->servers[x->at++ % wire->count];
        if (!server->down)
            return server;
    }
    return NULL;
}

/* 0, or why this server cannot be asked.  A lack of sockets is not the server's fault:
 * the try counts as lost. */
static int send_to(struct dns_exchange *x, const struct dns_server *server)
{
    struct dns_port *port = dns_port_for(x->wire, &x->wire->ports, server);
    x->ports[x->tries++] = port;
    if (!port)
        return errno == EMFILE || errno == ENFILE ? 0 : errno;
    port->open++;
    port->asked++;
    return send(port->fd, x->query, x->size, 0) < 0 && errno != EAGAIN ? errno : 0;
}

void dns_exchange_try(struct dns_exchange *x)
{
    struct dns_server *server = x->tries < DNS_TRIES ? next_server(x) : NULL;
    if (!server) {
        if (!*x->why)
            snprintf(x->why, sizeof x->why, "no name server answers");
        wait_in(x, DNS_OVER, 0);
        return;
    }
    int error = send_to(x, server);
    if (!error) {
        wait_in(x, x->probed ? DNS_PROBED : DNS_TRIED,
                between_tries(x->wire) / (x->probed ? 2 : 1));
        return;
    }
    snprintf(x->why, sizeof x->why, "%s: %s", server->text, strerror(error));
    dns_server_is_down(x->wire, server, strerror(error));
    objected(x);
}

/* The last try has not been answered. */
static void unanswered(struct dns_exchange *x)
{
    struct dns_wire *wire = x->wire;
    const struct dns_port *port = x->ports[x->tries - 1];
    struct dns_server *server = port ? dns_server_of(wire, &port->addr) : NULL;
    if (server)
        dns_server_is_silent(wire, server);
    if (x->tries < DNS_ROUNDS * wire->count)
        dns_exchange_try(x);
    else
        wait_in(x, DNS_ENDING, wire->patience);
}

/* The second try of a probe is its last. */
static void probe_unanswered(struct dns_exchange *x)
{
    if (x->tries < DNS_PROBES) {
        dns_exchange_try(x);
        return;
    }
    dns_server_is_down(x->wire, x->probed, "it does not answer");
    finish(x, NULL, 0, DNS_TIMEOUT);
}

static void is_due(struct dns_exchange *x)
{
    if (x->queue == DNS_OVER)
        finish(x, NULL, 0, DNS_FAILED);
    else if (x->queue == DNS_TRIED)
        unanswered(x);
    else if (x->queue == DNS_PROBED)
        probe_unanswered(x);
    else
        finish(x, NULL, 0, DNS_TIMEOUT);
}

void dns_wire_stir(struct dns_wire *wire)
{
    struct dns_exchange *x;
    for (int queue = 0; queue < DNS_NOWHERE; queue++)
        while ((x = TAILQ_FIRST(&wire->queues[queue])) && x->due <= sg_now())
            is_due(x);
    wire->stirred(wire->arg);
}

uint64_t dns_wire_due(const struct dns_wire *wire)
{
    const struct dns_exchange *x;
    uint64_t due = UINT64_MAX;
    for (int queue = 0; queue < DNS_NOWHERE; queue++)
        if ((x = TAILQ_FIRST(&wire->queues[queue])) && x->due < due)
            due = x->due;
    return due;
}

/* ------------------------------------------------------------- answers -- */

static void answered(struct dns_exchange *x, struct dns_server *server, const unsigned char *bytes,
                     size_t n)
{
    unsigned rcode = bytes[3] & 15u;
    if (x->probed || rcode == 0 || rcode == RCODE_NXDOMAIN) {
        if (!x->probed)
            server->refusals = 0;
        dns_server_is_up(x->wire, server);
        finish(x, bytes, n, DNS_FOUND);
        return;
    }
    snprintf(x->why, sizeof x->why, "%s answers %s", server->text, dns_rcode_name(rcode));
    if (rcode == RCODE_REFUSED)
        dns_server_refuses(x->wire, server);
    objected(x);
}

static void on_stream(const unsigned char *bytes, size_t n, int error, void *arg)
{
    struct dns_exchange *x = arg;
    struct dns_wire *wire = x->wire;
    struct dns_server *server = dns_server_of(wire, &x->streamed);
    x->stream = NULL;
    if (server && bytes && dns_query_answered(x->query, x->size, bytes, n)) {
        answered(x, server, bytes, n);
    } else {
        snprintf(x->why, sizeof x->why, "by TCP: %s",
                 error ? strerror(error) : "the answer is to another question");
        objected(x);
    }
    dns_wire_stir(wire);
}

static void fetch_by_tcp(struct dns_exchange *x, const struct dns_server *server)
{
    if (x->stream)
        return;
    x->streamed = server->addr;
    x->stream = dns_stream_open(server, x->query, x->size, on_stream, x);
    if (x->stream) {
        wait_in(x, DNS_ENDING, x->wire->patience);
        return;
    }
    snprintf(x->why, sizeof x->why, "%s by TCP: %s", server->text, strerror(errno));
    objected(x);
}

static struct dns_exchange *find(const struct dns_wire *wire, const struct dns_port *port,
                                 const unsigned char *bytes, size_t n)
{
    struct dns_exchange *x;
    if (n < DNS_HEADER)
        return NULL;
    LIST_FOREACH(x, &wire->by_id[dns_bucket(bytes)], by_id)
    for (unsigned i = 0; i < x->tries; i++)
        if (x->ports[i] == port && dns_query_answered(x->query, x->size, bytes, n))
            return x;
    return NULL;
}

void dns_wire_datagram(struct dns_port *port, const unsigned char *bytes, size_t n, bool cut)
{
    struct dns_wire *wire = port->wire;
    struct dns_exchange *x = find(wire, port, bytes, n);
    struct dns_server *server = dns_server_of(wire, &port->addr);
    if (!x || !server)
        return;
    dns_server_is_up(wire, server);
    if (!x->probed && (cut || bytes[2] & TRUNCATED)) {
        fetch_by_tcp(x, server);
    } else if (!x->probed && (bytes[3] & 15) == RCODE_FORMERR && x->edns) {
        x->edns = false; /* from the days before EDNS: the same without */
        x->size =
            dns_query_write(x->query, (unsigned)bytes[0] << 8 | bytes[1], x->type, x->name, false);
        x->at += wire->count - 1;
        dns_exchange_try(x);
    } else {
        answered(x, server, bytes, n);
    }
}

/* Those whose last try this was go on at once. */
static void without_port(struct dns_exchange *x, const struct dns_port *port, const char *why)
{
    bool last = x->tries && x->ports[x->tries - 1] == port;
    for (unsigned i = 0; i < x->tries; i++)
        if (x->ports[i] == port)
            x->ports[i] = NULL;
    if (!last || x->stream || x->queue == DNS_OVER)
        return;
    snprintf(x->why, sizeof x->why, "%s", why);
    objected(x);
}

void dns_wire_refused(struct dns_port *port, int error)
{
    struct dns_wire *wire = port->wire;
    struct dns_server *server = dns_server_of(wire, &port->addr);
    struct dns_exchange *x, *next;
    char why[DNS_SERVER_TEXT + 64];
    port->retired = true;
    snprintf(why, sizeof why, "%s: %s", server ? server->text : "a server", strerror(error));
    if (server)
        dns_server_is_down(wire, server, strerror(error));
    for (unsigned i = 0; i < DNS_BUCKETS; i++)
        for (x = LIST_FIRST(&wire->by_id[i]); x; x = next) {
            next = LIST_NEXT(x, by_id);
            without_port(x, port, why);
        }
    dns_port_close(port);
}

/* ----------------------------------------------------------- questions -- */

struct dns_exchange *dns_exchange_begin(struct dns_wire *wire, unsigned type, const char *name,
                                        struct dns_server *probed)
{
    struct dns_exchange *x = sg_alloc(sizeof *x);
    uint16_t id = 0;
    bool unguessed = dns_random(&id);
    x->wire = wire;
    x->type = type;
    x->edns = true;
    x->probed = probed;
    x->queue = DNS_NOWHERE;
    x->began = sg_now();
    snprintf(x->name, sizeof x->name, "%s", name);
    x->size = dns_query_write(x->query, id, type, name, true);
    LIST_INSERT_HEAD(&wire->by_id[dns_bucket(x->query)], x, by_id);
    if (!unguessed)
        snprintf(x->why, sizeof x->why, "the kernel has no random numbers");
    else if (x->size == 0)
        snprintf(x->why, sizeof x->why, "the name is none");
    if (*x->why)
        wait_in(x, DNS_OVER, 0);
    return x;
}

struct dns_exchange *dns_wire_ask(struct dns_wire *wire, unsigned type, const char *name,
                                  dns_exchange_done *done, void *arg)
{
    dns_servers_look(wire);
    struct dns_exchange *x = dns_exchange_begin(wire, type, name, NULL);
    x->done = done;
    x->arg = arg;
    if (x->queue == DNS_NOWHERE)
        dns_exchange_try(x);
    return x;
}

void dns_wire_insist(struct dns_exchange *x)
{
    if (x->stream || x->queue == DNS_OVER || sg_now() - x->began < x->wire->patience)
        return;
    while (x->tries > 0)
        if (x->ports[--x->tries])
            dns_port_drop(x->ports[x->tries]);
    x->began = sg_now();
    x->objections = 0;
    dns_exchange_try(x);
}
