/* The bench's server: an SMTP sink that says yes, as cheap as it can be while
 * it still finds the end of each message.  One epoll loop.  Prints its port;
 * on SIGTERM how many messages and bytes it took. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

struct peer {
    int fd;
    bool data;     /* in a message */
    unsigned seen; /* bytes of CRLF.CRLF that matched so far */
    size_t kept;
    char line[1024];
};

static unsigned long long messages, bytes;
static volatile sig_atomic_t stop;

static void on_term(int signal_number)
{
    (void)signal_number;
    stop = 1;
}

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

/* How much of the bytes belongs to the message; its end when *ended. */
static size_t message(struct peer *p, const char *b, size_t n, bool *ended)
{
    static const char end[] = "\r\n.\r\n";
    for (size_t i = 0; i < n; i++) {
        if (p->seen == 0) {
            const char *cr = memchr(b + i, '\r', n - i);
            if (!cr)
                return n;
            i = (size_t)(cr - b);
        }
        p->seen = b[i] == end[p->seen] ? p->seen + 1 : b[i] == '\r' ? 1 : 0;
        if (p->seen == 5) {
            *ended = true;
            return i + 1;
        }
    }
    return n;
}

/* One line of commands off the front; false: incomplete. */
static bool command(struct peer *p, const char **b, size_t *n, char *out, size_t *written)
{
    const char *lf = memchr(*b, '\n', *n);
    size_t take = lf ? (size_t)(lf - *b) + 1 : *n;
    if (p->kept + take >= sizeof p->line)
        p->kept = 0;
    memcpy(p->line + p->kept, *b, take);
    p->kept += take;
    *b += take;
    *n -= take;
    if (!lf)
        return false;
    p->line[p->kept] = '\0';
    p->kept = 0;
    const char *reply = reply_to(p->line);
    *written += (size_t)sprintf(out + *written, "%s", reply);
    p->data = reply[0] == '3';
    p->seen = 2; /* the message begins at a line's start */
    return true;
}

static bool serve(struct peer *p)
{
    static char in[256 * 1024], out[64 * 1024];
    ssize_t got = recv(p->fd, in, sizeof in, 0);
    size_t n = got > 0 ? (size_t)got : 0, written = 0;
    const char *b = in;
    if (got <= 0)
        return got < 0 && errno == EAGAIN;
    while (n > 0 && written < sizeof out - 1024) {
        bool ended = false;
        if (!p->data) {
            command(p, &b, &n, out, &written);
            continue;
        }
        size_t used = message(p, b, n, &ended);
        bytes += used;
        b += used;
        n -= used;
        if (ended) {
            messages++;
            p->data = false;
            written += (size_t)sprintf(out + written, "250 taken\r\n");
        }
    }
    return written == 0 || send(p->fd, out, written, MSG_NOSIGNAL) > 0;
}

static void greet(int set, int listener)
{
    int one = 1, fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    if (fd < 0)
        return;
    struct peer *p = calloc(1, sizeof *p);
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
    struct sigaction sa = {.sa_handler = on_term};
    int set = epoll_create1(0), listener = listen_somewhere();
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = NULL};
    sigaction(SIGTERM, &sa, NULL);
    epoll_ctl(set, EPOLL_CTL_ADD, listener, &e);
    while (!stop) {
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
    printf("%llu %llu\n", messages, bytes);
    return 0;
}
