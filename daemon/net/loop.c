/* One turn of the loop: wait once, then events, timers, libuv, and last the
 * connections that have more to do, so that what the others began is finished
 * in the same turn.  The clock is libuv's, read once after each wait; so both
 * sides agree on what is due, and a timer a plugin starts counts from now. */
#include "loop.h"
#include "conn.h"
#include "offload.h"
#include "timer.h"
#include "../base/check.h"
#include <errno.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#define BATCH 256

static uv_loop_t uv;
static uv_async_t anchor; /* keeps libuv's loop alive: it does not run a loop in which
                             nothing is referenced, and its timeout would mean nothing */
static bool opened, stopping, uv_due;
static bool collecting; /* libuv's descriptor is not watched until collected_at */
static uint64_t collected_at;
static int set = -1;
static struct epoll_event batch[BATCH];
static int fetched, next; /* batch[next] to batch[fetched - 1] are to be dispatched */

static int control(int op, struct watch *w, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = w};
    return epoll_ctl(set, op, w->fd, &event);
}

static void uv_ready(struct watch *w, uint32_t events)
{
    (void)w, (void)events;
    uv_due = true;
}

static struct watch uv_watch = {.fd = -1, .ready = uv_ready};

static int open_uv(void)
{
    int rc = uv_loop_init(&uv);
    if (rc != 0) {
        errno = -rc;
        return -1;
    }
    opened = true;
    rc = uv_async_init(&uv, &anchor, NULL);
    if (rc != 0) {
        errno = -rc;
        return -1;
    }
    uv_watch.fd = uv_backend_fd(&uv);
    return control(EPOLL_CTL_ADD, &uv_watch, EPOLLIN);
}

int loop_open(void)
{
    fetched = next = 0;
    collecting = false;
    set = epoll_create1(EPOLL_CLOEXEC);
    if (set >= 0 && open_uv() == 0)
        return 0;
    int error = errno;
    loop_close();
    errno = error;
    return -1;
}

/* Handles that plugins left open are left open: the process ends now. */
void loop_close(void)
{
    if (opened) {
        offload_close();
        if (uv_is_active((uv_handle_t *)&anchor))
            uv_close((uv_handle_t *)&anchor, NULL);
        uv_run(&uv, UV_RUN_NOWAIT);
        (void)uv_loop_close(&uv);
    }
    opened = false;
    if (set >= 0)
        close(set);
    set = -1;
}

struct uv_loop_s *loop_uv(void)
{
    return opened ? &uv : NULL;
}

uint64_t loop_now(void)
{
    return uv_now(&uv);
}

int64_t loop_time(void)
{
    return time(NULL);
} /* the vDSO's: no system call */

int loop_watch(struct watch *w, uint32_t events)
{
    return control(EPOLL_CTL_ADD, w, events ? events : LOOP_BOTH_WAYS);
}

int loop_rewatch(struct watch *w, uint32_t events)
{
    return control(EPOLL_CTL_MOD, w, events);
}

void loop_unwatch(struct watch *w)
{
    loop_forget(w);
    (void)control(EPOLL_CTL_DEL, w, 0);
}

/* A descriptor is at most once in a batch. */
void loop_forget(struct watch *w)
{
    for (int i = next; i < fetched; i++) {
        if (batch[i].data.ptr == w) {
            batch[i].data.ptr = NULL;
            return;
        }
    }
}

void loop_stop(void)
{
    stopping = true;
}

static int sooner(int a, int b)
{
    if (a < 0 || b < 0)
        return a < 0 ? b : a;
    return a < b ? a : b;
}

void loop_collect(void)
{
    if (collecting || loop_rewatch(&uv_watch, 0) < 0)
        return;
    collecting = true;
    collected_at = loop_now() + LOOP_COLLECT_MS;
}

static void collected(void)
{
    if (!collecting || loop_now() < collected_at)
        return;
    collecting = false;
    uv_due = true;
    check(loop_rewatch(&uv_watch, EPOLLIN) == 0);
}

static int uv_patience(void)
{
    if (!collecting)
        return uv_backend_timeout(&uv);
    return collected_at > loop_now() ? (int)(collected_at - loop_now()) : 0;
}

/* libuv's timeout is 0 also when it has changes to apply to its descriptors or
 * handles to close, and a few loads to ask for: so it is asked every turn. */
static int patience(void)
{
    if (!conns_settle() || stopping || (uv_due && !collecting))
        return 0;
    return sooner(timers_wait(loop_now()), uv_patience());
}

static void fetch(void)
{
    int n = epoll_wait(set, batch, BATCH, patience());
    uv_update_time(&uv);
    next = 0;
    fetched = n > 0 ? n : 0;
}

static void dispatch(void)
{
    while (next < fetched) {
        const struct epoll_event *event = &batch[next++];
        struct watch *w = event->data.ptr;
        if (w)
            w->ready(w, event->events);
    }
}

static void run_uv(void)
{
    collected();
    if (collecting || (!uv_due && uv_backend_timeout(&uv) != 0))
        return;
    uv_due = false;
    uv_run(&uv, UV_RUN_NOWAIT);
}

void loop_run(void (*turn)(void))
{
    stopping = false;
    while (!stopping) {
        if (turn)
            turn();
        fetch();
        dispatch();
        timers_run(loop_now());
        run_uv();
        conns_run();
    }
}
