/* The clients: each sends message after message in one session, waits for each
 * reply, and knows which replies there can be.  Messages come in two halves, so that
 * nearly all sessions are always within one.  One whose message is put off by a
 * 4xx asks NOOP, to see that the session lives, says QUIT and comes again.  Brief ones
 * come again for each message. */
#include "crowd.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* Whose reply is awaited. */
enum stage { BANNER, EHLO, MAIL, RCPT, DATA, DOT, NOOP, QUIT, OVER, STAGES };
static const char expected[STAGES] = {'2', '2', '2', '2', '3', '2', '2', '2', 0};

#define NO_LETTER UINT32_MAX

struct client {
    struct watch watch;
    enum stage stage;
    bool lost;
    bool begun; /* a message at least */
    bool again; /* comes again after QUIT */
    bool brief; /* says it after each message */
    unsigned group, port, local_port;
    unsigned letters; /* answered, of those begun after the mark */
    uint32_t letter;  /* on its way, or NO_LETTER */
    size_t kept;
    char bytes[1024]; /* of replies */
};

#define GROUPS 4
static struct client **clients;
static unsigned client_count;
static struct count counts[GROUPS];
static bool finishing;
static uint32_t mark; /* the first number after it */

/* Second halves, in the order in which they are due. */
static struct pause {
    struct client *client;
    uint32_t letter;
    long long due;
    struct pause *next;
} * first_pause, **last_pause = &first_pause;

static long long now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static void expect(struct client *c, enum stage stage, const char *line)
{
    c->stage = stage;
    /* One that has gone is noticed at the next read. */
    if (send(c->watch.fd, line, strlen(line), MSG_NOSIGNAL) < 0 && errno == EAGAIN)
        abort();
}

