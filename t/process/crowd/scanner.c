/* A clamd of FILDES that is asked once per connection and behaves as it is told. */
#include "crowd.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct question {
    struct watch watch;
    char last[2]; /* bytes: a command ends with NUL, and so does the carrier of the file */
};

enum way { CLEAN, HANG, CLOSE, NONSENSE, WAYS };
static const char *const ways[WAYS] = {"clean", "hang", "close", "nonsense"};
static enum way way = CLEAN;

static void reply(const struct question *q, const char *text, size_t n)
{
    /* One that has gone is noticed at the next read. */
    if (send(q->watch.fd, text, n, MSG_NOSIGNAL) < 0 && errno == EAGAIN)
        abort();
}

static void end(struct question *q)
{
    close(q->watch.fd);
    free(q);
}

/* The descriptor that comes with it is dropped by the kernel: nobody asks for it. */
static void question_ready(struct watch *w)
{
    static const char clean[] = "1: fd[5]: OK", nonsense[] = "\x80\x01gibberish\n";
    struct question *q = (struct question *)w;
    char bytes[256];
    ssize_t n = recv(w->fd, bytes, sizeof bytes, MSG_DONTWAIT);
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
        reply(q, clean, sizeof clean);
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
