/* The bench's client: many SMTP sessions side by side in one epoll loop.
 *
 *   load HOST PORT sessions=N parallel=N mails=N size=BYTES [pipelined=1]
 *
 * Each session: EHLO, `mails` times MAIL RCPT DATA message, QUIT; waits for each
 * reply, or with pipelined=1 sends MAIL RCPT DATA at once.  Messages differ.
 * Prints: mails accepted, sessions that ended otherwise, p50 and p99 in µs of the
 * final reply. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum stage { BANNER, EHLO, MAIL, RCPT, DATA, DOT, QUIT, STAGES };

static struct {
    unsigned sessions, parallel, mails, size, pipelined;
} want = {100, 20, 1, 4096, 0};

struct client {
    int fd;
    enum stage stage; /* the reply that is awaited */
    unsigned mails, owed;
    size_t sent, kept;
    long long begun;
    char line[4096];
};

static struct sockaddr_storage server;
static socklen_t server_size;
static char *body;
static size_t body_size;
static unsigned started, ended, accepted, failed;
static int set;
static unsigned *latency;

static long long now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

static void watch(struct client *c, int op, bool writing)
{
    struct epoll_event e = {.events = EPOLLIN | (writing ? EPOLLOUT : 0u), .data.ptr = c};
    epoll_ctl(set, op, c->fd, &e);
}

static void begin(struct client *c)
{
    int one = 1;
    started++;
    *c = (struct client){.fd = socket(server.ss_family, SOCK_STREAM, 0), .owed = 1};
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(c->fd, (struct sockaddr *)&server, server_size) != 0) {
        perror("connect");
        exit(1);
    }
    watch(c, EPOLL_CTL_ADD, false);
}

static void finish(struct client *c, bool good)
{
    close(c->fd);
    ended++;
    failed += !good;
    if (started < want.sessions)
        begin(c);
}

static void say(struct client *c, const char *text)
{
    if (send(c->fd, text, strlen(text), MSG_NOSIGNAL) < 0)
        c->owed = 0; /* the read will tell */
}

static void send_body(struct client *c)
{
    while (c->sent < body_size) {
        ssize_t n = send(c->fd, body + c->sent, body_size - c->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EAGAIN) {
            watch(c, EPOLL_CTL_MOD, true);
            return;
        }
        if (n < 0)
            return;
        c->sent += (size_t)n;
    }
    watch(c, EPOLL_CTL_MOD, false);
}

static void next_mail(struct client *c)
{
    if (c->mails++ >= want.mails) {
        c->stage = QUIT;
        say(c, "QUIT\r\n");
        return;
    }
    c->stage = MAIL;
    c->begun = now_us();
    if (want.pipelined)
        say(c, "MAIL FROM:<a@bench.test>\r\nRCPT TO:<b@bench.test>\r\nDATA\r\n");
    else
        say(c, "MAIL FROM:<a@bench.test>\r\n");
}

/* One final reply line has come.  False: the session is over. */
static bool advance(struct client *c, char first)
{
    static const char good[STAGES] = {'2', '2', '2', '2', '3', '2', '2'};
    if (first != good[c->stage]) {
        finish(c, false);
        return false;
    }
    switch (c->stage) {
    case BANNER:
        c->stage = EHLO;
        say(c, "EHLO bench.test\r\n");
        return true;
    case EHLO:
        next_mail(c);
        return true;
    case MAIL:
        c->stage = RCPT;
        if (!want.pipelined)
            say(c, "RCPT TO:<b@bench.test>\r\n");
        return true;
    case RCPT:
        c->stage = DATA;
        if (!want.pipelined)
            say(c, "DATA\r\n");
        return true;
    case DATA:
        c->stage = DOT;
        c->sent = 0;
        snprintf(body, 32, "Message-ID: <%017u", accepted + started * 7919u);
        body[30] = 'x';
        send_body(c);
        return true;
    case DOT:
        latency[accepted++] = (unsigned)(now_us() - c->begun);
        next_mail(c);
        return true;
    default:
        finish(c, true);
        return false;
    }
}

static void read_replies(struct client *c)
{
    ssize_t n = recv(c->fd, c->line + c->kept, sizeof c->line - c->kept, MSG_DONTWAIT);
    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0) {
        finish(c, false);
        return;
    }
    c->kept += (size_t)n;
    char *at = c->line, *lf;
    while ((lf = memchr(at, '\n', c->kept)) != NULL) {
        size_t used = (size_t)(lf - at) + 1;
        bool last = used > 4 && at[3] != '-';
        char first = *at;
        at += used;
        c->kept -= used;
        if (last && !advance(c, first))
            return;
    }
    memmove(c->line, at, c->kept);
}

static void parse(int argc, char **argv)
{
    static const struct {
        const char *name;
        unsigned *value;
    } names[] = {{"sessions=", &want.sessions},
                 {"parallel=", &want.parallel},
                 {"mails=", &want.mails},
                 {"size=", &want.size},
                 {"pipelined=", &want.pipelined}};
    struct sockaddr_in *in = (struct sockaddr_in *)&server;
    in->sin_family = AF_INET;
    in->sin_port = htons((uint16_t)atoi(argv[2]));
    inet_pton(AF_INET, argv[1], &in->sin_addr);
    server_size = sizeof *in;
    for (int i = 3; i < argc; i++)
        for (size_t j = 0; j < sizeof names / sizeof *names; j++)
            if (strncmp(argv[i], names[j].name, strlen(names[j].name)) == 0)
                *names[j].value = (unsigned)atoi(strchr(argv[i], '=') + 1);
}

static void make_body(void)
{
    body_size = want.size > 200 ? want.size : 200;
    body = malloc(body_size);
    memset(body, 'x', body_size);
    for (size_t i = 76; i + 2 < body_size; i += 78)
        memcpy(body + i, "\r\n", 2);
    memcpy(body + body_size - 5, "\r\n.\r\n", 5);
}

static int by_size(const void *a, const void *b)
{
    unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;
    return x < y ? -1 : x > y;
}

int main(int argc, char **argv)
{
    struct epoll_event events[256];
    if (argc < 3) {
        fprintf(stderr, "load HOST PORT [sessions= parallel= mails= size= pipelined=]\n");
        return 2;
    }
    parse(argc, argv);
    make_body();
    latency = calloc((size_t)want.sessions * want.mails + 1, sizeof *latency);
    struct client *clients = calloc(want.parallel, sizeof *clients);
    set = epoll_create1(0);
    for (unsigned i = 0; i < want.parallel && started < want.sessions; i++)
        begin(&clients[i]);
    while (ended < want.sessions) {
        int n = epoll_wait(set, events, 256, 30000);
        if (n == 0)
            break;
        for (int i = 0; i < n; i++) {
            struct client *c = events[i].data.ptr;
            if (events[i].events & EPOLLOUT)
                send_body(c);
            if (events[i].events & ~(unsigned)EPOLLOUT)
                read_replies(c);
        }
    }
    qsort(latency, accepted, sizeof *latency, by_size);
    printf("%u %u %u %u\n", accepted, failed + (want.sessions - ended),
           accepted ? latency[accepted / 2] : 0,
           accepted ? latency[accepted - 1 - accepted / 100] : 0);
    return accepted == want.sessions * want.mails && failed == 0 ? 0 : 1;
}
