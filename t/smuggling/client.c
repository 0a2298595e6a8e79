/* The client's side of a case: banner, EHLO, the script.  At a stop with a gate it
 * waits for all answers that are due; at one without, for the next turn of the loop,
 * when its bytes so far are on their way. */
#include "talk.h"
#include "models.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_MS = 30000, GREETINGS = 2 /* answers before those of the script */ };

struct client {
    struct endpoint e;
    struct talk *talk;
    struct script script;
    struct bytes in;
    unsigned answers, stop; /* answers so far, those to the script; the stop being sent to */
    unsigned greeted;
    size_t sent;
    uint64_t moved;
};

unsigned clients_open;

static void quit(struct client *c)
{
    bytes_finish(&c->in);
    bytes_finish(&c->script.wire);
    clients_open--;
    loop_close(&c->e, false);
}

static bool foretold(const struct client *c)
{
    return !c->talk->expected.loose || c->answers < c->talk->expected.loose_from;
}

static void take_answer(struct client *c, const char *line, size_t n)
{
    const struct expected *x = &c->talk->expected;
    if (c->greeted < GREETINGS) {
        c->greeted++;
        if (c->greeted == GREETINGS)
            c->sent = 0; /* the script may begin */
        return;
    }
    if (foretold(c) && (c->answers >= x->count || x->answers[c->answers].digit != line[0]))
        complain(c->talk, "answer %u is %.*s, wanted %c", c->answers, (int)(n < 60 ? n : 60), line,
                 c->answers < x->count ? x->answers[c->answers].digit : '-');
    c->answers++;
}

static void take_answers(struct client *c)
{
    size_t at = 0;
    const char *lf;
    while ((lf = memchr(c->in.p + at, '\n', c->in.n - at)) != NULL) {
        size_t n = (size_t)(lf - c->in.p) + 1 - at;
        const char *line = c->in.p + at;
        if (n < 6 || line[3] != '-')
            take_answer(c, line, n - 1);
        at += n;
    }
    bytes_drop(&c->in, at);
}

/* False: it is over. */
static bool read_some(struct client *c)
{
    static char room[16384];
    ssize_t n = loop_read(&c->e, room, sizeof room);
    if (n == -1)
        return true;
    if (n > 0) {
        bytes_add(&c->in, room, (size_t)n);
        take_answers(c);
        c->moved = loop_now();
        loop_again(&c->e);
        return true;
    }
    if (foretold(c) && c->answers < c->talk->expected.count)
        complain(c->talk, "%u answers, wanted %u", c->answers, c->talk->expected.count);
    quit(c);
    return false;
}

/* All answers are here that the bytes before this stop are due. */
static bool settled(const struct client *c, size_t at)
{
    const struct expected *x = &c->talk->expected;
    unsigned due = 0;
    while (due < x->count && x->answers[due].at <= at)
        due++;
    if (x->loose && due > x->loose_from)
        due = x->loose_from;
    return c->answers >= due;
}

static void greet(struct client *c)
{
    static const char ehlo[] = "EHLO client.test\r\n";
    if (c->greeted == 1 && c->sent == 0)
        c->sent = loop_write(&c->e, ehlo, sizeof ehlo - 1);
}

static void send_some(struct client *c)
{
    if (c->greeted < GREETINGS) {
        greet(c);
        return;
    }
    const struct script *s = &c->script;
    if (c->stop > 0 && s->stops[c->stop - 1].gate && !settled(c, c->sent))
        return;
    if (c->stop == s->count || !c->e.writable)
        return;
    size_t upto = s->stops[c->stop].at;
    if (upto > s->wire.n)
        upto = s->wire.n;
    c->sent += upto > c->sent ? loop_write(&c->e, s->wire.p + c->sent, upto - c->sent) : 0;
    c->moved = loop_now();
    if (c->sent >= upto && ++c->stop < s->count)
        loop_again(&c->e);
}

static void client_turn(struct endpoint *e)
{
    struct client *c = (struct client *)e;
    if (loop_now() - c->moved > PATIENCE_MS) {
        complain(c->talk, "%u answers, wanted %u, and no end", c->answers, c->talk->expected.count);
        quit(c);
        return;
    }
    if (e->readable && !read_some(c))
        return;
    send_some(c);
}

void client_start(struct talk *t, bool normalise, bool real, uint16_t port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || (connect(fd, (struct sockaddr *)&to, sizeof to) != 0 && errno != EINPROGRESS)) {
        perror("smuggle: connect");
        exit(2);
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct client *c = calloc(1, sizeof *c);
    loop_add(&c->e, fd, client_turn);
    c->talk = t;
    c->moved = loop_now();
    script_make(&t->plan, &c->script);
    expect(&c->script.wire, normalise, real, &t->expected);
    clients_open++;
}
