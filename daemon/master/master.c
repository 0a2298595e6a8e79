/* The master's life: signals, children, time.  It waits in one poll for the
 * signalfd and for the keepers' sockets, and does nothing between. */
#include "master.h"
#include "../base/check.h"
#include "../base/clock.h"
#include "../base/log.h"
#include "../base/orders.h"
#include "answer.h"
#include "background.h"
#include "inherited.h"
#include "notify.h"
#include "statefile.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

enum { EXIT_TROUBLE = 1, EXIT_CONFIG = 2, END_WITHIN_MS = 3000, WISH_PAUSE_MS = 60000 };

static int signals = -1;
static uint64_t kill_at; /* PHASE_ENDING by INT: who still lives then is killed */

void master_report(const struct master *m, int level, const char *lines)
{
    const bool logged_there = m->core->log_target == LOG_TO_STDERR && log_wants(level);
    if (m->phase == PHASE_STARTING && !logged_there)
        fprintf(stderr, "%s%s", lines, lines[strlen(lines) - 1] == '\n' ? "" : "\n");
    while (*lines) {
        const int n = (int)strcspn(lines, "\n");
        log_note(level, "%.*s", n, lines);
        lines += n + (lines[n] == '\n');
    }
}

static void tell_all(struct master *m, enum order order)
{
    for (struct generation *g = m->youngest; g; g = g->older) {
        if (g->stage == STAGE_STARTING)
            kill(g->keeper, SIGTERM); /* it does not listen yet */
        generation_tell(g, (char)order);
    }
}

static bool is_our_child(pid_t pid)
{
    siginfo_t info;
    return pid > 0 && waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

/* Workers whose keeper died before them. */
static unsigned count_orphans(const struct master *m, int send)
{
    unsigned count = 0;
    for (unsigned i = 0; i < SCOREBOARD_WORKERS; i++) {
        const pid_t pid = atomic_load(&m->board->workers[i].pid);
        if (!is_our_child(pid))
            continue;
        count++;
        if (send)
            kill(pid, send);
    }
    return count;
}

static void stop(struct master *m)
{
    log_note(LOG_NOTICE, "stopping, %u sessions finish", scoreboard_sessions(m->board));
    m->phase = PHASE_STOPPING;
    notify_stopping();
    pidfile_drop(&m->pidfile);
    listeners_finish(&m->listeners, NULL);
    tell_all(m, ORDER_DRAIN);
}

static void end(struct master *m, enum order order)
{
    if (m->phase < PHASE_STOPPING)
        stop(m);
    log_note(LOG_NOTICE, "ending, %u sessions are cut off", scoreboard_sessions(m->board));
    m->phase = PHASE_ENDING;
    tell_all(m, order);
    count_orphans(m, SIGKILL);
    if (order == ORDER_QUIT)
        kill_at = clock_ms() + END_WITHIN_MS;
}

static void ask_for_reload(struct master *m)
{
    log_note(LOG_NOTICE, "reload");
    notify_reloading();
    m->reload_again = m->asked = true;
}

static void handle_signal(struct master *m, int number)
{
    switch (number) {
    case SIGHUP:
        ask_for_reload(m);
        break;
    case SIGUSR1:
        statefile_write(m->core, m->board);
        break;
    case SIGINT:
        end(m, ORDER_QUIT);
        break;
    case SIGTERM:
    case SIGQUIT:
        if (m->phase < PHASE_STOPPING)
            stop(m);
        else
            end(m, ORDER_END);
        break;
    default: /* SIGCHLD: the loop looks for children anyway */
        break;
    }
}

static void read_signals(struct master *m)
{
    struct signalfd_siginfo info;
    while (read(signals, &info, sizeof info) == sizeof info)
        handle_signal(m, (int)info.ssi_signo);
}

static void open_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    for (const int *s = (const int[]){SIGHUP, SIGUSR1, SIGINT, SIGTERM, SIGQUIT, SIGCHLD, 0}; *s;
         s++)
        sigaddset(&set, *s);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    check(signals >= 0);
}

static void describe_end(const siginfo_t *info, char *text, size_t room)
{
    if (info->si_code == CLD_EXITED)
        snprintf(text, room, "exit %d", info->si_status);
    else
        snprintf(text, room, "signal %s", sigabbrev_np(info->si_status));
}

/* A worker without a keeper, or a process that a plugin left behind. */
static void orphan_gone(struct master *m, const siginfo_t *info, const char *how)
{
    if (!scoreboard_worker(m->board, info->si_pid))
        return;
    unsigned lost = scoreboard_release_worker(m->board, info->si_pid);
    if (info->si_code == CLD_EXITED && info->si_status == 0)
        return;
    m->board->last_crash = time(NULL);
    atomic_fetch_add(&m->board->crashes, 1);
    log_event(LOG_ERR, 0, "CRASH", "pid=%d, how=%s, lost=%u", info->si_pid, how, lost);
}

static struct generation *generation_of(const struct master *m, pid_t keeper)
{
    struct generation *g = m->youngest;
    while (g && g->keeper != keeper)
        g = g->older;
    return g;
}

/* Looked at before it is reaped: until then the pid is nobody else's. */
static void reap(struct master *m)
{
    siginfo_t info = {0};
    while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid) {
        char how[64];
        struct generation *g = generation_of(m, info.si_pid);
        describe_end(&info, how, sizeof how);
        if (g) {
            generation_hear(g); /* its last words */
            succession_lost(m, g, how);
        } else {
            orphan_gone(m, &info, how);
        }
        waitid(P_PID, (id_t)info.si_pid, &info, WEXITED | WNOHANG);
        info.si_pid = 0;
    }
}

