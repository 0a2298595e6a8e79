/* From the configuration to workers that serve, and then waiting.  There is no
 * event loop and no thread in this process, because it forks; it polls the
 * signalfd and the master's socket.
 *
 * The master's end of file is its death: the workers finish their sessions and
 * the generation ends. */
#include "keeper.h"
#include "../base/check.h"
#include "../base/log.h"
#include "../plugin/counting.h"
#include "../plugin/last_words.h"
#include "crew.h"
#include "fitness.h"
#include "privileges.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

enum { EXIT_FAILED = 2, REASON_MAX = 30000 };

struct keeper {
    const struct keeper_setup *setup;
    struct core *core;
    struct plugins *plugins;
    struct scoreboard *board;
    struct sandbox sandbox;
    struct crew *crew;
    int signals;
    int private_fds[4]; /* those the workers are not to have; ends with -1 */
    struct pollfd *fds; /* signals, master, then those of workers that start */
    bool master_gone, leaving, reported, closed;
};

static void open_log(const struct keeper *k)
{
    const struct log_setup setup = core_log_setup(k->core);
    log_open(&setup);
}

/* Threads do not live through fork, and what they held stays locked. */
static bool single_threaded(const struct keeper *k, struct complaints *c)
{
    unsigned count = 0;
    DIR *tasks = opendir("/proc/self/task");
    if (!tasks)
        return true;
    for (const struct dirent *d; (d = readdir(tasks));)
        count += d->d_name[0] != '.';
    closedir(tasks);
    if (count == 1)
        return true;
    complain(c, k->core->conf_dir, 0, NULL, NULL,
             "a plugin left %u threads running when it was configured or prepared; it may start "
             "them in 'start' only",
             count - 1);
    return false;
}

static bool attach_board(struct keeper *k, struct complaints *c)
{
    k->board = scoreboard_attach(k->setup->board);
    if (k->board)
        return true;
    complain(c, k->setup->file, 0, NULL, NULL,
             "the scoreboard: %s; are both programs of one build?", strerror(errno));
    return false;
}

/* HUP and INT are the master's; TERM, from whoever sends it to all, is an order
 * to finish. */
static void open_signals(struct keeper *k)
{
    sigset_t set;
    sigemptyset(&set);
    for (const int *s = (const int[]){SIGHUP, SIGUSR1, SIGINT, SIGQUIT, SIGTERM, SIGCHLD, 0}; *s;
         s++)
        sigaddset(&set, *s);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGTTOU, SIG_IGN);
    k->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    check(k->signals >= 0);
}

static bool fork_crew(struct keeper *k, struct complaints *c)
{
    const int private_fds[] = {k->setup->master, k->setup->board, k->signals, -1};
    memcpy(k->private_fds, private_fds, sizeof private_fds);
    const struct crew_setup setup = {.core = k->core,
                                     .plugins = k->plugins,
                                     .board = k->board,
                                     .sandbox = &k->sandbox,
                                     .generation = k->setup->generation,
                                     .listeners = k->setup->listeners,
                                     .private_fds = k->private_fds};
    k->crew = crew_create(&setup, c);
    if (k->crew)
        k->fds = xcalloc(2 + crew_size(k->crew), sizeof *k->fds);
    return k->crew != NULL;
}

static void log_lines(int level, struct complaints *c)
{
    const char *line = buffer_cstr(&c->text);
    while (*line) {
        const int n = (int)strcspn(line, "\n");
        log_note(level, "%.*s", n, line);
        line += n + (line[n] == '\n');
    }
}

/* The master has read the same file and said what is to be noticed about it. */
static bool read_core(struct keeper *k, struct complaints *c)
{
    k->core = core_read(k->setup->file, c);
    if (!k->core)
        return false;
    complaints_finish(c);
    *c = (struct complaints){0};
    return true;
}

/* What -t finds wrong with the machine, such as a directory that set_user may not write to,
 * is a reason not to take the place of a generation that serves.  Where none does, serving what
 * can be served is better than nothing. */
static bool is_fit(const struct keeper *k, struct complaints *c)
{
    struct complaints found = {0};
    fitness_check(k->core, k->plugins, &found);
    const bool fit = found.errors == 0 || atomic_load(&k->board->generation) == 0;
    if (fit)
        log_lines(LOG_ERR, &found);
    else
        complaints_add(c, &found);
    complaints_finish(&found);
    return fit;
}

/* What plugins do here: with the rights that we have, and then with those of a worker. */
static bool prepare_plugins(struct keeper *k, struct complaints *c)
{
    k->plugins = plugins_load(k->core, c);
    return k->plugins && is_fit(k, c) && single_threaded(k, c) &&
           privileges_drop(k->core, k->plugins->capabilities, c) &&
           plugins_prepare(k->plugins, c) && single_threaded(k, c);
}

/* Everything up to the fork, in the order that privileges dictate.  False: the
 * reason is in *c. */
