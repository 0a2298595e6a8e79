/* One relay in this process: the sessions, the connections and the loop are the
 * daemon's.  Its sockets are pairs, whose other ends are ours; dial_start() stands
 * here in the place of daemon/net/dial.c, session_log.c in that of log_target.c; and
 * uv_now() is session_clock(). */
#include "session_mta.h"

#include "../../daemon/base/log.h"
#include "../../daemon/net/dial.h"
#include "../../daemon/net/loop.h"
#include "../../daemon/plugin/guard.h"
#include "../../daemon/session/steps/sessions.h"

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MOST_TURNS = 20000, SMALLEST_BUFFER = 1 };

struct uv_loop_s;
uint64_t session_clock(const struct uv_loop_s *loop);

struct stage stage;
static struct core *pristine; /* as it was read; stage.core is what a script makes of it */
static uint64_t now = 1000000;
static bool moved;
static int lowest_fd;

uint64_t session_clock(const struct uv_loop_s *loop)
{
    (void)loop;
    return now;
}

/* ---- once ---- */

static struct core *read_core(void)
{
    static const char text[] =
        "proxy_name = \"" PROXY_NAME "\"\nreply_reference = no\nport = 0\nworkers = 1\n"
        "spool_leave_on = {never}\nlog_level = debug\n"
        "log_helo = yes\nlog_mail_from = {accepted, rejected}\n"
        "log_rcpt_to = {accepted, rejected}\nbare_lf_from = {192.0.2.1}\n";
    struct complaints c = {0};
    char path[32];
    int fd = memfd_create("core", MFD_CLOEXEC);
    check(fd >= 0 && write(fd, text, sizeof text - 1) == (ssize_t)sizeof text - 1);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    struct core *core = core_read(path, &c);
    close(fd);
    check(core);
    complaints_finish(&c);
    return core;
}

/* As text, all there is to say; session_log.c looks at it. */
static void open_log(void)
{
    const struct log_setup setup = {.target = LOG_TO_SYSLOG, .level = 7};
    log_open(&setup);
}

static void open_stage(void)
{
    int fd;
    struct scoreboard *board = scoreboard_create(&fd);
    check(board && loop_open() == 0);
    struct worker_slot *slot = scoreboard_claim_worker(board, getpid(), 1, 0);
    check(slot);
    pristine = read_core();
    stage.core = xmalloc(sizeof *stage.core);
    *stage.core = *pristine;
    open_log();
    guard_use(slot);
    sessions_open(stage.core, witness_plugins(), board, slot);
    close(fd);
}

void stage_takes_lf(void)
{
    stage.core->bare_lf_from = pristine->bare_lf_from;
}

static int free_fd(void)
{
    int fd = dup(STDERR_FILENO);
    close(fd);
    return fd;
}

void stage_begin(void)
{
    if (!pristine)
        open_stage();
    struct core *core = stage.core;
    *core = *pristine;
    core->bare_lf_from = NULL;
    stage = (struct stage){.core = core, .client = -1, .server = -1};
    lowest_fd = free_fd();
    now = (now / 1000000 + 1) * 1000000; /* every input begins at the same place of the wheel */
    witness_begin();
    verdicts_begin();
    mta_begin();
}

/* ---- sockets ---- */

static void make_pair(int fds[2])
{
    check(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) == 0);
    int size = SMALLEST_BUFFER;
    if (stage.cramped)
        check(setsockopt(fds[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof size) == 0);
}

void stage_connect(void)
{
    int fds[2];
    union address peer = {.in = {.sin_family = AF_INET,
                                 .sin_port = htons(40000),
                                 .sin_addr.s_addr = htonl(0xc0000201)}};
    union address local = {
        .in = {.sin_family = AF_INET, .sin_port = htons(25), .sin_addr.s_addr = htonl(0xc6336401)}};
    make_pair(fds);
    stage.client = fds[1];
    session_accept(fds[0], &peer, &local);
}

