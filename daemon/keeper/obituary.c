/* The scoreboard's worker slot says which hook of which plugin the worker was
 * in, and in which session; that survives whatever killed it. */
#include "obituary.h"
#include "../base/log.h"
#include "../plugin/hooks.h"
#include "sandbox_calls.h"

#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <syslog.h>
#include <time.h>

struct scene {
    const char *hook;
    char plugin[sizeof((struct worker_slot *)NULL)->in_plugin];
    unsigned long long session;
};

/* Nothing was heard of the call that the sandbox refused: signals were blocked, as
 * libc blocks them around clone(2).  The note is from before. */
static bool fell_unheard(const struct worker_slot *w, const siginfo_t *end)
{
    return end && end->si_code != CLD_EXITED && end->si_status == SIGSYS &&
           atomic_load(&w->refused) == 0;
}

/* end: NULL while it lives. */
static struct scene scene_of(const struct worker_slot *w, const siginfo_t *end)
{
    struct scene s = {"none", "none", 0};
    const uint32_t hook = w ? atomic_load(&w->in_hook) : 0;
    const bool spawned = w && fell_unheard(w, end) && atomic_load(&w->spawner) == SPAWNER_WORK;
    if (spawned || (w && atomic_load(&w->thread_fell))) {
        s.hook = hook_name(HOOK_work);
        memcpy(s.plugin, w->thread_plugin, sizeof s.plugin - 1);
        return s;
    }
    if (hook == 0)
        return s;
    s.hook = hook_name(hook - 1);
    memcpy(s.plugin, w->in_plugin, sizeof s.plugin - 1);
    s.session = atomic_load(&w->session);
    return s;
}

/* An abort that nobody ordered is a check of ours, or of a library, that failed. */
static void count_end(struct scoreboard *b, const siginfo_t *end, const char *why)
{
    atomic_fetch_add(&b->crashes, 1);
    b->last_crash = time(NULL);
    if (end->si_code == CLD_EXITED || end->si_status != SIGABRT || strcmp(why, "signal") != 0)
        return;
    atomic_fetch_add(&b->bugs, 1);
    b->last_bug = b->last_crash;
}

/* A kill is the administrator's, or the kernel's for want of memory, and for that a
 * worker ends itself with EX_OSERR: it strikes whoever runs just then. */
static bool is_to_blame(const struct scene *s, const siginfo_t *end, const char *why)
{
    if (strcmp(s->hook, "none") == 0)
        return false;
    if (strcmp(why, "standstill") == 0)
        return true;
    return end->si_status != (end->si_code == CLD_EXITED ? EX_OSERR : SIGKILL);
}

/* The number of the call that ended it, or -1. */
static int refused_call(const struct worker_slot *w, const siginfo_t *end)
{
    if (end->si_code == CLD_EXITED || end->si_status != SIGSYS)
        return -1;
    return !w || fell_unheard(w, end) ? SYS_clone : (int)atomic_load(&w->refused) - 1;
}

static void name_violation(const siginfo_t *end, const struct scene *s, int number)
{
    char *name = calls_name(number);
    log_event(LOG_ERR, 0, "SANDBOX:VIOLATION",
              "pid=%d, call=%s, number=%d, hook=%s, plugin=%s, session=%llu", end->si_pid,
              name ? name : "unknown", number, s->hook, s->plugin, s->session);
    free(name);
}

struct culprit obituary_write(struct scoreboard *b, const siginfo_t *end, const char *why)
{
    const bool exited = end->si_code == CLD_EXITED;
    const struct worker_slot *w = scoreboard_worker(b, end->si_pid);
    const struct scene s = scene_of(w, end);
    const int refused = refused_call(w, end);
    const unsigned lost = scoreboard_release_worker(b, end->si_pid);
    const char *name = exited ? "none" : sigabbrev_np(end->si_status);
    count_end(b, end, why);
    if (refused >= 0) {
        why = "sandbox";
        name_violation(end, &s, refused);
    }
    log_event(LOG_ERR, 0, "CRASH",
              "pid=%d, why=%s, signal=%s, exit=%d, hook=%s, plugin=%s, session=%llu, lost=%u",
              end->si_pid, why, name ? name : "unknown", exited ? end->si_status : 0, s.hook,
              s.plugin, s.session, lost);
    struct culprit culprit = {0};
    if (is_to_blame(&s, end, why))
        memcpy(culprit.label, s.plugin, sizeof culprit.label - 1);
    return culprit;
}

void obituary_warn(struct scoreboard *b, pid_t pid, uint64_t stood_ms)
{
    const struct scene s = scene_of(scoreboard_worker(b, pid), NULL);
    log_event(LOG_WARNING, 0, "STANDSTILL",
              "pid=%d, seconds=%llu, hook=%s, plugin=%s, session=%llu", pid,
              (unsigned long long)stood_ms / 1000, s.hook, s.plugin, s.session);
}