static bool prepare(struct keeper *k, struct complaints *c)
{
    static const char failed[] = {REPORT_FAILED, '\0'};
    if (!read_core(k, c) || !attach_board(k, c))
        return false;
    open_log(k);
    last_words_open(k->setup->master, failed);
    counting_open(k->board, k->setup->generation);
    const bool ready = prepare_plugins(k, c);
    last_words_close();
    if (!ready)
        return false;
    open_signals(k);
    log_lines(LOG_NOTICE, c);
    complaints_finish(c);
    k->sandbox = sandbox_plan(k->core, k->plugins);
    return fork_crew(k, c);
}

static void report(struct keeper *k, enum report what, const char *text)
{
    char *packet = xasprintf("%c%.*s", what, REASON_MAX, text);
    send(k->setup->master, packet, strlen(packet), MSG_NOSIGNAL);
    free(packet);
    k->reported = true;
}

static void leave(struct keeper *k, enum order order)
{
    k->leaving = true;
    crew_order(k->crew, order);
}

/* The packet's letter is the order. */
static void hear_master(struct keeper *k)
{
    char letter;
    ssize_t n;
    while (!k->master_gone && (n = recv(k->setup->master, &letter, 1, MSG_DONTWAIT)) >= 0) {
        k->master_gone = n == 0;
        if (n == 1 && (letter == ORDER_DRAIN || letter == ORDER_END || letter == ORDER_QUIT))
            leave(k, (enum order)letter);
    }
    if (k->master_gone && !k->leaving)
        leave(k, ORDER_DRAIN);
}

static void read_signals(struct keeper *k)
{
    struct signalfd_siginfo info;
    while (read(k->signals, &info, sizeof info) == sizeof info)
        if (info.ssi_signo == SIGTERM)
            leave(k, k->leaving ? ORDER_END : ORDER_DRAIN);
}

/* A worker that does not come up takes the generation with it, if it is the first
 * time: then nothing is lost, the old generation serves. */
static void bury(struct keeper *k, const siginfo_t *end)
{
    const bool failed = crew_bury(k->crew, end) && !k->reported && !k->leaving;
    if (!failed)
        return;
    const char *how = end->si_code == CLD_EXITED ? "exit status" : "signal";
    const char *plugin = crew_failed_plugin(k->crew);
    char *reason = plugin ? xasprintf("plugin %s does not start; the log says why", plugin)
                          : xasprintf("a worker of the new configuration ended before it served "
                                      "(%s %d); the log has more",
                                      how, end->si_status);
    report(k, REPORT_FAILED, reason);
    free(reason);
    leave(k, ORDER_QUIT);
}

/* Looked at, recorded, and only then reaped: the pid is its own until then. */
static void reap(struct keeper *k)
{
    siginfo_t info = {0};
    while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid) {
        bury(k, &info);
        waitid(P_PID, (id_t)info.si_pid, &info, WEXITED | WNOHANG);
        info.si_pid = 0;
    }
}

static void wait_for_something(struct keeper *k)
{
    const int timeout = crew_tend(k->crew);
    nfds_t count = 2;
    k->fds[0] = (struct pollfd){.fd = k->signals, .events = POLLIN};
    k->fds[1] = (struct pollfd){.fd = k->master_gone ? -1 : k->setup->master, .events = POLLIN};
    count += crew_poll(k->crew, k->fds + 2);
    log_flush();
    poll(k->fds, count, timeout);
}

/* What the master waits for: first readiness, in the end that the listeners are
 * closed, after which only the next generation accepts. */
static void pass_on(struct keeper *k)
{
    crew_hear(k->crew);
    if (!k->reported && !k->leaving && crew_serves(k->crew))
        report(k, REPORT_READY, "");
    if (k->reported && !k->closed && crew_closed(k->crew)) {
        report(k, REPORT_CLOSED, "");
        k->closed = true;
    }
}

/* One word is all that a worker can say about it, so none can say it too often. */
static void hear_wish(struct keeper *k)
{
    uint32_t wish = k->setup->generation;
    if (k->reported && !k->leaving && atomic_compare_exchange_strong(&k->board->wish, &wish, 0))
        report(k, REPORT_WISH, "");
}

static void watch(struct keeper *k)
{
    while (crew_alive(k->crew) > 0 || !k->leaving) {
        wait_for_something(k);
        read_signals(k);
        hear_master(k);
        reap(k);
        pass_on(k);
        hear_wish(k);
    }
}

static void finish(struct keeper *k)
{
    if (k->crew)
        crew_destroy(k->crew);
    free(k->fds);
    if (k->plugins)
        plugins_release(k->plugins);
    core_destroy(k->core);
    log_flush();
    log_close();
}

int keeper_run(const struct keeper_setup *setup)
{
    struct keeper k = {.setup = setup, .signals = -1};
    struct complaints c = {0};
    prctl(PR_SET_NAME, "sg-keeper");
    setpgid(0, 0); /* a terminal's INT is for the master alone */
    fcntl(setup->master, F_SETFD, FD_CLOEXEC);
    fcntl(setup->board, F_SETFD, FD_CLOEXEC);
    const bool ok = prepare(&k, &c);
    if (ok)
        watch(&k);
    else
        report(&k, REPORT_FAILED, buffer_cstr(&c.text));
    complaints_finish(&c);
    finish(&k);
    return ok ? 0 : EXIT_FAILED;
}
