/* A handler of the signals that a fault sends to the thread that made it.  It
 * writes a name into the scoreboard and hands on to whoever would have had the
 * signal without it.  It has a stack of its own: what parses hostile input may
 * well have used up the thread's. */
#include "witness.h"
#include <signal.h>
#include <string.h>

enum { STACK = 16384 };

static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
#define FAULTS (sizeof faults / sizeof *faults)

static struct worker_slot *board_slot;
static struct sigaction before[FAULTS];
static _Thread_local const struct plugin *at_work;
static _Thread_local bool has_stack;
static _Thread_local char stack[STACK];

static void name_work(void)
{
    strncpy(board_slot->thread_plugin, at_work->label, sizeof board_slot->thread_plugin - 1);
}

void witness_testify(void)
{
    if (!at_work || !board_slot)
        return;
    name_work();
    atomic_store(&board_slot->thread_fell, 1);
}

void witness_note_spawn(void)
{
    if (!board_slot)
        return;
    if (at_work)
        name_work();
    atomic_store(&board_slot->spawner, at_work ? SPAWNER_WORK : SPAWNER_LOOP);
}

static void on_fault(int number, siginfo_t *info, void *context)
{
    (void)context;
    witness_testify(); /* what is sent from outside comes to the loop's thread */
    for (unsigned i = 0; i < FAULTS; i++)
        if (faults[i] == number)
            sigaction(number, &before[i], NULL);
    if (info->si_code <= 0)
        raise(number); /* a faulting instruction comes again by itself */
}

void witness_open(struct worker_slot *slot)
{
    struct sigaction action = {.sa_sigaction = on_fault,
                               .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
    if (board_slot || !slot)
        return;
    board_slot = slot;
    for (unsigned i = 0; i < FAULTS; i++)
        sigaction(faults[i], &action, &before[i]);
}

/* Unless somebody, as a sanitizer does, has given the thread one already. */
static void provide_stack(void)
{
    const stack_t own = {.ss_sp = stack, .ss_size = sizeof stack};
    stack_t theirs;
    if (sigaltstack(NULL, &theirs) == 0 && theirs.ss_flags & SS_DISABLE)
        sigaltstack(&own, NULL);
    has_stack = true;
}

void witness_enter(const struct plugin *p)
{
    at_work = p;
    if (board_slot && !has_stack)
        provide_stack();
}

void witness_leave(void)
{
    at_work = NULL;
}
