/* See worker.h. */
#include "worker.h"
#include "../base/check.h"
#include "../base/log.h"
#include "../base/orders.h"
#include "../base/passing.h"
#include "../net/conn.h"
#include "../net/loop.h"
#include "../net/offload.h"
#include "../net/timer.h"
#include "../plugin/guard.h"
#include "../session/steps/sessions.h"
#include "../session/store/spare_pages.h"
#include "reserve.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

struct listener {
    struct watch watch; /* first */
    union address local;
    bool watched;
    bool adopted; /* of a worker that is dead */
};

static struct {
    const struct worker_setup *setup;
    struct listener **listeners;
    unsigned listener_count;
    struct watch control;
    struct timer rest;      /* until accepting goes on after EMFILE */
    struct timer heartbeat; /* an idle worker lives, too */
    struct timer last_call; /* draining: the time of the sessions that are left is over */
    bool resting, draining;
} worker;

static uint64_t lost_before;

/* ---- accepting ---- */

static void set_accepting(bool on)
{
    for (unsigned i = 0; i < worker.listener_count; i++) {
        struct listener *l = worker.listeners[i];
        if (l->watched == on)
            continue;
        l->watched = on;
        if (!on)
            loop_unwatch(&l->watch);
        else
            check(loop_watch(&l->watch, EPOLLIN) == 0);
    }
}

static void go_on_accepting(struct timer *t)
{
    (void)t;
    worker.resting = false;
    if (!worker.draining)
        set_accepting(true);
}

/* Descriptors or memory are short: those who are in stay, those who wait stay
 * in the backlog. */
static void rest(const char *reason)
{
    uint64_t ms = worker.setup->core->enfile_sleep;
    log_event(4, 0, "ACCEPT:PAUSED", "reason=%s, ms=%llu", reason, (unsigned long long)ms);
    set_accepting(false);
    worker.resting = true;
    timer_arm(&worker.rest, loop_now() + (ms ? ms : 1));
}

static bool is_shortage(int error)
{
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

/* One connection.  False: there is none, or accepting has to rest. */
static bool accept_one(const struct listener *l)
{
    struct sockaddr_storage from = {0};
    socklen_t size = sizeof from;
    int fd = accept4(l->watch.fd, (struct sockaddr *)&from, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
        union address peer = address_from((struct sockaddr *)&from);
        reserve_note(fd);
        session_accept(fd, &peer, &l->local);
        return true;
    }
    if (is_shortage(errno)) {
        reserve_missed();
        rest(strerror(errno));
    }
    return false;
}

static void rest_for_reserve(void)
{
    char reason[60];
    snprintf(reason, sizeof reason, "fewer than %u descriptors are left", reserve_size());
    rest(reason);
}

/* Level-triggered, one connection a turn: what else waits is told next turn. */
static void on_listener(struct watch *w, uint32_t events)
{
    (void)events;
    if (reserve_is_free(w->fd))
        accept_one((const struct listener *)w);
    else
        rest_for_reserve();
}

/* ---- listeners ---- */

/* Where all who come by this listener arrive, if the listener knows: one bound to
 * a wildcard, or transparent, does not. */
static union address arrival(int listener)
{
    int transparent = 0;
    socklen_t size = sizeof transparent;
    if (getsockopt(listener, SOL_IP, IP_TRANSPARENT, &transparent, &size) == 0 && transparent)
        return (union address){0};
    return address_local(listener);
}

static void add_listener(int fd, bool adopted)
{
    struct listener *l = xmalloc(sizeof *l);
    *l = (struct listener){{fd, on_listener}, arrival(fd), false, adopted};
    worker.listeners =
        xrealloc(worker.listeners, (worker.listener_count + 1) * sizeof(struct listener *));
    worker.listeners[worker.listener_count++] = l;
}

static void open_listeners(void)
{
    for (unsigned i = 0; i < worker.setup->listener_count; i++) {
        add_listener(worker.setup->listeners[i], false);
        sessions_listen_at(worker.setup->listeners[i]);
    }
    set_accepting(true);
}

static void adopt(const int *fds, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        add_listener(fds[i], true);
    if (!worker.resting)
        set_accepting(true);
}

static void drop_listener(struct listener *l)
{
    if (l->watched)
        loop_unwatch(&l->watch);
    close(l->watch.fd);
    free(l);
}

/* Its backlog stays for the successor, who has the socket as well. */
static void return_adopted(void)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < worker.listener_count; i++) {
        struct listener *l = worker.listeners[i];
        if (l->adopted)
            drop_listener(l);
        else
            worker.listeners[kept++] = l;
    }
    worker.listener_count = kept;
}

