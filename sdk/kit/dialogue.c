/* See <smtp-gated/kit/dialogue.h>.
 *
 * The socket is ours and stands in libuv's loop as a uv_poll_t, because libuv's
 * own streams pass no plain descriptors and hide what the peer said before it
 * hung up.  One timer serves all that can take too long; it is armed for the
 * earliest of them, finds out when it fires, and is armed again.
 *
 * Everything that ends a dialogue goes through dialogue_end(), and only the loop calls
 * it: a failure inside a plugin's call is left in `error` and the timer, set to
 * zero, brings it.
 *
 * A kept connection is the same object, waiting on its peer's list.  A peer
 * that hung up meanwhile is noticed by a peek before it is asked again, so that
 * a request is not lost to a closed connection. */
#include "dialogue_inner.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ANSWER_MAX 4096
#define MOMENT 2000 /* ms in which a peer that is there takes a connection */
#define RETRY 20    /* ms until a UNIX socket whose backlog was full is tried again */

static void on_poll(uv_poll_t *poll, int status, int events);
static void on_timer(uv_timer_t *timer);

static size_t answer_max(const struct dialogue_peer *peer)
{
    return peer->answer_max ? peer->answer_max : ANSWER_MAX;
}

size_t dialogue_answer_max(const struct dialogue *d)
{
    return answer_max(d->peer);
}

/* ------------------------------------------------------------------ time -- */

