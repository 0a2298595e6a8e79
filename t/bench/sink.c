/* The bench's server: an SMTP sink that says yes, as cheap as it can be while it
 * holds every byte of each message against the letter it must be.  A letter that
 * arrived whole is answered "250 taken"; with header lines in front of it,
 * "250 taken behind N bytes"; anything else "554 altered", and the connection ends.
 * One epoll loop.  Prints its port. */
#include "letter.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST_LINES 150000
#define READ_SIZE (256 * 1024)

enum stage { COMMANDS, IN_FRONT, LETTER, ALTERED };

struct peer {
    int fd;
    enum stage stage;
    size_t kept;     /* of a line that is not complete */
    size_t in_front; /* bytes before the letter's first line */
    size_t at;       /* in the letter */
    struct letter letter;
    char line[1024];
};

/* What is received and not yet looked at. */
struct bytes {
    const char *at;
    size_t n;
};

static char out[16 * READ_SIZE]; /* no command is 16 times shorter than its reply */
static size_t written;

#define SAY(...) (written += (size_t)snprintf(out + written, sizeof out - written, __VA_ARGS__))

static const struct {
    const char *verb, *reply;
} replies[] = {
    {"EHLO", "250-sink\r\n250-PIPELINING\r\n250-SIZE 100000000\r\n250 8BITMIME\r\n"},
    {"DATA", "354 go\r\n"},
    {"QUIT", "221 bye\r\n"},
};

static const char *reply_to(const char *line)
{
    for (size_t i = 0; i < sizeof replies / sizeof *replies; i++)
        if (strncasecmp(line, replies[i].verb, 4) == 0)
            return replies[i].reply;
    return "250 ok\r\n";
}

static void altered(struct peer *p, const char *how, size_t where)
{
    p->stage = ALTERED;
    SAY("554 altered: %s %zu of letter %u\r\n", how, where, p->letter.number);
}

/* True when p->line holds a whole line, with its CRLF. */
static bool take_line(struct peer *p, struct bytes *b)
{
    const char *lf = memchr(b->at, '\n', b->n);
    size_t take = lf ? (size_t)(lf - b->at) + 1 : b->n;
    if (p->kept + take >= sizeof p->line) {
        altered(p, "a long line at byte", p->in_front);
        return false;
    }
    memcpy(p->line + p->kept, b->at, take);
    p->kept += take;
    b->at += take;
    b->n -= take;
    if (!lf)
        return false;
    p->line[p->kept] = '\0';
    p->kept = 0;
    return true;
}

static void command(struct peer *p)
{
    const char *reply = reply_to(p->line);
    SAY("%s", reply);
    if (reply[0] == '3') {
        p->stage = IN_FRONT;
        p->in_front = p->at = 0;
    }
}

/* A line of a message whose letter has not begun. */
static void line_in_front(struct peer *p)
{
    size_t size = strlen(p->line);
    if (letter_recognise(&p->letter, p->line)) {
        p->stage = LETTER;
        p->at = size;
    } else if (strcmp(p->line, ".\r\n") == 0)
        altered(p, "the end before the first byte", 0);
    else
        p->in_front += size;
}

static void taken(struct peer *p)
{
    p->stage = COMMANDS;
    if (p->in_front == 0)
        SAY("250 taken\r\n");
    else
        SAY("250 taken behind %zu bytes\r\n", p->in_front);
}

static void letter(struct peer *p, struct bytes *b)
{
    size_t n;
    const char *expected = letter_part(&p->letter, p->at, &n);
    if (n > b->n)
        n = b->n;
    if (memcmp(expected, b->at, n) != 0) {
        altered(p, "a byte behind", p->at);
        return;
    }
    p->at += n;
    b->at += n;
    b->n -= n;
    if (p->at == letter_size(&p->letter))
        taken(p);
}

/* False: the connection is over. */
static bool serve(struct peer *p)
{
    static char in[READ_SIZE];
    ssize_t got = recv(p->fd, in, sizeof in, 0);
    struct bytes b = {in, got > 0 ? (size_t)got : 0};
    if (got <= 0)
        return got < 0 && errno == EAGAIN;
    written = 0;
    while (b.n > 0 && p->stage != ALTERED) {
        if (p->stage == LETTER)
            letter(p, &b);
        else if (take_line(p, &b))
            p->stage == COMMANDS ? command(p) : line_in_front(p);
    }
    return (written == 0 || send(p->fd, out, written, MSG_NOSIGNAL) > 0) && p->stage != ALTERED;
}

static void greet(int set, int listener)
{
    int one = 1, fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    struct peer *p = fd < 0 ? NULL : calloc(1, sizeof *p);
    if (!p)
        return;
    p->fd = fd;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = p};
    epoll_ctl(set, EPOLL_CTL_ADD, fd, &e);
    if (send(fd, "220 sink ESMTP\r\n", 16, MSG_NOSIGNAL) < 0)
        shutdown(fd, SHUT_RDWR);
}

static int listen_somewhere(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (bind(fd, (struct sockaddr *)&a, size) != 0 || listen(fd, 4096) != 0 ||
        getsockname(fd, (struct sockaddr *)&a, &size) != 0) {
        perror("sink");
        exit(1);
    }
    printf("%u\n", ntohs(a.sin_port));
    fflush(stdout);
    return fd;
}

int main(void)
{
    struct epoll_event events[256];
    letters_prepare(MOST_LINES);
    int set = epoll_create1(0), listener = listen_somewhere();
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = NULL};
    epoll_ctl(set, EPOLL_CTL_ADD, listener, &e);
    for (;;) {
        int n = epoll_wait(set, events, 256, -1);
        for (int i = 0; i < n; i++) {
            struct peer *p = events[i].data.ptr;
            if (!p)
                greet(set, listener);
            else if (!serve(p)) {
                close(p->fd);
                free(p);
            }
        }
    }
}
