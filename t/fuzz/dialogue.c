/* The kit's dialogue with a peer that says anything at any time, over a socket.  The
 * first byte chooses how an answer ends and whether connections are kept.  Of the
 * others are
 *
 *   0xff  what was said arrives        0xfd  the question is complete
 *   0xfe  the peer closes              0xfc  the next question, if none is open
 *
 * and the rest is said.  An answer is what was said since its own question was asked,
 * all of it up to its end; anything else is said to have failed. */
#include "fuzz.h"

#include <smtp-gated/kit/dialogue.h>

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <uv.h>

enum { MOST = 64, TURNS = 4 };

static uv_loop_t loop;
static int listener;
static struct sg_endpoint at = {.text = "the peer"};
static struct dialogue_peer peer;

static struct {
    struct dialogue *open;
    bool finished;
    bool keeps;
    int fd;          /* the peer's end, -1: closed, or none yet */
    bool closed;     /* by the peer, since the question */
    char said[4096]; /* since the question, on this connection */
    size_t n;
} now;

struct uv_loop_s *sg_loop(void)
{
    return &loop;
}

uint64_t sg_now(void)
{
    return uv_now(&loop);
}

int64_t sg_time(void)
{
    return 0;
}

void sg_gauge(const void *self, unsigned which, uint64_t value)
{
    (void)self, (void)which, (void)value;
}

void sg_log(const struct sg_session *s, enum sg_level level, const char *event, const char *fields,
            ...)
{
    (void)s, (void)level, (void)event, (void)fields;
}

static void open_listener(void)
{
    struct sockaddr_un *un = (struct sockaddr_un *)&at.addr;
    un->sun_family = AF_UNIX;
    /* an abstract name: nothing is left behind */
    int n = snprintf(un->sun_path + 1, sizeof un->sun_path - 1, "sg-fuzz-dialogue.%d", getpid());
    at.addrlen = (socklen_t)(sizeof un->sun_family + 1 + (size_t)n);
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    check(listener >= 0 && bind(listener, (struct sockaddr *)un, at.addrlen) == 0);
    check(listen(listener, 8) == 0);
    uv_loop_init(&loop);
}

/* ---- the peer ---- */

/* What it was asked it has read, or its end would be a reset. */
static void peer_close(void)
{
    char asked[64];
    while (now.fd >= 0 && recv(now.fd, asked, sizeof asked, 0) > 0)
        continue;
    if (now.fd >= 0)
        close(now.fd);
    now.closed = now.closed || now.fd >= 0;
    now.fd = -1;
}

/* A new connection is another conversation. */
static void peer_accept(void)
{
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
        return;
    peer_close();
    now.fd = fd;
    now.closed = false;
    now.n = 0;
}

static void turn(void)
{
    for (int i = 0; i < TURNS; i++)
        uv_run(&loop, UV_RUN_NOWAIT);
}

static void peer_say(const char *bytes, size_t n)
{
    if (now.fd < 0 || n == 0 || now.n + n > sizeof now.said)
        return;
    ssize_t sent = send(now.fd, bytes, n, MSG_NOSIGNAL);
    if (sent <= 0)
        return;
    memcpy(now.said + now.n, bytes, (size_t)sent);
    now.n += (size_t)sent;
}

/* ---- the question ---- */

/* Is all that was said one answer, with nothing behind it?  Its length.  Behind the
 * longest that there may be nobody looks. */
static bool is_answer(size_t *n)
{
    *n = now.n;
    if (peer.until == DIALOGUE_EOF)
        return now.closed && now.n > 0 && now.n <= MOST;
    const char *stop = now.n ? memchr(now.said, peer.until, now.n) : NULL;
    *n = stop ? (size_t)(stop - now.said) : now.n;
    return stop && (*n + 1 == now.n || *n == MOST) && *n <= MOST;
}

static void on_done(struct dialogue_result *r, void *arg)
{
    size_t n;
    bool answered = r->outcome == DIALOGUE_ANSWERED || r->outcome == DIALOGUE_EARLY;
    check(now.open && arg == &now && r->outcome != DIALOGUE_TIMEOUT);
    check(r->length <= MOST + 1 && r->answer[r->length] == '\0');
    check(is_answer(&n) == answered && (r->reason == NULL) == answered);
    if (answered)
        check(r->length == n && memcmp(r->answer, now.said, n) == 0);
    if (answered)
        check(now.finished == (r->outcome == DIALOGUE_ANSWERED));
    r->keep = now.keeps;
    now.open = NULL;
}

static void ask(void)
{
    struct iovec question = {(char[]){"?"}, 1};
    if (now.open)
        return;
    now.finished = now.closed = false;
    now.n = 0;
    now.open = dialogue_open(&peer, on_done, NULL, &now);
    if (dialogue_is_new(now.open))
        peer_accept();
    dialogue_write(now.open, &question, 1);
}

static void finish(void)
{
    if (!now.open || now.finished)
        return;
    now.finished = true;
    dialogue_finish(now.open);
}

static void happen(uint8_t what)
{
    if (what == 0xfc) {
        ask();
        return;
    }
    if (what == 0xfd)
        finish();
    if (what == 0xfe)
        peer_close();
    turn();
}

static void play(const uint8_t *data, size_t size)
{
    size_t from = 0;
    for (size_t i = 0; i <= size; i++) {
        if (i < size && data[i] < 0xfc)
            continue;
        peer_say((const char *)data + from, i - from);
        if (i < size)
            happen(data[i]);
        from = i + 1;
    }
    turn();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int ends[] = {'\n', '\0', DIALOGUE_EOF, '\n'};
    if (size == 0 || size > 1024)
        return 0;
    if (listener == 0)
        open_listener();
    peer = (struct dialogue_peer){.at = &at,
                                  .until = ends[data[0] & 3],
                                  .answer_max = MOST,
                                  .half_close = data[0] & 4,
                                  .keep = data[0] & 8 ? 2 : 0,
                                  .keep_for = 60000};
    memset(&now, 0, sizeof now);
    now.fd = -1;
    now.keeps = data[0] & 16;
    ask();
    play(data + 1, size - 1);
    dialogue_cancel(now.open);
    dialogue_peer_close(&peer);
    peer_close();
    turn();
    check(!uv_loop_alive(&loop));
    return 0;
}
