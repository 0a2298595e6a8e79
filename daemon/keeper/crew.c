/* Forking workers and keeping them at work.
 *
 * A worker that dies is replaced: at once when it lived a while, else after a
 * pause that doubles up to MOST_PAUSE_MS. */
#include "crew.h"
#include "../base/check.h"
#include "../base/clock.h"
#include "../base/log.h"
#include "../worker/worker.h"
#include "containment.h"
#include "crew_inner.h"
#include "obituary.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

enum {
    FIRST_PAUSE_MS = 250,
    MOST_PAUSE_MS = 30000,
    LIVED_MS = 10000,
    EXIT_START_FAILED = 2 /* of worker_run() */
};

static void close_listeners(struct worker *w)
{
    for (unsigned i = 0; i < w->listener_count; i++)
        close(w->listeners[i]);
    w->listener_count = 0;
}

static bool has_listener(const struct worker *w, int fd)
{
    for (unsigned i = 0; i < w->listener_count; i++)
        if (w->listeners[i] == fd)
            return true;
    return false;
}

/* In the worker: what is the keeper's or the other workers'.  The ends of their
 * control sockets above all: while one is open here, they cannot see that the
 * keeper died. */
static void close_foreign(const struct crew *crew, const struct worker *self)
{
    for (const int *fd = crew->setup.private_fds; *fd >= 0; fd++)
        close(*fd);
    for (unsigned i = 0; i < crew->count; i++) {
        const struct worker *w = &crew->all[i];
        if (w->control >= 0)
            close(w->control);
        for (unsigned n = 0; w != self && n < w->listener_count; n++)
            if (!has_listener(self, w->listeners[n]))
                close(w->listeners[n]);
    }
}

/* The end of a worker is ordered over its socket; signals meant for the daemon
 * pass it by. */
static void worker_signals(void)
{
    static const int ignored[] = {SIGHUP, SIGINT, SIGTERM, SIGQUIT, SIGUSR1, SIGPIPE, SIGXFSZ};
    sigset_t none;
    for (unsigned i = 0; i < sizeof ignored / sizeof *ignored; i++)
        signal(ignored[i], SIG_IGN);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

_Noreturn static void live(const struct crew *crew, const struct worker *self, int control)
{
    char title[16];
    snprintf(title, sizeof title, "sg-worker-%u", self->number);
    prctl(PR_SET_NAME, title);
    log_forked();
    close_foreign(crew, self);
    worker_signals();
    const struct crew_setup *s = &crew->setup;
    const struct worker_setup setup = {
        .core = s->core,
        .plugins = s->plugins,
        .board = s->board,
        .slot = scoreboard_claim_worker(s->board, getpid(), s->generation, self->number),
        .listeners = self->listeners,
        .listener_count = self->listener_count,
        .control = control,
    };
    if (!setup.slot) {
        log_note(LOG_ERR, "no room for worker %u in the scoreboard", self->number);
        log_flush();
        exit(EXIT_START_FAILED);
    }
    if (!sandbox_enter(s->sandbox, s->core, s->plugins, setup.slot))
        exit(EXIT_START_FAILED);
    const int status = worker_run(&setup);
    log_flush();
    exit(status);
}

static void pause_before_restart(struct worker *w, uint64_t least)
{
    w->pause = w->pause ? 2 * w->pause : FIRST_PAUSE_MS;
    if (w->pause < least)
        w->pause = least;
    if (w->pause > MOST_PAUSE_MS)
        w->pause = MOST_PAUSE_MS;
    w->due = clock_ms() + w->pause;
}

/* The log is flushed first, or the worker would say it again. */
static void start(struct crew *crew, struct worker *w)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) < 0) {
        pause_before_restart(w, 0);
        return;
    }
    log_flush();
    w->control = ends[0];
    w->pid = fork();
    if (w->pid == 0)
        live(crew, w, ends[1]);
    close(ends[1]);
    w->born = clock_ms();
    w->ready = w->closed = w->stands = w->aborted = false;
    w->named = w->due = 0;
    if (w->pid > 0)
        return;
    log_note(LOG_ERR, "cannot start worker %u: %s", w->number, strerror(errno));
    close(w->control);
    w->control = -1;
    w->pid = 0;
    pause_before_restart(w, 0);
}

