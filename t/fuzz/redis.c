/* The Redis kit with a server that says anything at any time, over sockets.  The first byte
 * chooses the kind: alone, Sentinels, a cluster; a password; a stream that is followed.  Of
 * the others are
 *
 *   0xff  what was said arrives       0xfb  a script
 *   0xfe  the server closes           0xfa  the oldest question is cancelled
 *   0xfd  "+PONG", the greeting       0xf9  half a second passes
 *   0xfc  a question                  0xf8  another connection is spoken to
 *
 * and the rest is said, to the connection that came last.  Each question ends once, within its
 * time, and not inside a call; what it is told can be read; and in the end nothing is left. */
#include "fuzz.h"

#include "../../sdk/kit/redis_wire.h"
#include <smtp-gated/kit/redis_stream.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <uv.h>

enum { TURNS = 3, QUESTIONS = 8, CONNECTIONS = 8, TIMEOUT = 100, STEP = 500 };

/* An entry for each open question. */
struct asked {
    struct redis_question *question; /* NULL: none */
    uint64_t at;
};

static uv_loop_t loop;
static uint64_t shift; /* how much time has passed beyond the loop's own */
static int listener;
static struct sockaddr_un here = {.sun_family = AF_UNIX, .sun_path = "\0sg-fuzz-redis."};
static socklen_t here_length;
static struct redis *redis;
static struct asked asked[QUESTIONS];
static int connections[CONNECTIONS];
static unsigned spoken_to;
static bool calling;

struct uv_loop_s *sg_loop(void)
{
    return &loop;
}

uint64_t sg_now(void)
{
    return uv_now(&loop) + shift;
}

void sg_config_error(const char *option, const char *fmt, ...)
{
    (void)option, (void)fmt;
}

void sg_log(const struct sg_session *s, enum sg_level level, const char *event, const char *fields,
            ...)
{
    (void)s, (void)level, (void)event, (void)fields;
}

/* In the place of connect(2), by the compiler's command line: whatever address the kit was
 * told, it comes here. */
#undef connect
extern int connect(int fd, const struct sockaddr *addr, socklen_t length);
int fuzz_connect(int fd, const struct sockaddr *addr, socklen_t length);
int fuzz_connect(int fd, const struct sockaddr *addr, socklen_t length)
{
    (void)length;
    int own = addr->sa_family == AF_UNIX ? fd : socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    int result = connect(own, (const struct sockaddr *)&here, here_length);
    const int error = errno;
    if (own != fd) {
        check(dup2(own, fd) == fd);
        close(own);
    }
    errno = error;
    return result;
}

static void open_listener(void)
{
    const size_t n = strlen(here.sun_path + 1) + 1;
    for (size_t i = 0; i < 8; i++) /* a name of our own */
        here.sun_path[n + i] = (char)('0' + (getpid() >> (3 * i)) % 8);
    here_length = (socklen_t)(sizeof here.sun_family + n + 8);
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    check(bind(listener, (struct sockaddr *)&here, here_length) == 0);
    check(listen(listener, 64) == 0);
    signal(SIGPIPE, SIG_IGN); /* as workers do */
    uv_loop_init(&loop);
}

/* ---- the server ---- */

static void hang_up(unsigned i)
{
    if (connections[i] >= 0)
        close(connections[i]);
    connections[i] = -1;
}

static void accept_all(void)
{
    int fd;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        spoken_to = (spoken_to + 1) % CONNECTIONS;
        hang_up(spoken_to);
        connections[spoken_to] = fd;
    }
}

static void hear(void)
{
    char heard[4096];
    for (unsigned i = 0; i < CONNECTIONS; i++)
        while (connections[i] >= 0 && recv(connections[i], heard, sizeof heard, 0) > 0)
            continue;
}

static void turn(void)
{
    for (int i = 0; i < TURNS; i++) {
        uv_run(&loop, UV_RUN_NOWAIT);
        accept_all();
        hear();
    }
}

static void say(const void *bytes, size_t n)
{
    if (connections[spoken_to] >= 0 && n > 0)
        (void)!send(connections[spoken_to], bytes, n, MSG_NOSIGNAL);
}

/* ---- time ---- */

static void let_pass(uv_handle_t *handle, void *arg)
{
    uv_timer_t *timer = (uv_timer_t *)handle;
    (void)arg;
    if (handle->type != UV_TIMER || !uv_is_active(handle) || uv_is_closing(handle))
        return;
    const uint64_t left = uv_timer_get_due_in(timer);
    uv_timer_start(timer, timer->timer_cb, left > STEP ? left - STEP : 0, 0);
}

