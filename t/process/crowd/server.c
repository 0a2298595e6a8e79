/* The server: says yes to everything, and hands each whole message to the book. */
#include "crowd.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

struct peer {
    struct watch watch;
    bool data; /* in a message */
    size_t kept;
    char bytes[LETTER_SIZE]; /* of the line or the message it is at */
};

static const struct {
    const char *verb, *reply;
} replies[] = {
    {"EHLO", "250-crowd.test\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n250 8BITMIME\r\n"},
    {"DATA", "354 go on\r\n"},
    {"QUIT", "221 2.0.0 bye\r\n"},
};

static void say(const struct peer *p, const char *text)
{
    /* One that has gone is noticed at the next read. */
    if (send(p->watch.fd, text, strlen(text), MSG_NOSIGNAL) < 0 && errno == EAGAIN)
        abort();
}

static void command(struct peer *p)
{
    const char *reply = "250 2.0.0 yes\r\n";
    for (size_t i = 0; i < sizeof replies / sizeof *replies; i++)
        if (strncasecmp(p->bytes, replies[i].verb, 4) == 0)
            reply = replies[i].reply;
    p->data = reply[0] == '3';
    say(p, reply);
}

/* Takes a line or a message off the front; false: there is none yet.  Messages have
 * one size: one that were longer or shorter would be none of ours. */
static bool take(struct peer *p)
{
    const char *lf = memchr(p->bytes, '\n', p->kept);
    if (p->data ? p->kept < LETTER_SIZE : !lf)
        return false;
    size_t used = p->data ? LETTER_SIZE : (size_t)(lf - p->bytes) + 1;
    if (p->data) {
        book_got(p->bytes);
        p->data = false;
        say(p, "250 2.0.0 taken\r\n");
    } else {
        command(p);
    }
    p->kept -= used;
    memmove(p->bytes, p->bytes + used, p->kept);
    return true;
}

static void peer_ready(struct watch *w)
{
    struct peer *p = (struct peer *)w;
    ssize_t n = recv(w->fd, p->bytes + p->kept, sizeof p->bytes - p->kept, MSG_DONTWAIT);
    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0) {
        close(w->fd);
        free(p);
        return;
    }
    p->kept += (size_t)n;
    while (take(p))
        continue;
}

static void accept_peer(struct watch *listener)
{
    int fd = accept4(listener->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
        return;
    struct peer *p = calloc(1, sizeof *p);
    if (!p)
        abort();
    p->watch = (struct watch){.fd = fd, .ready = peer_ready};
    loop_add(&p->watch);
    say(p, "220 crowd.test ESMTP\r\n");
}

unsigned server_start(void)
{
    static struct watch listener = {.ready = accept_peer};
    return loop_listen(&listener, NULL);
}
