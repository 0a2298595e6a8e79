/* The bytes of a dialogue: what comes, what goes, and what waits to go.
 *
 * Before a broken connection is reported it is read to its end, because a peer
 * that does not want the rest of a request says why, hangs up, and we learn of
 * it by a failed write. */
#include "dialogue_inner.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool dialogue_waits(const struct dialogue *d)
{
    return d->out_at < d->out_end || d->pass_fd >= 0;
}

/* -------------------------------------------------------------- reading -- */

static void fail(struct dialogue *d, const char *why)
{
    dialogue_end(d, DIALOGUE_FAILED, why);
}

static void answered(struct dialogue *d)
{
    bool early = !d->finished || dialogue_waits(d);
    dialogue_end(d, early ? DIALOGUE_EARLY : DIALOGUE_ANSWERED, NULL);
}

static void at_eof(struct dialogue *d)
{
    if (d->length && d->peer->until == DIALOGUE_EOF)
        answered(d);
    else if (d->length)
        fail(d, "closed the connection in the middle of its answer");
    else if (d->finished)
        fail(d, "closed the connection without an answer");
    else
        fail(d, "closed the connection before the request was complete");
}

void dialogue_text(const struct dialogue_result *result, char *to, size_t size)
{
    size_t n = result->length < size ? result->length : size - 1;
    for (size_t i = 0; i < n; i++)
        to[i] = (char)(result->answer[i] ? result->answer[i] : '\n');
    to[n] = '\0';
}

/* n more bytes have come.  True: the dialogue is over. */
static bool look_for_end(struct dialogue *d, size_t n)
{
    char *fresh = d->answer + d->length, *stop = NULL;
    d->length += n;
    if (d->peer->until != DIALOGUE_EOF)
        stop = memchr(fresh, d->peer->until, n);
    if (stop && stop + 1 < d->answer + d->length) {
        fail(d, "went on after the end of its answer");
    } else if (stop) {
        d->length--;
        answered(d);
    } else if (d->length > dialogue_answer_max(d)) {
        fail(d, "its answer is too long");
    } else {
        return false;
    }
    return true;
}

bool dialogue_receive(struct dialogue *d)
{
    ssize_t n;
    do
        n = recv(d->fd, d->answer + d->length, dialogue_answer_max(d) + 1 - d->length, 0);
    while (n < 0 && errno == EINTR);
    if (n > 0)
        return look_for_end(d, (size_t)n);
    if (n < 0 && errno == EAGAIN)
        return false;
    if (n < 0)
        fail(d, strerror(errno));
    else
        at_eof(d);
    return true;
}

void dialogue_broken(struct dialogue *d, int error)
{
    size_t before;
    if (!d->connecting)
        do {
            before = d->length;
            if (dialogue_receive(d))
                return;
        } while (d->length > before);
    fail(d, strerror(error));
}

/* -------------------------------------------------------------- writing -- */

static bool would_block(int error)
{
    return error == EAGAIN || error == EINTR;
}

/* False: the socket takes no more now, or is broken (`error`). */
static bool send_waiting(struct dialogue *d)
{
    while (d->out_at < d->out_end) {
        ssize_t n = send(d->fd, d->out + d->out_at, d->out_end - d->out_at, MSG_NOSIGNAL);
        if (n < 0) {
            d->error = would_block(errno) ? 0 : errno;
            return false;
        }
        d->out_at += (size_t)n;
        dialogue_progressed(d);
    }
    d->out_at = d->out_end = 0;
    return true;
}

/* sendmsg(2), and a descriptor with the first byte.  False if nothing went. */
static bool send_with(struct dialogue *d, struct msghdr *message, size_t *sent)
{
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control = {.space = {0}};
    control.header.cmsg_level = SOL_SOCKET;
    control.header.cmsg_type = SCM_RIGHTS;
    control.header.cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(&control.header), &d->pass_fd, sizeof(int));
    message->msg_control = d->pass_fd >= 0 ? &control : NULL;
    message->msg_controllen = d->pass_fd >= 0 ? sizeof control.space : 0;
    ssize_t n = sendmsg(d->fd, message, MSG_NOSIGNAL);
    *sent = n < 0 ? 0 : (size_t)n;
    if (n < 0) {
        d->error = would_block(errno) ? 0 : errno;
        return false;
    }
    if (d->pass_fd >= 0)
        close(d->pass_fd);
    d->pass_fd = -1;
    return true;
}

static bool send_descriptor(struct dialogue *d)
{
    struct iovec last = {&d->pass_with, 1};
    size_t sent;
    if (!send_with(d, &(struct msghdr){.msg_iov = &last, .msg_iovlen = 1}, &sent))
        return false;
    dialogue_progressed(d);
    return true;
}

void dialogue_flush(struct dialogue *d)
{
    if (d->connecting || d->error || !send_waiting(d))
        return;
    if (d->pass_fd >= 0 && !send_descriptor(d))
        return;
    if (d->finished && d->peer->half_close && !d->shut)
        d->shut = shutdown(d->fd, SHUT_WR) == 0;
}

/* Moves what waits to the front, of a larger buffer if that is not enough. */
static void make_room(struct dialogue *d, size_t n)
{
    size_t waiting = d->out_end - d->out_at;
    char *old = d->out;
    if (waiting + n > d->out_size) {
        d->out_size = 2 * (waiting + n);
        d->out = sg_alloc(d->out_size);
    }
    if (waiting > 0)
        memmove(d->out, old + d->out_at, waiting);
    if (old != d->out)
        free(old);
    d->out_at = 0;
    d->out_end = waiting;
}

static void append(struct dialogue *d, const char *bytes, size_t n)
{
    if (d->out_end + n > d->out_size)
        make_room(d, n);
    memcpy(d->out + d->out_end, bytes, n);
    d->out_end += n;
}

/* The parts, as much as the socket takes without being waited for, and with the
 * first byte of them the descriptor; the rest waits. */
static void write_parts(struct dialogue *d, const struct iovec *parts, unsigned count, int fd)
{
    struct msghdr message = {.msg_iov = (struct iovec *)parts, .msg_iovlen = count};
    bool now = !d->connecting && !d->error && !dialogue_waits(d);
    size_t sent = 0;
    if (fd >= 0)
        d->pass_fd = fd;
    if (now)
        send_with(d, &message, &sent);
    for (unsigned i = 0; i < count && !d->error; i++) {
        size_t skip = sent < parts[i].iov_len ? sent : parts[i].iov_len;
        sent -= skip;
        if (skip < parts[i].iov_len)
            append(d, (const char *)parts[i].iov_base + skip, parts[i].iov_len - skip);
    }
}

size_t dialogue_write(struct dialogue *d, const struct iovec *parts, unsigned count)
{
    write_parts(d, parts, count, -1);
    dialogue_leave_to_loop(d);
    return d->out_end - d->out_at;
}

void dialogue_write_fd(struct dialogue *d, const struct iovec *parts, unsigned count, int fd)
{
    write_parts(d, parts, count, fd);
    if (d->pass_fd >= 0 && d->out_end > d->out_at)
        d->pass_with = d->out[--d->out_end];
    dialogue_leave_to_loop(d);
}

void dialogue_finish(struct dialogue *d)
{
    d->finished = true;
    dialogue_flush(d);
    dialogue_leave_to_loop(d);
}