int dial_start(struct conn *c, const struct dial *dial, const struct conn_ops *ops, size_t keep_max)
{
    int fds[2];
    check(dial->to->sa_family == AF_INET && stage.server < 0);
    if (stage.unreachable) {
        c->watch.fd = -1;
        errno = ECONNREFUSED;
        return -1;
    }
    make_pair(fds);
    stage.server = fds[1];
    mta_connected();
    return conn_open_connecting(c, fds[0], ops, keep_max);
}

/* False if nobody takes it. */
static bool say(int fd, struct span bytes, struct buffer *record)
{
    ssize_t n = fd < 0 || bytes.n == 0 ? 0 : send(fd, bytes.p, bytes.n, MSG_NOSIGNAL);
    if (n > 0)
        buffer_append(record, bytes.p, (size_t)n);
    return n > 0;
}

void client_say(struct span bytes)
{
    say(stage.client, bytes, &stage.sent);
}

bool server_say_now(struct span bytes)
{
    bool taken = say(stage.server, bytes, &mta.said);
    mta_spoke();
    return taken;
}

/* Who answers has read. */
void server_say(struct span bytes)
{
    stage.server_deaf = false;
    stage_rest();
    server_say_now(bytes);
}

static void leave(int *fd, bool half)
{
    if (*fd < 0)
        return;
    if (half) {
        shutdown(*fd, SHUT_WR);
        return;
    }
    close(*fd);
    *fd = -1;
}

void client_leave(bool half)
{
    leave(&stage.client, half);
    stage.client_gone = stage.client_gone || !half;
}

void server_leave(bool half)
{
    leave(&stage.server, half);
}

/* How many bytes came; 0 also for the end, -1 also if nobody is there. */
static ssize_t hear(int fd, struct buffer *record)
{
    static char bytes[65536];
    ssize_t n = fd < 0 ? -1 : recv(fd, bytes, sizeof bytes, 0);
    if (n > 0)
        buffer_append(record, bytes, (size_t)n);
    return n;
}

/* ---- time ---- */

static void one_turn(void)
{
    moved = sessions_turn() || moved;
    loop_stop(); /* so it does not block */
}

static bool hear_client(void)
{
    ssize_t n = stage.client_deaf ? -1 : hear(stage.client, &stage.heard);
    stage.client_left = stage.client_left || n == 0;
    return n > 0;
}

static bool hear_server(void)
{
    ssize_t n = stage.server_deaf ? -1 : hear(stage.server, &mta.wire);
    stage.server_left = stage.server_left || n == 0;
    if (n > 0)
        mta_read();
    return n > 0;
}

void stage_rest(void)
{
    unsigned turns = 0;
    do {
        check(turns++ < MOST_TURNS);
        moved = false;
        loop_run(one_turn);
        moved = hear_client() || moved;
        moved = hear_server() || moved;
        moved = mta_oblige() || moved;
    } while (moved || !conns_settle());
}

void stage_pass(uint64_t ms)
{
    now += ms;
    stage_rest();
}

bool stage_alive(void)
{
    return sessions_count() > 0;
}

static void show(const char *who, struct span bytes)
{
    fprintf(stderr, "---- %s\n%.*s\n", who, (int)bytes.n, bytes.p);
}

void stage_show(void)
{
    show("client said", bytes_of(&stage.sent));
    show("server said", bytes_of(&mta.said));
    show("client heard", bytes_of(&stage.heard));
    show("server heard", bytes_of(&mta.wire));
}

/* Whatever has happened, every session ends by the clock alone. */
void stage_end(void)
{
    verdicts_calm();
    for (int i = 0; stage_alive(); i++) {
        check(i < 12);
        stage_pass(310000);
    }
    stage_rest();
    client_leave(false);
    server_leave(false);
    check(free_fd() == lowest_fd);
    buffer_finish(&stage.sent);
    buffer_finish(&stage.heard);
    mta_end();
    witness_end();
    verdicts_end();
}
