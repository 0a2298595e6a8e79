/* A clamd of FILDES that is asked once per connection and behaves as it is told.  When it is
 * well, it has so many CHILDREN, and a message that says SLOW keeps one of them busy as long as
 * its question lasts; where none is free the others wait. */
#include "crowd.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CHILDREN = 10 };

struct question {
    struct watch watch;
    char last[2]; /* bytes: a command ends with NUL, and so does the carrier of the file */
    bool slow;    /* and has a child */
    bool waits;
    struct question *next; /* that waits */
};

enum way { CLEAN, HANG, CLOSE, NONSENSE, WAYS };
static const char *const ways[WAYS] = {"clean", "hang", "close", "nonsense"};
static enum way way = CLEAN;
static unsigned busy;
static struct question *waiting;

static void reply(const struct question *q, const char *text, size_t n)
{
    /* One that has gone is noticed at the next read. */
    if (send(q->watch.fd, text, n, MSG_NOSIGNAL) < 0 && errno == EAGAIN)
        abort();
}

static void say_clean(const struct question *q)
{
    static const char clean[] = "1: fd[5]: OK";
    reply(q, clean, sizeof clean);
}

static void give_child(struct question *q)
{
    if (q->slow)
        busy++;
    else
        say_clean(q);
}

static void serve_waiting(void)
{
    while (waiting && busy < CHILDREN) {
        struct question *q = waiting;
        waiting = q->next;
        q->waits = false;
        give_child(q);
    }
}

static void end(struct question *q)
{
    struct question **at = &waiting;
    while (q->waits && *at != q)
        at = &(*at)->next;
    if (q->waits)
        *at = q->next;
    else
        busy -= q->slow;
    close(q->watch.fd);
    free(q);
    serve_waiting();
}

static void answer_clean(struct question *q)
{
    struct question **at = &waiting;
    q->waits = busy == CHILDREN;
    if (!q->waits) {
        give_child(q);
        return;
    }
    while (*at)
        at = &(*at)->next;
    q->next = NULL;
    *at = q;
}

static bool says_slow(int fd)
{
    char text[2048];
    ssize_t n = pread(fd, text, sizeof text, 0);
    return n > 0 && memmem(text, (size_t)n, "SLOW", 4);
}

/* The descriptor that comes with the bytes is looked at, and closed. */
static ssize_t take(struct question *q, char *bytes, size_t n)
{
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec room = {bytes, n};
    struct msghdr message = {.msg_iov = &room,
                             .msg_iovlen = 1,
                             .msg_control = control.space,
                             .msg_controllen = sizeof control.space};
    ssize_t got = recvmsg(q->watch.fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    const struct cmsghdr *passed = got > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    int fd;
    if (!passed || passed->cmsg_type != SCM_RIGHTS)
        return got;
    memcpy(&fd, CMSG_DATA(passed), sizeof fd);
    q->slow = says_slow(fd);
    close(fd);
    return got;
}

static void question_ready(struct watch *w)
{
    static const char nonsense[] = "\x80\x01gibberish\n";
    struct question *q = (struct question *)w;
    char bytes[256];
    ssize_t n = take(q, bytes, sizeof bytes);
    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0 || way == CLOSE) {
        end(q);
        return;
    }
    if (n > 1)
        q->last[0] = bytes[n - 2];
    else
        q->last[0] = q->last[1];
    q->last[1] = bytes[n - 1];
    if (q->last[0] != '\0' || q->last[1] != '\0' || way == HANG)
        return;
    if (way == CLEAN)
        answer_clean(q);
    else
        reply(q, nonsense, sizeof nonsense);
}

static void accept_question(struct watch *listener)
{
    int fd = accept4(listener->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
        return;
    struct question *q = calloc(1, sizeof *q);
    if (!q)
        abort();
    *q = (struct question){.watch = {.fd = fd, .ready = question_ready}, .last = "xx"};
    loop_add(&q->watch);
}

void scanner_start(const char *path)
{
    static struct watch listener = {.ready = accept_question};
    loop_listen(&listener, path);
}

bool scanner_behave(const char *name)
{
    for (int i = 0; i < WAYS; i++)
        if (strcmp(name, ways[i]) == 0) {
            way = (enum way)i;
            return true;
        }
    return false;
}
