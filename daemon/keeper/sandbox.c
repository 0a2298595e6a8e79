/* See sandbox.h.  A plugin that runs programs takes the confinement of files away
 * from all: workers serve every plugin, and what a program opens nobody can tell. */
#include "sandbox.h"
#include "../base/log.h"
#include "../plugin/grants.h"
#include "../plugin/witness.h"
#include "sandbox_files.h"
#include "sanitized.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

/* ------------------------------------------------------------- the plan -- */

static const struct plugin *who_runs_programs(const struct plugins *plugins)
{
    for (unsigned i = 0; i < plugins->count; i++)
        if (plugins->all[i]->desc.needs & SG_NEEDS_PROGRAMS)
            return plugins->all[i];
    return NULL;
}

static void announce(const struct sandbox *box, const char *why, const char *who)
{
    static const char *const calls[] = {
        [CALLS_ANY] = "any", [CALLS_MOST] = "most", [CALLS_LISTED] = "listed"};
    log_event(*why ? LOG_NOTICE : LOG_INFO, 0, "SANDBOX", "calls=%s, files=%s, why=%s%s",
              calls[box->calls], box->files ? "granted" : "any", who, *why ? why : "all confined");
}

struct sandbox sandbox_plan(const struct core *core, const struct plugins *plugins)
{
    const struct plugin *runs = who_runs_programs(plugins);
    struct sandbox box = {CALLS_ANY, false};
    const char *why = "", *who = "";
    if (!core->sandbox)
        why = "sandbox is no";
    else if (SANITIZED)
        why = "built with sanitizers";
    else if (runs) {
        why = " runs programs";
        who = runs->label;
        box.calls = calls_available() ? CALLS_MOST : CALLS_ANY;
    } else {
        box.calls = calls_available() ? CALLS_LISTED : CALLS_ANY;
        box.files = files_available();
        if (!box.calls)
            why = "no seccomp in this build or kernel";
        else if (!box.files)
            why = "no Landlock in this kernel";
    }
    announce(&box, why, who);
    return box;
}

/* ------------------------------------------------------------ violations -- */

static struct worker_slot *board_slot;

/* The kernel has not made the call.  The number is left for the obituary; then the
 * signal comes again and ends the process.
 *
 * system(), popen() and posix_spawn() block all signals around clone(2), so that this
 * would not be called: the kernel ends the process.  They ask for a stack before; the
 * list leaves that to us, and we take a note and get it.  fork() does the same since glibc
 * 2.41, without a stack: before it blocks them it calls what pthread_atfork() has named. */
static void on_refused(int number, siginfo_t *info, void *context)
{
    if (calls_give_stack(info->si_syscall, context)) {
        witness_note_spawn();
        return;
    }
    atomic_store(&board_slot->refused, (uint32_t)info->si_syscall + 1);
    witness_testify();
    signal(number, SIG_DFL);
    raise(number);
}

static bool watch_for_violations(struct worker_slot *slot)
{
    struct sigaction action = {.sa_sigaction = on_refused, .sa_flags = SA_SIGINFO};
    board_slot = slot;
    return sigaction(SIGSYS, &action, NULL) == 0 &&
           pthread_atfork(witness_note_spawn, NULL, NULL) == 0;
}

static bool confine_files(const struct sandbox *box, const struct core *core,
                          const struct plugins *plugins)
{
    const bool confined = !box->files || files_confine(core, plugins);
    const int error = errno;
    for (unsigned i = 0; i < plugins->count; i++)
        grants_close(plugins->all[i]);
    errno = error;
    return confined;
}

static bool enter(const struct sandbox *box, const struct core *core, const struct plugins *plugins,
                  struct worker_slot *slot)
{
    return confine_files(box, core, plugins) &&
           (box->calls == CALLS_ANY ||
            (watch_for_violations(slot) &&
             calls_confine(box->calls, plugins->needs, plugins->capabilities)));
}

bool sandbox_enter(const struct sandbox *box, const struct core *core,
                   const struct plugins *plugins, struct worker_slot *slot)
{
    if (enter(box, core, plugins, slot))
        return true;
    log_note(LOG_ERR, "worker %d cannot be confined: %s; sandbox = no does without", (int)getpid(),
             strerror(errno));
    log_flush();
    return false;
}