/* Hooks run between turns of libuv's loop, so its clock may stand far back. */
void dialogue_progressed(struct dialogue *d)
{
    uv_update_time(sg_loop());
    d->progress = uv_now(sg_loop());
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static bool peer_is_at_turn(const struct dialogue *d)
{
    return d->connecting || dialogue_waits(d);
}

static uint64_t next_due(const struct dialogue *d, uint64_t now)
{
    uint64_t due = UINT64_MAX;
    if (d->error)
        return now;
    if (d->peer->deadline)
        due = d->began + d->peer->deadline;
    if (d->peer->patience && peer_is_at_turn(d))
        due = earlier(due, d->progress + d->peer->patience);
    return d->retry ? earlier(due, now + RETRY) : due;
}

static void arm(struct dialogue *d)
{
    uv_update_time(sg_loop());
    uint64_t now = uv_now(sg_loop()), due = next_due(d, now);
    if (due == UINT64_MAX)
        uv_timer_stop(&d->timer);
    else
        uv_timer_start(&d->timer, on_timer, due > now ? due - now : 0, 0);
}

/* uv_poll_start() costs two system calls even if nothing changes. */
static void watch(struct dialogue *d, int events)
{
    if (events == d->watching)
        return;
    d->watching = events;
    uv_poll_start(&d->poll, events, on_poll);
}

static void watch_what_matters(struct dialogue *d)
{
    if (d->connecting)
        watch(d, UV_WRITABLE);
    else
        watch(d, UV_READABLE | (dialogue_waits(d) ? UV_WRITABLE : 0));
}

/* -------------------------------------------------------------- the end -- */

static void freed(uv_handle_t *handle)
{
    struct dialogue *d = handle->data;
    if (--d->handles == 0)
        free(d);
}

static void discard(struct dialogue *d)
{
    uv_close((uv_handle_t *)&d->timer, freed);
    if (d->handles == 2)
        uv_close((uv_handle_t *)&d->poll, freed);
    if (d->fd >= 0)
        close(d->fd);
    if (d->pass_fd >= 0)
        close(d->pass_fd);
    free(d->out);
}

static bool may_be_kept(const struct dialogue *d)
{
    unsigned count = 0;
    for (const struct dialogue *k = d->peer->kept; k; k = k->next)
        count++;
    return d->peer->until != DIALOGUE_EOF && count < d->peer->keep;
}

static void keep(struct dialogue *d)
{
    d->kept = true;
    d->next = d->peer->kept;
    d->peer->kept = d;
    watch(d, UV_READABLE);
    uv_update_time(sg_loop());
    uv_timer_start(&d->timer, on_timer, d->peer->keep_for, 0);
}

static void drop_kept(struct dialogue *d)
{
    struct dialogue **place = &d->peer->kept;
    while (*place != d)
        place = &(*place)->next;
    *place = d->next;
    discard(d);
}

void dialogue_end(struct dialogue *d, enum dialogue_outcome outcome, const char *why)
{
    if (d->connecting && !d->left_out && dialogue_is_theirs(d->error))
        dialogue_peer_is_down(d->peer, why, outcome == DIALOGUE_TIMEOUT);
    if (why)
        snprintf(d->reason, sizeof d->reason, "%s: %s", d->peer->at->text, why);
    d->answer[d->length] = '\0';
    struct dialogue_result result = {outcome, why ? d->reason : NULL, d->answer, d->length, 0};
    d->done(&result, d->arg);
    if (outcome == DIALOGUE_ANSWERED && result.keep && may_be_kept(d))
        keep(d);
    else
        discard(d);
}

/* ----------------------------------------------------------- connecting -- */

static void connected(struct dialogue *d)
{
    d->connecting = d->retry = false;
    dialogue_peer_is_up(d->peer);
    if (d->peer->at->addr.ss_family != AF_UNIX)
        setsockopt(d->fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    dialogue_progressed(d);
}

/* A UNIX socket connects at once, or says EAGAIN if the peer is far behind
 * with accepting, and then nothing tells when it is worth another try. */
static void try_to_connect(struct dialogue *d)
{
    const struct sg_endpoint *at = d->peer->at;
    d->retry = false;
    if (connect(d->fd, (const struct sockaddr *)&at->addr, at->addrlen) == 0)
        connected(d);
    else if (errno == EAGAIN)
        d->retry = true;
    else if (errno != EINPROGRESS && errno != EINTR)
        d->error = errno;
}

static void open_socket(struct dialogue *d)
{
    d->fd = socket(d->peer->at->addr.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int rc = d->fd < 0 ? -errno : uv_poll_init(sg_loop(), &d->poll, d->fd);
    if (rc < 0) {
        d->error = -rc;
        return;
    }
    d->poll.data = d;
    d->handles++;
    try_to_connect(d);
}

static struct dialogue *create(struct dialogue_peer *peer)
{
    struct dialogue *d = sg_alloc(sizeof *d + answer_max(peer) + 2);
    d->peer = peer;
    d->fd = d->pass_fd = -1;
    d->is_new = d->connecting = true;
    uv_timer_init(sg_loop(), &d->timer);
    d->timer.data = d;
    d->handles = 1;
    dialogue_progressed(d);
    d->left_out = dialogue_peer_is_left_out(peer);
    if (d->left_out)
        d->error = EHOSTDOWN;
    else
        open_socket(d);
    return d;
}

static bool still_open(const struct dialogue *d)
{
    char byte;
    return recv(d->fd, &byte, 1, MSG_PEEK) < 0 && errno == EAGAIN;
}

/* A kept connection as good as new; NULL if there is none. */
static struct dialogue *take_kept(struct dialogue_peer *peer)
{
    struct dialogue *d;
    while ((d = peer->kept) && !still_open(d))
        drop_kept(d);
    if (!d)
        return NULL;
    peer->kept = d->next;
    d->kept = d->is_new = d->finished = d->waited = false;
    d->length = 0;
    dialogue_progressed(d);
    return d;
}

void dialogue_leave_to_loop(struct dialogue *d)
{
    if (dialogue_waits(d) && !d->waited)
        dialogue_progressed(d);
    d->waited = d->waited || dialogue_waits(d);
    if (!d->retry && !d->error)
        watch_what_matters(d);
    if (d->error || dialogue_waits(d))
        arm(d);
}

struct dialogue *dialogue_open(struct dialogue_peer *peer, dialogue_done *done,
                               dialogue_drained *drained, void *arg)
{
    struct dialogue *d = take_kept(peer);
    if (!d)
        d = create(peer);
    d->done = done;
    d->drained = drained;
    d->arg = arg;
    d->began = d->progress;
    d->asked = sg_now();
    arm(d);
    dialogue_leave_to_loop(d);
    return d;
}

int dialogue_is_new(const struct dialogue *d)
{
    return d->is_new;
}

/* Who gave up while it was connecting has waited for a peer that is not there, unless it
 * was for a moment only. */
void dialogue_cancel(struct dialogue *d)
{
    if (d && d->connecting && !d->left_out && sg_now() > d->asked + MOMENT)
        dialogue_peer_is_down(d->peer, "does not accept the connection", true);
    if (d)
        discard(d);
}

void dialogue_peer_close(struct dialogue_peer *peer)
{
    while (peer->kept)
        drop_kept(peer->kept);
}

/* --------------------------------------------------------- from the loop -- */

static void tell_drained(struct dialogue *d)
{
    d->waited = false;
    if (d->drained)
        d->drained(d->arg);
}

/* Writing became possible, or was tried again.  The last thing of an event: the
 * plugin may end the dialogue in `drained`. */
static void go_on(struct dialogue *d)
{
    dialogue_flush(d);
    if (d->error) {
        dialogue_broken(d, d->error);
        return;
    }
    if (!d->retry)
        watch_what_matters(d);
    if (!d->connecting && !dialogue_waits(d) && d->waited)
        tell_drained(d);
}

static int socket_error(const struct dialogue *d)
{
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(d->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct dialogue *d = poll->data;
    int error = status < 0 || d->connecting ? socket_error(d) : 0;
    if (d->kept) {
        drop_kept(d);
        return;
    }
    if (status < 0 || error) {
        dialogue_broken(d, error ? error : EPIPE);
        return;
    }
    if (d->connecting)
        connected(d);
    else if ((events & UV_READABLE) && dialogue_receive(d))
        return;
    go_on(d);
}

static void time_is_over(struct dialogue *d, uint64_t now)
{
    if (d->peer->deadline && now >= d->began + d->peer->deadline)
        dialogue_end(d, DIALOGUE_TIMEOUT, "no answer in time");
    else if (d->connecting)
        dialogue_end(d, DIALOGUE_TIMEOUT, "does not accept the connection");
    else
        dialogue_end(d, DIALOGUE_TIMEOUT, "does not take what is sent");
}

static void on_timer(uv_timer_t *timer)
{
    struct dialogue *d = timer->data;
    uint64_t now = uv_now(sg_loop());
    bool retry = d->retry;
    d->retry = false;
    if (d->kept) {
        drop_kept(d);
    } else if (d->error) {
        dialogue_broken(d, d->error);
    } else if (next_due(d, now) <= now) {
        time_is_over(d, now);
    } else {
        if (retry)
            try_to_connect(d);
        arm(d);
        go_on(d);
    }
}