static void call(struct client *c)
{
    struct sockaddr_in from = {.sin_family = AF_INET,
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + c->group)};
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)c->port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof from;
    int one = 1;
    c->watch.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    setsockopt(c->watch.fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(c->watch.fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    if (bind(c->watch.fd, (struct sockaddr *)&from, size) != 0 ||
        (connect(c->watch.fd, (struct sockaddr *)&to, sizeof to) != 0 && errno != EINPROGRESS)) {
        perror("crowd: connect");
        exit(1);
    }
    getsockname(c->watch.fd, (struct sockaddr *)&from, &size);
    c->local_port = ntohs(from.sin_port);
    c->stage = BANNER;
    c->kept = 0;
    loop_add(&c->watch);
}

static void settle_letter(struct client *c, enum told what)
{
    if (c->letter == NO_LETTER)
        return;
    book_told(c->letter, what);
    if (c->letter >= mark) {
        c->letters += what != TOLD_BROKEN;
        counts[c->group].taken += what == TOLD_TAKEN;
        counts[c->group].later += what == TOLD_LATER;
    }
    c->letter = NO_LETTER;
}

static void leave(struct client *c, bool lost)
{
    close(c->watch.fd);
    settle_letter(c, TOLD_BROKEN);
    c->stage = OVER;
    c->lost = lost;
    counts[c->group].lost += lost;
    counts[c->group].quit += !lost;
    if (!lost && c->again && !finishing)
        call(c);
}

static void next_letter(struct client *c)
{
    c->again = c->again || (c->brief && c->begun);
    if (finishing || (c->brief && c->stage == DOT))
        expect(c, QUIT, "QUIT\r\n");
    else
        expect(c, MAIL, "MAIL FROM:<a@crowd.test>\r\n");
}

static void send_half(struct client *c, unsigned half)
{
    char text[LETTER_SIZE];
    const size_t size = sizeof text / 2;
    letter_write(text, c->letter);
    ssize_t n = send(c->watch.fd, text + half * size, size, MSG_NOSIGNAL);
    if (n >= 0 && n < (ssize_t)size)
        abort(); /* the buffer of a socket that is empty holds more */
}

static void send_letter(struct client *c)
{
    struct pause *p = malloc(sizeof *p);
    if (!p)
        abort();
    c->letter = book_new();
    c->begun = true;
    c->stage = DOT;
    send_half(c, 0);
    *p = (struct pause){c, c->letter, now_ms() + PAUSE_MS, NULL};
    *last_pause = p;
    last_pause = &p->next;
}

int clients_pause(void)
{
    long long now = now_ms();
    while (first_pause && first_pause->due <= now) {
        struct pause *p = first_pause;
        first_pause = p->next;
        if (!first_pause)
            last_pause = &first_pause;
        if (p->client->letter == p->letter)
            send_half(p->client, 1);
        free(p);
    }
    return first_pause ? (int)(first_pause->due - now) : -1;
}

static void put_off(struct client *c)
{
    settle_letter(c, TOLD_LATER);
    c->again = true;
    expect(c, NOOP, "NOOP\r\n");
}

/* The final line of a good reply. */
static void advance(struct client *c)
{
    switch (c->stage) {
    case BANNER:
        expect(c, EHLO, "EHLO crowd.test\r\n");
        break;
    case MAIL:
        expect(c, RCPT, "RCPT TO:<b@crowd.test>\r\n");
        break;
    case RCPT:
        expect(c, DATA, "DATA\r\n");
        break;
    case DATA:
        send_letter(c);
        break;
    case NOOP:
        expect(c, QUIT, "QUIT\r\n");
        break;
    case QUIT:
        leave(c, false);
        break;
    case DOT:
        settle_letter(c, TOLD_TAKEN);
        next_letter(c);
        break;
    default:
        next_letter(c);
    }
}

static void judge(struct client *c, const char *line)
{
    if (line[0] == expected[c->stage]) {
        advance(c);
        return;
    }
    if (c->stage == DOT && line[0] == '4') {
        put_off(c);
        return;
    }
    if (counts[c->group].odd++ < 3)
        fprintf(stderr, "crowd: at stage %d came: %.200s\n", (int)c->stage, line);
    leave(c, true);
}

static void client_ready(struct watch *w)
{
    struct client *c = (struct client *)w;
    ssize_t n = recv(w->fd, c->bytes + c->kept, sizeof c->bytes - 1 - c->kept, MSG_DONTWAIT);
    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0) {
        leave(c, true);
        return;
    }
    c->kept += (size_t)n;
    c->bytes[c->kept] = '\0';
    char *line = c->bytes, *lf;
    enum stage asked = c->stage;
    while (c->stage == asked && (lf = strchr(line, '\n')) != NULL) {
        *lf = '\0';
        if (lf - line < 4 || line[3] != '-')
            judge(c, line);
        line = lf + 1;
    }
    if (c->stage != asked) { /* one reply to one command: what is behind it is odd */
        counts[c->group].odd += c->stage != OVER && c->stage != BANNER && *line != '\0';
        c->kept = 0;
        return;
    }
    c->kept = strlen(line);
    memmove(c->bytes, line, c->kept);
}

void clients_open(unsigned group, unsigned port, unsigned n, bool brief)
{
    clients = realloc(clients, (client_count + n) * sizeof(struct client *));
    for (unsigned i = 0; i < n; i++) {
        struct client *c = calloc(1, sizeof *c);
        if (!c)
            abort();
        c->watch.ready = client_ready;
        c->group = group % GROUPS;
        c->port = port;
        c->brief = brief;
        c->letter = NO_LETTER;
        clients[client_count++] = c;
        call(c);
    }
}

void clients_mark(void)
{
    mark = book_next();
    for (unsigned i = 0; i < client_count; i++)
        clients[i]->letters = 0;
    for (unsigned g = 0; g < GROUPS; g++)
        counts[g].taken = counts[g].later = 0;
}

void clients_finish(void)
{
    finishing = true;
}

struct count clients_count(unsigned group)
{
    struct count sum = counts[group % GROUPS];
    sum.least = UINT32_MAX;
    for (unsigned i = 0; i < client_count; i++) {
        const struct client *c = clients[i];
        if (c->group != group || c->stage == OVER)
            continue;
        sum.open += c->begun;
        sum.least = c->letters < sum.least ? c->letters : sum.least;
    }
    return sum;
}

void clients_print_ports(unsigned group, bool lost)
{
    for (unsigned i = 0; i < client_count; i++)
        if (clients[i]->group == group && (lost ? clients[i]->lost : clients[i]->stage != OVER))
            printf("%u ", clients[i]->local_port);
    printf("\n");
}
