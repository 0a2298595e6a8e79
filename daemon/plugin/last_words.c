/* See last_words.h.  The sentence is made before, for a process that crashed can do
 * little more than write it. */
#include "last_words.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

static struct {
    int fd;
    const char *prefix;
    const struct plugin *subject;
    char crashed[1024], ended[1024];
    bool told, at_exit;
} words = {.fd = -1};

static void tell(const char *sentence)
{
    if (words.fd < 0 || words.told || !*sentence)
        return;
    words.told = true;
    if (write(words.fd, sentence, strlen(sentence)) < 0)
        return; /* nobody listens */
}

/* The signal comes again, and ends the process. */
static void on_fault(int number)
{
    tell(words.crashed);
    signal(number, SIG_DFL);
    raise(number);
}

static void on_exit_of_ours(void)
{
    tell(words.ended);
}

/* A plugin may have used up the stack. */
static void provide_stack(void)
{
    static char stack[16384];
    const stack_t own = {.ss_sp = stack, .ss_size = sizeof stack};
    stack_t theirs;
    if (sigaltstack(NULL, &theirs) == 0 && theirs.ss_flags & SS_DISABLE)
        sigaltstack(&own, NULL);
}

static void set_handlers(void (*handler)(int))
{
    const struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK | SA_NODEFER};
    for (unsigned i = 0; i < sizeof faults / sizeof *faults; i++)
        sigaction(faults[i], &action, NULL);
}

void last_words_open(int fd, const char *prefix)
{
    words.fd = fd;
    words.prefix = prefix;
    provide_stack();
    set_handlers(on_fault);
    if (!words.at_exit)
        words.at_exit = atexit(on_exit_of_ours) == 0;
}

void last_words_close(void)
{
    if (words.fd < 0)
        return;
    set_handlers(SIG_DFL);
    words.fd = -1;
}

const struct plugin *last_words_subject(void)
{
    return words.subject;
}

void last_words_about(const struct plugin *p, const char *what)
{
    words.subject = p;
    words.crashed[0] = words.ended[0] = '\0';
    if (!p || words.fd < 0)
        return;
    snprintf(words.crashed, sizeof words.crashed, "%s%s: plugin %s (%s) crashed %s\n", words.prefix,
             p->file, p->name, p->path, what);
    snprintf(words.ended, sizeof words.ended, "%s%s: plugin %s (%s) ended the process %s\n",
             words.prefix, p->file, p->name, p->path, what);
}
