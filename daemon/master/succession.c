/* How one generation follows another.  The new keeper starts beside the old one;
 * only when it serves is the old one told to finish, so a configuration that
 * does not work changes nothing.  A keeper that dies while it serves is followed
 * by a new one: at once, or, when they die young or do not start, after a pause
 * that doubles.  Clients wait in the backlogs meanwhile. */
#include "master.h"
#include "../base/check.h"
#include "../base/clock.h"
#include "../base/log.h"
#include "../base/orders.h"
#include "answer.h"
#include "background.h"
#include "notify.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

enum {
    RETRY_FIRST_MS = 500,
    RETRY_MOST_MS = 30000,
    LIVED_MS = 10000,
    START_MOST_MS = 300000,
    RETIRE_MOST_MS = 5000,
    EXIT_CONFIG = 2
};

static void remember_failure(struct master *m, const char *why)
{
    free(m->failure);
    m->failure = xstrdup(why);
}

static void report_complaints(struct master *m, struct complaints *c)
{
    if (buffer_len(&c->text) > 0)
        master_report(m, c->errors ? LOG_ERR : LOG_NOTICE, buffer_cstr(&c->text));
    if (c->errors)
        remember_failure(m, buffer_cstr(&c->text));
    complaints_finish(c);
}

static void forget_plan(struct master *m)
{
    listeners_finish(&m->next_listeners, &m->listeners);
    core_destroy(m->next_core);
    m->next_core = NULL;
    m->next = NULL;
}

static struct generation *launch(struct master *m, struct complaints *c)
{
    if (!m->next_core || !listeners_plan(&m->listeners, m->next_core, &m->next_listeners, c))
        return NULL;
    struct generation *g = generation_start(m->last_number + 1, m->next_core, &m->next_listeners,
                                            m->board_fd, m->cli->foreground);
    if (!g)
        complain(c, m->next_core->file, 0, NULL, NULL, "cannot start a process: %s",
                 strerror(errno));
    return g;
}

bool succession_begin(struct master *m)
{
    struct complaints c = {0};
    remember_failure(m, NULL);
    m->next_core = core_read(m->cli->config, &c);
    m->next = launch(m, &c);
    report_complaints(m, &c);
    if (!m->next) {
        forget_plan(m);
        return false;
    }
    m->next->older = m->youngest;
    m->youngest = m->next;
    m->last_number++;
    log_note(LOG_INFO, "generation %u starts, keeper %d", m->next->number, m->next->keeper);
    return true;
}

/* The plan is in force from here on. */
static void adopt_plan(struct master *m)
{
    struct complaints c = {0};
    const struct log_setup setup = core_log_setup(m->next_core);
    listeners_finish(&m->listeners, &m->next_listeners);
    m->listeners = m->next_listeners;
    m->next_listeners = (struct listeners){0};
    core_destroy(m->core);
    m->core = m->next_core;
    m->next_core = NULL;
    log_flush();
    log_close();
    log_open(&setup);
    pidfile_take(&m->pidfile, m->core, &c);
    report_complaints(m, &c);
}

/* A reload is over, whatever became of it; another one that was asked for meanwhile
 * answers for both. */
static void say_ready(struct master *m)
{
    if (m->asked && !m->reload_again)
        answer_write(m->core, m->failure);
    m->asked = m->asked && m->reload_again;
    notify_ready("generation %u, %ld workers, %u sessions", m->current->number, m->core->workers,
                 scoreboard_sessions(m->board));
}

void succession_complete(struct master *m)
{
    struct generation *before = m->current;
    adopt_plan(m);
    m->current = m->next;
    m->next = NULL;
    m->retry_at = 0;
    atomic_store(&m->board->generation, m->current->number);
    atomic_store(&m->board->quarantined, 0);
    m->board->restart = time(NULL);
    m->retiring = before;
    if (before) {
        generation_tell(before, ORDER_DRAIN);
        m->retire_by = clock_ms() + RETIRE_MOST_MS;
    }
    log_note(LOG_NOTICE, "generation %u serves, %ld workers, port %u", m->current->number,
             m->core->workers, listeners_port(&m->listeners));
    if (m->phase == PHASE_STARTING) {
        m->phase = PHASE_SERVING;
        background_answer(0, m->core->log_target == LOG_TO_STDERR);
    }
    if (!before)
        say_ready(m);
}

