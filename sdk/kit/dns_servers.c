/* Whom to ask, and are they there.
 *
 * A server that leaves a question unanswered may be gone, or the name may be one that no
 * server finds out about: whoever chooses names must not be able to have a server taken
 * for dead.  So it is asked something that needs no search.  If it does not answer that
 * either it is down, and asked no more, but for this probe once a second.  While all are
 * down, questions fail at once. */
#include "dns_wire.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECOND = 1000, REFUSALS = 3, TYPE_NS = 2 }; /* so many in a row: it refuses everything */

struct dns_server *dns_server_of(struct dns_wire *wire, const struct sockaddr_storage *addr)
{
    for (unsigned i = 0; i < wire->count; i++)
        if (memcmp(&wire->servers[i].addr, addr, sizeof *addr) == 0)
            return &wire->servers[i];
    return NULL;
}

/* ---------------------------------------------------------------- state -- */

static bool in_trouble(const struct dns_server *server)
{
    return server->down || server->refusals >= REFUSALS;
}

bool dns_wire_is_down(const struct dns_wire *wire)
{
    for (unsigned i = 0; i < wire->count; i++)
        if (!in_trouble(&wire->servers[i]))
            return false;
    return true;
}

static void say_down(const struct dns_wire *wire, struct dns_server *server, const char *why)
{
    unsigned left = 0;
    for (unsigned i = 0; i < wire->count; i++)
        left += !in_trouble(&wire->servers[i]);
    server->told = true;
    server->since = sg_now();
    sg_log(NULL, left ? SG_WARNING : SG_ERR, "DNS:DOWN", "server=%s, result=%s, left=%u",
           server->text, why, left);
}

void dns_server_is_up(struct dns_wire *wire, struct dns_server *server)
{
    (void)wire;
    server->down = false;
    if (in_trouble(server) || !server->told)
        return;
    server->told = false;
    sg_log(NULL, SG_NOTICE, "DNS:UP", "server=%s, time=%lu", server->text,
           (unsigned long)((sg_now() - server->since) / SECOND));
}

void dns_server_is_down(struct dns_wire *wire, struct dns_server *server, const char *why)
{
    bool was = in_trouble(server);
    server->down = true;
    if (!was)
        say_down(wire, server, why);
}

void dns_server_refuses(struct dns_wire *wire, struct dns_server *server)
{
    if (++server->refusals == REFUSALS && !server->down)
        say_down(wire, server, "it answers REFUSED");
}

/* --------------------------------------------------------------- probes -- */

static void probe(struct dns_wire *wire, struct dns_server *server)
{
    if (server->probe || sg_now() < server->probe_at)
        return;
    server->probe_at = sg_now() + SECOND;
    server->probe = dns_exchange_begin(wire, TYPE_NS, "", server);
    if (server->probe->queue == DNS_NOWHERE)
        dns_exchange_try(server->probe);
}

void dns_server_is_silent(struct dns_wire *wire, struct dns_server *server)
{
    if (!server->down)
        probe(wire, server);
}

/* ---------------------------------------------------------- their file -- */

static void take(struct dns_wire *wire, const char *text)
{
    for (unsigned i = 0; i < wire->count; i++)
        if (wire->servers[i].probe)
            dns_exchange_drop(wire->servers[i].probe);
    memset(wire->servers, 0, sizeof wire->servers);
    wire->count = dns_servers_read(text, wire->servers);
}

static bool has_changed(struct dns_wire *wire)
{
    struct stat now;
    if (stat(wire->file, &now) < 0)
        return false;
    bool changed = now.st_ino != wire->seen.st_ino || now.st_dev != wire->seen.st_dev ||
                   now.st_size != wire->seen.st_size ||
                   now.st_mtim.tv_sec != wire->seen.st_mtim.tv_sec ||
                   now.st_mtim.tv_nsec != wire->seen.st_mtim.tv_nsec;
    wire->seen = now;
    return changed;
}

static void read_again(struct dns_wire *wire)
{
    char *text = dns_servers_of_file(wire->file);
    if (!text) {
        sg_log(NULL, SG_ERR, "DNS:ERROR", "file=%s, result=%s, servers=%s", wire->file,
               strerror(errno), wire->text);
    } else if (strcmp(text, wire->text) != 0) {
        sg_log(NULL, SG_NOTICE, "DNS:SERVERS", "file=%s, servers=%s", wire->file, text);
        take(wire, text);
        free(wire->text);
        wire->text = text;
        return;
    }
    free(text);
}

void dns_servers_look(struct dns_wire *wire)
{
    if (*wire->file && sg_now() - wire->looked >= SECOND) {
        wire->looked = sg_now();
        if (has_changed(wire))
            read_again(wire);
    }
    for (unsigned i = 0; i < wire->count; i++)
        if (wire->servers[i].down)
            probe(wire, &wire->servers[i]);
}

/* ----------------------------------------------------------------- life -- */

static void on_timer(uv_timer_t *timer)
{
    dns_wire_stir(timer->data);
}

void dns_wire_arm(struct dns_wire *wire, uint64_t due)
{
    uint64_t now = sg_now(), own = dns_wire_due(wire);
    due = own < due ? own : due;
    uv_update_time(sg_loop());
    if (due == UINT64_MAX)
        uv_timer_stop(&wire->timer);
    else
        uv_timer_start(&wire->timer, on_timer, due > now ? due - now : 0, 0);
}

struct dns_wire *dns_wire_open(const char *servers, uint64_t patience, void (*stirred)(void *arg),
                               void *arg)
{
    uint16_t id;
    struct dns_wire *wire = sg_alloc(sizeof *wire);
    const char *text = dns_servers_origin(servers, wire->file, sizeof wire->file);
    take(wire, text);
    if (wire->count == 0 || !dns_random(&id)) {
        sg_log(NULL, SG_ERR, "DNS:ERROR", "servers=%s, result=%s", text,
               wire->count ? "the kernel has no random numbers" : "there is no server");
        free(wire);
        return NULL;
    }
    wire->text = sg_strdup(text);
    wire->patience = patience;
    wire->stirred = stirred;
    wire->arg = arg;
    for (int i = 0; i < DNS_NOWHERE; i++)
        TAILQ_INIT(&wire->queues[i]);
    uv_timer_init(sg_loop(), &wire->timer);
    wire->timer.data = wire;
    return wire;
}

static void wire_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void dns_wire_close(struct dns_wire *wire)
{
    for (unsigned i = 0; i < DNS_BUCKETS; i++)
        while (!LIST_EMPTY(&wire->by_id[i]))
            dns_exchange_drop(LIST_FIRST(&wire->by_id[i]));
    while (!LIST_EMPTY(&wire->ports))
        dns_port_close(LIST_FIRST(&wire->ports));
    free(wire->text);
    uv_close((uv_handle_t *)&wire->timer, wire_closed);
}
