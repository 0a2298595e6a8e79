/* The system calls of a worker, filtered by seccomp(2). */
#ifndef SG_KEEPER_SANDBOX_CALLS_H
#define SG_KEEPER_SANDBOX_CALLS_H

#include <stdbool.h>

enum calls_mode {
    CALLS_ANY,   /* no filter */
    CALLS_MOST,  /* but for those that no program run from here has a reason for: EPERM */
    CALLS_LISTED /* those on the list; SIGSYS for others */
};

bool calls_available(void); /* in this build and kernel */

/* needs, capabilities: of the plugins, SG_NEEDS_* and SG_CAP_*.  False and errno. */
bool calls_confine(enum calls_mode mode, unsigned needs, unsigned capabilities);

/* Where a handler of SIGSYS can answer a call in the kernel's place. */
#if defined(__x86_64__) || defined(__aarch64__)
#define CALLS_SEE_STACKS 1
#endif

/* In such a handler: if the call asks for the stack of a new process, it gets it. */
bool calls_give_stack(int call, void *context);

/* The caller frees.  NULL if it has no name here. */
char *calls_name(int number);

#endif
