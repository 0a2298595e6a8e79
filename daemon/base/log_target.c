/* Writing the collected lines: to a socket as one datagram each, in one system
 * call, to stderr in one write.  A socket that is full (some take ten datagrams)
 * costs no time: the lines wait for the next writing, and are lost only when there
 * is no more room for them.  One that went away (a syslog daemon restarted) is
 * opened again, once. */
#include "log_target.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define LINES 128u
#define BYTES 65536u

static struct {
    int fd; /* of a socket, -1 if there is none */
    bool socket;
    char path[sizeof((struct sockaddr_un *)NULL)->sun_path];
    struct buffer bytes;
    size_t ends[LINES]; /* of each line, in bytes */
    unsigned count;
    uint64_t lost;
} target = {.fd = -1};

static void disconnect(void)
{
    if (target.fd >= 0)
        close(target.fd);
    target.fd = -1;
}

/* Leaves -1 if nobody listens: then lines are counted as lost, and the next
 * writing tries again. */
static void reconnect(void)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};

    disconnect();
    memcpy(addr.sun_path, target.path, sizeof addr.sun_path);
    target.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (target.fd >= 0 && connect(target.fd, (struct sockaddr *)&addr, sizeof addr) < 0)
        disconnect();
}

void log_target_open(const struct log_setup *setup)
{
    static const char *const usual[] = {
        [LOG_TO_SYSLOG] = "/dev/log",
        [LOG_TO_STDERR] = "",
        [LOG_TO_JOURNAL] = "/run/systemd/journal/socket",
    };
    const char *path = setup->path ? setup->path : usual[setup->target];

    disconnect();
    target.lost = 0;
    target.socket = setup->target != LOG_TO_STDERR;
    snprintf(target.path, sizeof target.path, "%s", path);
    if (target.socket)
        reconnect();
}

void log_target_close(void)
{
    log_target_write();
    log_target_forget();
    disconnect();
    target.socket = false;
}

struct buffer *log_target_lines(void)
{
    return &target.bytes;
}

void log_target_line_done(void)
{
    target.ends[target.count++] = buffer_len(&target.bytes);
    if (target.count < LINES && buffer_len(&target.bytes) < BYTES)
        return;
    log_target_write();
    if (target.count == LINES || buffer_len(&target.bytes) >= BYTES) {
        target.lost += target.count;
        log_target_forget();
    }
}

/* The lines from `first` on; how many the socket took, or -1 and errno. */
static int send_lines(unsigned first)
{
    struct mmsghdr messages[LINES] = {0};
    struct iovec vectors[LINES];

    for (unsigned i = first; i < target.count; i++) {
        size_t start = i ? target.ends[i - 1] : 0;

        vectors[i].iov_base = buffer_at(&target.bytes, start);
        vectors[i].iov_len = target.ends[i] - start;
        messages[i].msg_hdr = (struct msghdr){.msg_iov = &vectors[i], .msg_iovlen = 1};
    }
    return sendmmsg(target.fd, messages + first, target.count - first, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* True if the listener went away, so that opening the socket again may help. */
static bool gone(int error)
{
    return error == ECONNREFUSED || error == ECONNRESET || error == ENOTCONN || error == EPIPE ||
           error == EBADF;
}

/* Takes the first `done` lines off. */
static void take_off(unsigned done)
{
    size_t bytes = done ? target.ends[done - 1] : 0;

    target.count -= done;
    for (unsigned i = 0; i < target.count; i++)
        target.ends[i] = target.ends[i + done] - bytes;
    buffer_consume(&target.bytes, bytes);
}

static void write_datagrams(void)
{
    bool again = true;
    unsigned done = 0;

    while (done < target.count) {
        int sent = send_lines(done);

        if (sent > 0) {
            done += (unsigned)sent;
        } else if (errno == EAGAIN || errno == ENOBUFS) {
            break;
        } else if (gone(errno) && again) {
            reconnect();
            again = false;
        } else if (errno != EINTR) {
            unsigned hopeless = errno == EMSGSIZE ? 1 : target.count - done;

            target.lost += hopeless;
            done += hopeless;
        }
    }
    take_off(done);
}

static void write_stderr(void)
{
    const char *p = buffer_head(&target.bytes);
    size_t n = buffer_len(&target.bytes);

    while (n > 0) {
        ssize_t written = write(STDERR_FILENO, p, n);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            break;
        p += written;
        n -= (size_t)written;
    }
    if (n > 0)
        target.lost += target.count;
    log_target_forget();
}

void log_target_write(void)
{
    if (target.count == 0)
        return;
    if (target.socket)
        write_datagrams();
    else
        write_stderr();
}

void log_target_forget(void)
{
    buffer_finish(&target.bytes);
    target.count = 0;
}

uint64_t log_target_lost(void)
{
    return target.lost;
}