static bool add_worker(struct crew *crew, const char **text)
{
    struct worker w = {.number = crew->count, .control = -1};
    while (**text && **text != '/') {
        char *end;
        const long fd = strtol(*text, &end, 10);
        if (end == *text || *end != ',' || fcntl((int)fd, F_SETFD, FD_CLOEXEC) < 0) {
            free(w.listeners);
            return false;
        }
        w.listeners = xrealloc(w.listeners, (w.listener_count + 1) * sizeof *w.listeners);
        w.listeners[w.listener_count++] = (int)fd;
        *text = end + 1;
    }
    *text += **text == '/';
    crew->all = xrealloc(crew->all, (crew->count + 1) * sizeof *crew->all);
    crew->all[crew->count++] = w;
    return true;
}

struct crew *crew_create(const struct crew_setup *setup, struct complaints *c)
{
    struct crew *crew = xcalloc(1, sizeof *crew);
    const char *text = setup->listeners;
    crew->setup = *setup;
    standstill_open(&crew->standstill);
    while (*text) {
        if (!add_worker(crew, &text)) {
            complain(c, setup->core->file, 0, NULL, NULL,
                     "'%s' are not listening sockets; the two programs are of different builds",
                     setup->listeners);
            crew_destroy(crew);
            return NULL;
        }
    }
    crew->containment = containment_create(setup->plugins, setup->board, setup->generation);
    if (crew->count > 0)
        start(crew, &crew->all[0]);
    return crew;
}

void crew_destroy(struct crew *crew)
{
    for (unsigned i = 0; i < crew->count; i++) {
        close_listeners(&crew->all[i]);
        if (crew->all[i].control >= 0)
            close(crew->all[i].control);
        free(crew->all[i].listeners);
    }
    if (crew->containment)
        containment_destroy(crew->containment);
    free(crew->all);
    free(crew);
}

unsigned crew_size(const struct crew *crew)
{
    return crew->count;
}

static bool owes_word(const struct crew *crew, const struct worker *w)
{
    return w->pid && !(crew->leaving ? w->closed : w->ready);
}

unsigned crew_poll(const struct crew *crew, struct pollfd *fds)
{
    unsigned count = 0;
    for (unsigned i = 0; i < crew->count; i++)
        if (owes_word(crew, &crew->all[i]))
            fds[count++] = (struct pollfd){.fd = crew->all[i].control, .events = POLLIN};
    return count;
}

const char *crew_failed_plugin(const struct crew *crew)
{
    return crew->failed_plugin;
}

unsigned crew_alive(const struct crew *crew)
{
    unsigned alive = 0;
    for (unsigned i = 0; i < crew->count; i++)
        alive += crew->all[i].pid != 0;
    return alive;
}

void crew_hear(struct crew *crew)
{
    for (struct worker *w = crew->all; w < crew->all + crew->count; w++) {
        char word;
        while (w->pid && read(w->control, &word, 1) == 1) {
            w->ready = w->ready || word == REPORT_READY;
            w->closed = w->closed || word == REPORT_CLOSED;
        }
    }
}

bool crew_serves(const struct crew *crew)
{
    for (unsigned i = 0; i < crew->count; i++)
        if (!crew->all[i].ready)
            return false;
    return true;
}

bool crew_closed(const struct crew *crew)
{
    for (unsigned i = 0; i < crew->count; i++)
        if (owes_word(crew, &crew->all[i]))
            return false;
    return crew->leaving;
}

