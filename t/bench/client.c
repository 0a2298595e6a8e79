/* A session is a row of replies that are awaited; what is said next, and whether
 * the session is over, follows from which of them came.  A reply that is not the
 * one awaited ends it, and the first such is told on stderr. */
#include "client.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static int set;
static const struct plan *plan;
static struct outcome *outcome;

static const struct {
    const char *name;
    char good; /* first digit */
} stages[STAGES] = {
    [BANNER] = {"the banner", '2'}, [EHLO] = {"EHLO", '2'},       [MAIL] = {"MAIL", '2'},
    [RCPT] = {"RCPT", '2'},         [DATA] = {"DATA", '3'},       [DOT] = {"the message", '2'},
    [QUIT] = {"QUIT", '2'},         [WAITING] = {"nothing", '-'},
};

long long now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

/* ----------------------------------------------------------- beginning, end -- */

static void watch(struct client *c, int op, bool writing)
{
    struct epoll_event e = {.events = EPOLLIN | (writing ? EPOLLOUT : 0u), .data.ptr = c};
    epoll_ctl(set, op, c->fd, &e);
}

/* More addresses are more ports. */
static void bind_somewhere(int fd, unsigned serial)
{
    int one = 1;
    struct sockaddr_in from = {.sin_family = AF_INET};
    if (plan->addresses < 2)
        return;
    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + serial % plan->addresses);
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    bind(fd, (struct sockaddr *)&from, sizeof from);
}

void client_begin(struct client *c, int epoll_set, const struct plan *p, struct outcome *o)
{
    int one = 1;
    set = epoll_set, plan = p, outcome = o;
    *c = (struct client){.fd = socket(AF_INET, SOCK_STREAM, 0), .serial = outcome->started++};
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    bind_somewhere(c->fd, c->serial);
    if (connect(c->fd, (const struct sockaddr *)&plan->server, sizeof plan->server) != 0) {
        perror("load: connect");
        exit(1);
    }
    watch(c, EPOLL_CTL_ADD, false);
}

static bool over(struct client *c)
{
    close(c->fd);
    outcome->ended++;
    return false;
}

static bool failed(struct client *c, const char *heard)
{
    if (outcome->failed++ == 0)
        fprintf(stderr, "load: session %u of %u, reply to %s: %s\n", c->serial, plan->sessions,
                stages[c->stage].name, heard);
    return over(c);
}

/* ----------------------------------------------------------------- speaking -- */

/* When this fails, the reply fails to come. */
static void say(struct client *c, const char *text)
{
    ssize_t ignored = send(c->fd, text, strlen(text), MSG_NOSIGNAL);
    (void)ignored;
}

/* What is left of the letter, in the pieces it consists of. */
static int pieces(struct client *c, struct iovec *v, int most)
{
    size_t end = letter_size(&c->letter), at = c->sent;
    int n = 0;
    for (; at < end && n < most; n++) {
        v[n].iov_base = (void *)letter_part(&c->letter, at, &v[n].iov_len);
        at += v[n].iov_len;
    }
    return n;
}

static void send_letter(struct client *c)
{
    struct iovec v[3];
    while (c->sent < letter_size(&c->letter)) {
        struct msghdr m = {.msg_iov = v, .msg_iovlen = (size_t)pieces(c, v, 3)};
        ssize_t n = sendmsg(c->fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EAGAIN) {
            watch(c, EPOLL_CTL_MOD, true);
            return;
        }
        if (n < 0)
            return;
        c->sent += (size_t)n;
    }
    c->dotted = now_us();
    watch(c, EPOLL_CTL_MOD, false);
}

static void next_mail(struct client *c)
{
    if (c->mails++ >= plan->mails) {
        c->stage = QUIT;
        say(c, "QUIT\r\n");
        return;
    }
    c->stage = MAIL;
    c->begun = now_us();
    letter_write(&c->letter, plan->first + c->serial * plan->mails + c->mails - 1,
                 letter_lines(plan->size));
    say(c, plan->pipelined ? "MAIL FROM:<a@bench.test>\r\nRCPT TO:<b@bench.test>\r\nDATA\r\n"
                           : "MAIL FROM:<a@bench.test>\r\n");
}

/* ---------------------------------------------------------------- listening -- */

/* The final reply must say that what arrived is what was sent. */
static bool mail_taken(struct client *c, const char *reply)
{
    const char *expected = plan->added ? "250 taken behind " : "250 taken\r\n";
    long long now = now_us();
    if (strncmp(reply, expected, strlen(expected)) != 0)
        return failed(c, reply);
    outcome->mail[outcome->accepted] = (unsigned)(now - c->begun);
    outcome->final[outcome->accepted++] = (unsigned)(now - c->dotted);
    next_mail(c);
    return true;
}

static bool greeted(struct client *c)
{
    if (plan->dialogue == MAIL_IT) {
        next_mail(c);
        return true;
    }
    c->stage = plan->dialogue == IDLE ? WAITING : QUIT;
    if (c->stage == QUIT)
        say(c, "QUIT\r\n");
    else
        outcome->idle++;
    return c->stage == QUIT;
}

/* On to the next stage, and what is said there unless it has been said already. */
static bool next(struct client *c, const char *text)
{
    c->stage++;
    if (!plan->pipelined || c->stage <= MAIL)
        say(c, text);
    return true;
}

/* A whole reply has come.  False: the session is over. */
static bool heard(struct client *c, const char *reply)
{
    if (c->stage == BANNER && plan->dialogue == LOCKED)
        return strncmp(reply, "421 ", 4) == 0 ? over(c) : failed(c, reply);
    if (*reply != stages[c->stage].good)
        return failed(c, reply);
    switch (c->stage) {
    case BANNER:
        return next(c, "EHLO bench.test\r\n");
    case EHLO:
        return greeted(c);
    case MAIL:
        return next(c, "RCPT TO:<b@bench.test>\r\n");
    case RCPT:
        return next(c, "DATA\r\n");
    case DATA:
        c->stage = DOT;
        c->sent = 0;
        send_letter(c);
        return true;
    case DOT:
        return mail_taken(c, reply);
    default:
        return over(c);
    }
}

static bool read_replies(struct client *c)
{
    ssize_t n = recv(c->fd, c->line + c->kept, sizeof c->line - 1 - c->kept, MSG_DONTWAIT);
    if (n < 0 && errno == EAGAIN)
        return true;
    if (n <= 0)
        return failed(c, "the connection ended");
    c->kept += (size_t)n;
    c->line[c->kept] = '\0';
    char *at = c->line, *lf;
    while ((lf = strchr(at, '\n')) != NULL) {
        char saved = lf[1];
        bool last = lf - at > 4 && at[3] != '-';
        lf[1] = '\0';
        if (last && !heard(c, at))
            return false;
        lf[1] = saved;
        at = lf + 1;
    }
    c->kept -= (size_t)(at - c->line);
    memmove(c->line, at, c->kept);
    return true;
}

bool client_event(struct client *c, unsigned events)
{
    if (events & EPOLLOUT)
        send_letter(c);
    return (events & ~(unsigned)EPOLLOUT) == 0 || read_replies(c);
}