static void pass_time(void)
{
    shift += STEP;
    uv_walk(&loop, let_pass, NULL);
    turn();
    for (unsigned i = 0; i < QUESTIONS; i++)
        check(!asked[i].question || sg_now() < asked[i].at + TIMEOUT + STEP);
}

/* ---- questions ---- */

static void look_at(const struct redis_reply *reply)
{
    size_t n;
    const char *text = redis_text(reply, &n);
    check(text[n] == '\0');
    (void)redis_integer(reply);
    for (size_t i = 0; i <= redis_count(reply) && i < 100; i++)
        if (redis_item(reply, i))
            look_at(redis_item(reply, i));
}

static void on_done(const struct redis_answer *answer, void *arg)
{
    struct asked *a = arg;
    check(!calling && a->question);
    a->question = NULL;
    check((answer->outcome == REDIS_ANSWERED) == (answer->reason == NULL));
    check((answer->outcome == REDIS_ANSWERED) == (answer->reply != NULL));
    look_at(answer->reply);
}

static void ask(bool script)
{
    static struct redis_script incr = {.text = "return redis.call('INCR', KEYS[1])"};
    static const char *const words[] = {"GET", "{a}b", NULL};
    struct asked *a = asked;
    while (a < asked + QUESTIONS && a->question)
        a++;
    if (a == asked + QUESTIONS)
        return;
    a->at = sg_now();
    calling = true;
    a->question = script ? redis_run(redis, &incr, words + 1, words + 2, on_done, a)
                         : redis_ask(redis, words, 1, on_done, a);
    calling = false;
}

static void cancel(void)
{
    for (unsigned i = 0; i < QUESTIONS; i++) {
        if (!asked[i].question)
            continue;
        redis_cancel(asked[i].question);
        asked[i].question = NULL;
        return;
    }
}

static void missed(void *arg)
{
    (void)arg;
    check(!calling);
}

static void entry(const char *id, const struct redis_reply *fields, void *arg)
{
    (void)arg;
    check(!calling && *id);
    look_at(fields);
}

/* ---- the play ---- */

static void happen(uint8_t what)
{
    if (what == 0xfe)
        hang_up(spoken_to);
    else if (what == 0xfd)
        say("+PONG\r\n", 7);
    else if (what == 0xfc || what == 0xfb)
        ask(what == 0xfb);
    else if (what == 0xfa)
        cancel();
    else if (what == 0xf9)
        pass_time();
    else if (what == 0xf8)
        spoken_to = (spoken_to + CONNECTIONS - 1) % CONNECTIONS;
    turn();
}

static void play(const uint8_t *data, size_t size)
{
    size_t from = 0;
    turn();
    for (size_t i = 0; i <= size; i++) {
        if (i < size && data[i] < 0xf8)
            continue;
        say(data + from, i - from);
        if (i < size)
            happen(data[i]);
        from = i + 1;
    }
    turn();
}

static struct redis_plan plan_of(uint8_t choice)
{
    struct redis_plan plan = {.kind = choice % 3, .count = 1, .prefix = "p:", .master = "m"};
    memcpy(&plan.places[0].addr, &here, sizeof here);
    plan.places[0].addrlen = here_length;
    plan.login.password = choice & 8 ? "secret" : NULL;
    plan.login.master = plan.kind == REDIS_SENTINELS;
    plan.timeout = plan.login.patience = plan.sentinel.patience = TIMEOUT;
    return plan;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct redis_follower follower = {missed, entry};
    if (size == 0 || size > 1024)
        return 0;
    if (listener == 0)
        open_listener();
    struct redis_plan plan = plan_of(data[0]);
    struct redis_options options = {.plan = &plan};
    memset(asked, 0, sizeof asked);
    memset(connections, -1, sizeof connections);
    uv_update_time(&loop);
    redis = redis_open(&options);
    struct redis_stream *stream = data[0] & 4 ? redis_follow(redis, "{a}s", &follower, NULL) : NULL;
    play(data + 1, size - 1);
    redis_unfollow(stream);
    redis_close(redis);
    for (unsigned i = 0; i < CONNECTIONS; i++)
        hang_up(i);
    turn();
    for (unsigned i = 0; i < CONNECTIONS; i++)
        hang_up(i);
    check(!uv_loop_alive(&loop));
    return 0;
}