/* From now on whoever connects is served by the new configuration. */
void succession_retired(struct master *m)
{
    m->retiring = NULL;
    if (m->phase == PHASE_SERVING && m->current)
        say_ready(m);
}

/* The pause before the next try. */
static void retry_later(struct master *m)
{
    m->retry_delay = m->retry_delay ? 2 * m->retry_delay : RETRY_FIRST_MS;
    if (m->retry_delay > RETRY_MOST_MS)
        m->retry_delay = RETRY_MOST_MS;
    m->retry_at = clock_ms() + m->retry_delay;
}

static void report_failure(struct master *m, const struct generation *g, const char *how)
{
    char *text = g->reason ? xstrdup(g->reason)
                           : xasprintf("keeper %d ended before it served: %s", g->keeper, how);
    master_report(m, LOG_ERR, text);
    remember_failure(m, text);
    free(text);
}

void succession_fail(struct master *m, const char *how)
{
    if (m->phase < PHASE_STOPPING)
        report_failure(m, m->next, how);
    forget_plan(m);
    if (m->phase == PHASE_STARTING) {
        m->phase = PHASE_ENDING;
        m->status = EXIT_CONFIG;
    } else if (m->current) {
        log_note(LOG_ERR, "the new configuration is not used, generation %u stays",
                 m->current->number);
        say_ready(m);
    } else if (m->phase == PHASE_SERVING) {
        retry_later(m);
    }
}

static void unlink_generation(struct master *m, const struct generation *g)
{
    struct generation **at = &m->youngest;
    while (*at != g)
        at = &(*at)->older;
    *at = g->older;
}

static void replace_current(struct master *m, const struct generation *g, const char *how)
{
    m->current = NULL;
    if (m->phase != PHASE_SERVING)
        return;
    m->board->last_crash = time(NULL);
    atomic_fetch_add(&m->board->crashes, 1);
    log_event(LOG_ERR, 0, "CRASH", "keeper=%d, generation=%u, how=%s", g->keeper, g->number, how);
    if (clock_ms() - g->born > LIVED_MS) {
        m->retry_delay = 0;
        m->retry_at = clock_ms();
    } else {
        retry_later(m);
    }
}

/* Its workers are our children now, for we are their subreaper; they finish their
 * sessions, and the master clears up after each. */
void succession_lost(struct master *m, struct generation *g, const char *how)
{
    unlink_generation(m, g);
    if (g == m->retiring)
        succession_retired(m);
    if (g == m->next)
        succession_fail(m, how);
    else if (g == m->current)
        replace_current(m, g, how);
    else
        log_note(LOG_INFO, "generation %u is over", g->number);
    generation_destroy(g);
}

static uint64_t start_most(void)
{
    const char *text = getenv("SG_START_MS"); /* a test has no five minutes */
    const uint64_t ms = text ? strtoull(text, NULL, 10) : 0;
    return ms ? ms : START_MOST_MS;
}

static uint64_t start_limit(const struct master *m)
{
    return m->next ? m->next->born + start_most() : UINT64_MAX;
}

uint64_t succession_limit(const struct master *m)
{
    const uint64_t start = start_limit(m);
    return m->retiring && m->retire_by < start ? m->retire_by : start;
}

/* Its end comes as SIGCHLD, and then what waits for it goes on. */
static void give_up_if_late(struct master *m)
{
    if (!m->next || m->next->reason || clock_ms() < start_limit(m))
        return;
    m->next->reason = xasprintf("the new configuration does not serve after %llu s: a plugin hangs",
                                (unsigned long long)start_most() / 1000);
    kill(m->next->keeper, SIGKILL);
}

/* A worker that stands still does not hear that it is to close. */
static void retire_if_late(struct master *m)
{
    if (!m->retiring || clock_ms() < m->retire_by)
        return;
    log_note(LOG_WARNING, "generation %u was told to finish and still accepts connections",
             m->retiring->number);
    succession_retired(m);
}

void succession_tend(struct master *m)
{
    give_up_if_late(m);
    retire_if_late(m);
    if (m->phase != PHASE_SERVING || m->next)
        return;
    if ((m->reload_again && !m->retiring) || (m->retry_at && clock_ms() >= m->retry_at)) {
        m->reload_again = false;
        m->retry_at = 0;
        if (succession_begin(m))
            return;
        if (m->current)
            say_ready(m);
        else
            retry_later(m);
    }
}