void crew_tell(const struct worker *w, enum order order)
{
    const char letter = (char)order;
    if (w->pid)
        send(w->control, &letter, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void crew_order(struct crew *crew, enum order order)
{
    crew->leaving = true;
    for (unsigned i = 0; i < crew->count; i++) {
        struct worker *w = &crew->all[i];
        close_listeners(w);
        w->due = 0;
        if (order != ORDER_QUIT)
            crew_tell(w, order);
        else if (w->pid)
            kill(w->pid, SIGKILL);
    }
}

static const char *why_of(const struct worker *w, const siginfo_t *end)
{
    if (w->aborted)
        return "standstill";
    return end->si_code == CLD_EXITED ? "exit" : "signal";
}

static bool failed_to_start(const siginfo_t *end)
{
    return end->si_code == CLD_EXITED && end->si_status == EXIT_START_FAILED;
}

static void plan_restart(struct worker *w, const siginfo_t *end)
{
    const bool hopeless = failed_to_start(end);
    if (clock_ms() - w->born <= LIVED_MS || hopeless) {
        pause_before_restart(w, hopeless ? MOST_PAUSE_MS : 0);
        return;
    }
    w->pause = 0;
    w->due = clock_ms();
}

/* worker_run() leaves the label of the plugin, and sandbox_enter() none. */
static const char *plugin_that_failed(struct crew *crew, const struct worker *w)
{
    const struct worker_slot *slot = scoreboard_worker(crew->setup.board, w->pid);
    for (unsigned i = 0; slot && i < crew->setup.plugins->count; i++)
        if (strncmp(crew->setup.plugins->all[i]->label, slot->in_plugin,
                    sizeof slot->in_plugin - 1) == 0)
            return crew->setup.plugins->all[i]->label;
    return NULL;
}

static void bury(struct crew *crew, const struct worker *w, const siginfo_t *end)
{
    if (failed_to_start(end)) {
        crew->failed_plugin = plugin_that_failed(crew, w);
        scoreboard_release_worker(crew->setup.board, w->pid);
        return;
    }
    const struct culprit culprit = obituary_write(crew->setup.board, end, why_of(w, end));
    if (*culprit.label)
        containment_crash(crew->containment, culprit.label, clock_ms());
}

bool crew_bury(struct crew *crew, const siginfo_t *end)
{
    for (unsigned i = 0; i < crew->count; i++) {
        struct worker *w = &crew->all[i];
        if (w->pid != end->si_pid)
            continue;
        const bool asked = end->si_code == CLD_EXITED && end->si_status == 0 && crew->leaving;
        if (asked)
            scoreboard_release_worker(crew->setup.board, w->pid);
        else
            bury(crew, w, end);
        close(w->control);
        w->control = -1;
        w->pid = 0;
        w->ready = false;
        estates_forget(crew, w);
        if (!crew->leaving)
            plan_restart(w, end);
        if (crew->complete && crew->failed_plugin && failed_to_start(end))
            log_note(LOG_ERR, "plugin %s does not start in a new worker; it is tried again",
                     crew->failed_plugin);
        return true;
    }
    return false;
}

/* The first worker has shown that the plugins start: what is wrong with one is said
 * once. */
static void start_others(struct crew *crew)
{
    if (crew->complete || crew->leaving || crew->count == 0 || !crew->all[0].ready)
        return;
    crew->complete = true;
    for (unsigned i = 1; i < crew->count; i++)
        start(crew, &crew->all[i]);
}

int crew_tend(struct crew *crew)
{
    const uint64_t now = clock_ms();
    const uint64_t back = containment_tend(crew->containment, now);
    uint64_t next;
    const bool look = standstill_is_due(&crew->standstill, now, &next);
    start_others(crew);
    for (unsigned i = 0; i < crew->count; i++) {
        struct worker *w = &crew->all[i];
        if (w->due && now >= w->due)
            start(crew, w);
        else if (w->due && w->due < next)
            next = w->due;
        if (w->pid && look)
            standstill_judge(crew, w, now);
    }
    if (!crew->leaving)
        estates_settle(crew);
    if (back < next)
        next = back;
    return (int)(next - now) + 1;
}