static uint64_t wish_pause(void)
{
    const char *text = getenv("SG_WISH_MS"); /* a test has no minute */
    const uint64_t ms = text ? strtoull(text, NULL, 10) : 0;
    return ms ? ms : WISH_PAUSE_MS;
}

/* A wish within the pause is kept until it is over. */
static void grant_wish(struct master *m, uint64_t now)
{
    if (!m->current || !m->current->wishes || now < m->wish_at || m->phase != PHASE_SERVING)
        return;
    m->current->wishes = false;
    m->wish_at = now + wish_pause();
    ask_for_reload(m);
}

static void hear_keepers(struct master *m)
{
    if (m->current)
        generation_hear(m->current);
    if (m->retiring) {
        generation_hear(m->retiring);
        if (m->retiring->stage == STAGE_CLOSED)
            succession_retired(m);
    }
    if (m->next) {
        generation_hear(m->next);
        if (m->next->stage == STAGE_READY)
            succession_complete(m);
    }
}

static void look_at_clock(struct master *m, uint64_t *watchdog_at)
{
    const uint64_t now = clock_ms();
    grant_wish(m, now);
    notify_again();
    if (notify_interval() && now >= *watchdog_at) {
        notify_alive("generation %u, %ld workers, %u sessions", m->last_number, m->core->workers,
                     scoreboard_sessions(m->board));
        *watchdog_at = now + notify_interval();
    }
    if (kill_at && now >= kill_at) {
        for (struct generation *g = m->youngest; g; g = g->older)
            kill(g->keeper, SIGKILL);
        count_orphans(m, SIGKILL);
        kill_at = now + END_WITHIN_MS;
    }
    succession_tend(m);
}

static int poll_timeout(const struct master *m, uint64_t watchdog_at)
{
    uint64_t first = UINT64_MAX;
    const uint64_t now = clock_ms();
    const uint64_t moments[] = {notify_interval() ? watchdog_at : 0,
                                notify_again(),
                                kill_at,
                                m->retry_at,
                                succession_limit(m),
                                m->current && m->current->wishes ? m->wish_at : 0};
    for (unsigned i = 0; i < sizeof moments / sizeof *moments; i++)
        if (moments[i] && moments[i] < first)
            first = moments[i];
    if (first == UINT64_MAX)
        return -1;
    return first <= now ? 0 : (int)(first - now) + 1;
}

/* The one that starts and the one that closes say how far they are, the one that serves what
 * it wishes; the end of a keeper comes as SIGCHLD. */
static void wait_for_something(const struct master *m, uint64_t watchdog_at)
{
    struct pollfd fds[] = {{.fd = signals, .events = POLLIN},
                           {.fd = m->next ? m->next->control : -1, .events = POLLIN},
                           {.fd = m->current ? m->current->control : -1, .events = POLLIN},
                           {.fd = m->retiring ? m->retiring->control : -1, .events = POLLIN}};
    log_flush();
    poll(fds, 4, poll_timeout(m, watchdog_at));
}

static void run(struct master *m)
{
    uint64_t watchdog_at = clock_ms();
    while (m->phase < PHASE_STOPPING || m->youngest || count_orphans(m, 0) > 0) {
        wait_for_something(m, watchdog_at);
        read_signals(m);
        hear_keepers(m);
        reap(m);
        look_at_clock(m, &watchdog_at);
    }
}

/* Two daemons of a machine have different ports, or addresses. */
static uint32_t instance_of(const struct core *core)
{
    uint32_t sum = (uint32_t)core->port;
    for (const char *const *text = (const char *const *)core->bind_address; text && *text; text++)
        for (const char *c = *text; *c; c++)
            sum = sum * 31 + (unsigned char)*c;
    return sum;
}

static bool prepare(struct master *m, struct complaints *c)
{
    if (!pidfile_take(&m->pidfile, m->core, c))
        return false;
    m->board = scoreboard_create(&m->board_fd);
    if (!m->board) {
        complain(c, m->core->file, 0, NULL, NULL, "no shared memory: %s", strerror(errno));
        return false;
    }
    m->board->restart = m->board->start;
    scoreboard_tell_apart(m->board, instance_of(m->core));
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    open_signals();
    return true;
}

/* In the daemon proper. */
static void serve(struct master *m)
{
    struct complaints c = {0};
    const struct log_setup setup = core_log_setup(m->core);
    log_open(&setup);
    bool ok = prepare(m, &c);
    if (!ok)
        master_report(m, LOG_ERR, buffer_cstr(&c.text));
    complaints_finish(&c);
    m->status = EXIT_TROUBLE;
    if (ok) {
        m->status = EXIT_CONFIG;
        if (succession_begin(m)) {
            m->status = 0;
            run(m);
            statefile_farewell(m->board);
        }
    }
    log_flush();
    answer_remove(m->core);
    pidfile_drop(&m->pidfile); /* before the user hears that it is over */
    background_answer(m->status, true);
}

/* The configuration is read once here, to know where to log and who we are, and
 * again, as by every reload, for the first generation. */
static bool read_first(struct master *m)
{
    struct complaints c = {0};
    bool ok = listeners_activate(&m->listeners, &c);
    m->core = core_read(m->cli->config, &c);
    ok = ok && m->core;
    if (!ok)
        fputs(buffer_cstr(&c.text), stderr);
    complaints_finish(&c);
    return ok;
}

int master_serve(const struct cli *cli)
{
    struct master m = {.cli = cli, .board_fd = -1, .status = EXIT_CONFIG};
    inherited_reset_more();
    notify_open();
    if (read_first(&m)) {
        if (!cli->foreground)
            background_enter();
        serve(&m);
        log_close();
    }
    listeners_finish(&m.listeners, NULL);
    core_destroy(m.core);
    free(m.failure);
    return m.status;
}
