/* c-ares on libuv's loop.  c-ares says which sockets it wants to have watched;
 * each gets a uv_poll_t.  One timer serves what c-ares waits for and what dns.c
 * does.  With servers given, c-ares is told all that it would otherwise look up,
 * so that it opens no file of the system's. */
#include "dns_inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <uv.h>

#define TRIES 3
#define DATAGRAM 1232 /* bytes that pass everywhere in one piece; more comes by TCP */

struct watch {
    LIST_ENTRY(watch) all;
    uv_poll_t poll;
    ares_socket_t fd;
    struct dns_wire *wire;
};

struct dns_wire {
    ares_channel channel;
    uv_timer_t timer;
    LIST_HEAD(, watch) watches;
    void (*stirred)(void *arg);
    void *arg;
};

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct watch *watch = poll->data;
    struct dns_wire *wire = watch->wire;
    ares_socket_t fd = watch->fd;
    bool in = status < 0 || (events & UV_READABLE), out = status < 0 || (events & UV_WRITABLE);
    ares_process_fd(wire->channel, in ? fd : ARES_SOCKET_BAD, out ? fd : ARES_SOCKET_BAD);
    wire->stirred(wire->arg);
}

static void on_timer(uv_timer_t *timer)
{
    struct dns_wire *wire = timer->data;
    ares_process_fd(wire->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    wire->stirred(wire->arg);
}

void dns_wire_arm(struct dns_wire *wire, uint64_t due)
{
    struct timeval tv, *wait = ares_timeout(wire->channel, NULL, &tv);
    uint64_t now = sg_now(), delay = due > now ? due - now : 0;
    uint64_t theirs = wait ? (uint64_t)wait->tv_sec * 1000 + (uint64_t)wait->tv_usec / 1000 + 1 : 0;
    if (wait && theirs < delay)
        delay = theirs;
    uv_update_time(sg_loop());
    if (due == UINT64_MAX && !wait)
        uv_timer_stop(&wire->timer);
    else
        uv_timer_start(&wire->timer, on_timer, delay, 0);
}

/* -------------------------------------------------------------- sockets -- */

static struct watch *find(struct dns_wire *wire, ares_socket_t fd)
{
    struct watch *watch;
    LIST_FOREACH(watch, &wire->watches, all)
    if (watch->fd == fd)
        return watch;
    return NULL;
}

static struct watch *begin(struct dns_wire *wire, ares_socket_t fd)
{
    struct watch *watch = sg_alloc(sizeof *watch);
    if (uv_poll_init(sg_loop(), &watch->poll, fd) < 0) {
        free(watch);
        return NULL;
    }
    watch->poll.data = watch;
    watch->fd = fd;
    watch->wire = wire;
    LIST_INSERT_HEAD(&wire->watches, watch, all);
    return watch;
}

static void watch_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void on_socket(void *arg, ares_socket_t fd, int readable, int writable)
{
    struct dns_wire *wire = arg;
    struct watch *watch = find(wire, fd);
    if (!readable && !writable) {
        if (watch) {
            LIST_REMOVE(watch, all);
            uv_close((uv_handle_t *)&watch->poll, watch_closed);
        }
        return;
    }
    if (!watch)
        watch = begin(wire, fd);
    if (watch)
        uv_poll_start(&watch->poll, (readable ? UV_READABLE : 0) | (writable ? UV_WRITABLE : 0),
                      on_poll);
}

/* ----------------------------------------------------------------- life -- */

/* Everything c-ares would take from resolv.conf, host.conf and nsswitch.conf. */
static int channel_init(struct dns_wire *wire, const char *servers, uint64_t patience)
{
    static char lookups[] = "b";
    struct ares_options options = {.flags =
                                       ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_EDNS,
                                   .ednspsz = DATAGRAM,
                                   .timeout = (int)(patience / TRIES) + 1,
                                   .tries = TRIES,
                                   .ndots = 1,
                                   .lookups = lookups,
                                   .sock_state_cb = on_socket,
                                   .sock_state_cb_data = wire};
    int rc = ares_library_init(ARES_LIB_INIT_ALL);
    if (rc == ARES_SUCCESS)
        rc = ares_init_options(&wire->channel, &options,
                               ARES_OPT_FLAGS | ARES_OPT_EDNSPSZ | ARES_OPT_TIMEOUTMS |
                                   ARES_OPT_TRIES | ARES_OPT_NDOTS | ARES_OPT_LOOKUPS |
                                   ARES_OPT_SOCK_STATE_CB | ARES_OPT_SERVERS | ARES_OPT_DOMAINS |
                                   ARES_OPT_SORTLIST | ARES_OPT_ROTATE);
    if (rc != ARES_SUCCESS)
        return rc;
    rc = ares_set_servers_ports_csv(wire->channel, servers);
    if (rc != ARES_SUCCESS)
        ares_destroy(wire->channel);
    return rc;
}

struct dns_wire *dns_wire_open(const char *servers, uint64_t patience, void (*stirred)(void *arg),
                               void *arg)
{
    struct dns_wire *wire = sg_alloc(sizeof *wire);
    LIST_INIT(&wire->watches);
    wire->stirred = stirred;
    wire->arg = arg;
    int rc = channel_init(wire, servers, patience);
    if (rc != ARES_SUCCESS) {
        sg_log(NULL, SG_ERR, "DNS:ERROR", "servers=%s, result=%s", servers, ares_strerror(rc));
        free(wire);
        return NULL;
    }
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
    ares_destroy(wire->channel);
    ares_library_cleanup();
    uv_close((uv_handle_t *)&wire->timer, wire_closed);
}

void dns_wire_ask(struct dns_wire *wire, enum dns_type type, const char *name, ares_callback done,
                  void *arg)
{
    ares_query(wire->channel, name, 1, (int)type, done, arg);
}