/* ---- draining ---- */

static void finish_if_empty(void)
{
    if (worker.draining && sessions_count() == 0 && offload_running() == 0)
        loop_stop();
}

static bool report(enum report what)
{
    const char letter = (char)what;
    return send(worker.setup->control, &letter, 1, MSG_NOSIGNAL) == 1;
}

/* What a plugin has given to a thread may never end, and is not waited for for ever. */
static void leave(struct timer *t)
{
    (void)t;
    log_event(4, 0, "DRAIN:FORCED", "sessions=%u, offloaded=%u", sessions_count(),
              offload_running());
    log_flush();
    _exit(0);
}

#define LEAVE_MS 5000u /* more than a session takes to be closed */

static void last_call(struct timer *t)
{
    log_event(5, 0, "DRAIN:EXPIRED", "sessions=%u", sessions_count());
    sessions_expire_all();
    t->fire = leave;
    timer_arm(t, loop_now() + worker.setup->core->timeout_final + LEAVE_MS);
}

static void limit_drain(void)
{
    uint64_t ms = worker.setup->core->timeout_generation;
    if (!ms)
        return;
    worker.last_call.fire = last_call;
    timer_arm(&worker.last_call, loop_now() + ms);
}

/* The backlog is emptied first: nobody who was let in by the kernel is lost. */
static void drain(void)
{
    if (worker.draining)
        return;
    worker.draining = true;
    set_accepting(false);
    for (unsigned i = 0; i < worker.listener_count; i++)
        while (accept_one(worker.listeners[i]))
            ;
    while (worker.listener_count > 0)
        drop_listener(worker.listeners[--worker.listener_count]);
    timer_disarm(&worker.rest);
    limit_drain();
    report(REPORT_CLOSED);
}

static void obey(char order, const int *fds, unsigned count)
{
    if (order == ORDER_ADOPT)
        adopt(fds, count);
    else if (order == ORDER_RETURN)
        return_adopted();
    else
        drain();
    if (order == ORDER_END)
        sessions_end_all();
}

static void on_control(struct watch *w, uint32_t events)
{
    int fds[PASSING_MOST];
    unsigned count;
    char order;
    (void)events;
    for (;;) {
        ssize_t n = take_letter(w->fd, &order, fds, &count);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return;
        if (n == 0) { /* the keeper is gone */
            drain();
            loop_unwatch(w);
            return;
        }
        obey(order, fds, count);
    }
}

/* ---- the loop ---- */

static void turn(void)
{
    sessions_turn();
    atomic_store_explicit(&worker.setup->slot->turn_ms, loop_now(), memory_order_relaxed);
    uint64_t lost = log_lost();
    if (lost != lost_before) {
        scoreboard_add(worker.setup->slot, COUNTER_log_lost, lost - lost_before);
        lost_before = lost;
    }
    finish_if_empty();
    log_flush();
}

_Static_assert(OFFLOAD_THREADS == 4, "threads_per_client, of core_options.c, says so");

#define HEARTBEAT_MS 2000u

static void beat(struct timer *t)
{
    memory_tidy(loop_now());
    timer_arm(t, loop_now() + HEARTBEAT_MS);
}

static void open_loop(const struct worker_setup *setup)
{
    signal(SIGPIPE, SIG_IGN);
    check(loop_open() == 0);
    reserve_open();
    offload_share((unsigned)setup->core->threads_per_client,
                  &setup->slot->counters[COUNTER_work_held]);
    guard_use(setup->slot);
    sessions_open(setup->core, setup->plugins, setup->board, setup->slot);
    worker.rest.fire = go_on_accepting;
    worker.heartbeat.fire = beat;
    worker.control = (struct watch){setup->control, on_control};
    check(loop_watch(&worker.control, EPOLLIN) == 0);
    beat(&worker.heartbeat);
}

int worker_run(const struct worker_setup *setup)
{
    worker.setup = setup;
    open_loop(setup);
    const struct plugin *failed = plugins_start(setup->plugins);
    if (failed) { /* the keeper says so */
        snprintf(setup->slot->in_plugin, sizeof setup->slot->in_plugin, "%s", failed->label);
        return 2;
    }
    open_listeners();
    if (!report(REPORT_READY))
        drain();
    loop_run(turn);
    plugins_stop(setup->plugins);
    sessions_turn();
    sessions_close();
    timer_disarm(&worker.heartbeat);
    timer_disarm(&worker.last_call);
    loop_close();
    free(worker.listeners);
    log_flush();
    return 0;
}
