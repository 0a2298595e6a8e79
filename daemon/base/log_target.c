/* Writing the collected lines: to a socket as one datagram each, in one system
 * call, to stderr in one write, or, where that is a pipe or a terminal, in pieces
 * that it takes whole.  A target that is full (some sockets take ten datagrams)
 * costs no time: the lines wait for the next writing, and are lost only when there
 * is no more room for them.  One that went away (a syslog daemon restarted) is
 * opened again, once. */
#include "log_target.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define LINES 128u
#define BYTES 65536u

static struct {
    int fd; /* of a socket, -1 if there is none */
    bool socket;
    bool stream, may_block; /* stderr is no file; nobody made it so that it never blocks */
    bool begun;             /* a part of the first line is out */
    char path[sizeof((struct sockaddr_un *)NULL)->sun_path];
    int folder; /* path is relative to it; -1: to nothing */
    struct buffer bytes;
    size_t ends[LINES]; /* of each line, in bytes */
    unsigned count;
    uint64_t lost;
} target = {.fd = -1, .folder = -1};

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
    bool inside = true;

    disconnect();
    memcpy(addr.sun_path, target.path, sizeof addr.sun_path);
    if (target.folder >= 0)
        inside = fchdir(target.folder) == 0;
    target.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (!inside ||
        (target.fd >= 0 && connect(target.fd, (struct sockaddr *)&addr, sizeof addr) < 0))
        disconnect();
    if (target.folder >= 0 && chdir("/") < 0)
        disconnect();
}

static void drop_folder(void)
{
    if (target.folder >= 0)
        close(target.folder);
    target.folder = -1;
}

/* Links on the way would lead elsewhere inside. */
void log_target_keep_path(void)
{
    char *real = target.socket ? realpath(target.path, NULL) : NULL;
    char *slash;

    if (!target.socket)
        return;
    if (real && strlen(real) < sizeof target.path)
        snprintf(target.path, sizeof target.path, "%s", real);
    free(real);
    slash = strrchr(target.path, '/');
    if (!slash)
        return;
    *slash = '\0';
    target.folder =
        open(slash == target.path ? "/" : target.path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    memmove(target.path, slash + 1, strlen(slash + 1) + 1);
}

static void look_at_stderr(void)
{
    struct stat st;
    int flags = fcntl(STDERR_FILENO, F_GETFL);

    target.stream = fstat(STDERR_FILENO, &st) == 0 && !S_ISREG(st.st_mode);
    target.may_block = target.stream && flags >= 0 && !(flags & O_NONBLOCK);
}

/* JOURNAL_STREAM is "DEVICE:INODE" of the stderr it was given (systemd.exec(5)). */
bool log_target_is_journal(void)
{
    const char *said = getenv("JOURNAL_STREAM");
    char ours[64];
    struct stat st;

    if (target.socket || said == NULL || fstat(STDERR_FILENO, &st) < 0)
        return false;
    snprintf(ours, sizeof ours, "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
    return strcmp(said, ours) == 0;
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
    drop_folder();
    target.lost = 0;
    target.socket = setup->target != LOG_TO_STDERR;
    snprintf(target.path, sizeof target.path, "%s", path);
    if (target.socket)
        reconnect();
    else
        look_at_stderr();
}

void log_target_close(void)
{
    log_target_write();
    log_target_forget();
    disconnect();
    drop_folder();
    target.socket = false;
}

struct buffer *log_target_lines(void)
{
    return &target.bytes;
}

/* What was not written is lost, except the rest of a line that is half out. */
static void make_room(void)
{
    unsigned kept = target.begun;

    target.lost += target.count - kept;
    buffer_cut(&target.bytes, kept ? target.ends[0] : 0);
    target.count = kept;
}

void log_target_line_done(void)
{
    target.ends[target.count++] = buffer_len(&target.bytes);
    if (target.count < LINES && buffer_len(&target.bytes) < BYTES)
        return;
    log_target_write();
    if (target.count == LINES || buffer_len(&target.bytes) >= BYTES)
        make_room();
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

/* Takes off the first `done` lines, which may be some bytes more. */
static void take_off(unsigned done, size_t bytes)
{
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
    take_off(done, done ? target.ends[done - 1] : 0);
}

/* How much to write at once from byte `at` on.  A pipe takes as much as PIPE_BUF whole
 * or not at all, so that lines of several processes do not mix. */
static size_t piece(size_t at)
{
    size_t n = 0;

    if (!target.stream)
        return buffer_len(&target.bytes) - at;
    for (unsigned i = 0; i < target.count; i++)
        if (target.ends[i] > at && (n == 0 || target.ends[i] - at <= PIPE_BUF))
            n = target.ends[i] - at;
    return n;
}

static bool takes_more(void)
{
    struct pollfd fd = {.fd = STDERR_FILENO, .events = POLLOUT};

    return !target.may_block || poll(&fd, 1, 0) == 1;
}

/* Takes off what is written; `hopeless`, and the rest is lost. */
static void settle(size_t written, bool hopeless)
{
    unsigned done = 0;

    while (done < target.count && target.ends[done] <= written)
        done++;
    target.begun = done < target.count && written > (done ? target.ends[done - 1] : 0);
    take_off(done, written);
    if (hopeless) {
        target.lost += target.count;
        log_target_forget();
    }
}

static void write_stderr(void)
{
    size_t at = 0;
    ssize_t n = 0;

    errno = EAGAIN;
    while (at < buffer_len(&target.bytes) && takes_more()) {
        n = write(STDERR_FILENO, buffer_at(&target.bytes, at), piece(at));
        if (n < 0 && errno != EINTR)
            break;
        at += n > 0 ? (size_t)n : 0;
    }
    settle(at, n < 0 && errno != EAGAIN);
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
    target.begun = false;
}

uint64_t log_target_lost(void)
{
    return target.lost;
}
