/* The stack of a process to come, see sandbox.c. */
#include "sandbox_calls.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#ifdef CALLS_SEE_STACKS

#if defined(__x86_64__)
static long argument(const ucontext_t *at, unsigned i)
{
    static const int where[] = {REG_RDI, REG_RSI, REG_RDX, REG_R10, REG_R8, REG_R9};
    return (long)at->uc_mcontext.gregs[where[i]];
}

static void answer(ucontext_t *at, long value)
{
    at->uc_mcontext.gregs[REG_RAX] = value;
}
#else
static long argument(const ucontext_t *at, unsigned i)
{
    return (long)at->uc_mcontext.regs[i];
}

static void answer(ucontext_t *at, long value)
{
    at->uc_mcontext.regs[0] = (unsigned long)value;
}
#endif

bool calls_give_stack(int call, void *context)
{
    ucontext_t *at = context;
    const int saved = errno;
    if (call != SYS_mmap)
        return false;
    const long got = syscall(SYS_mmap, argument(at, 0), argument(at, 1), argument(at, 2),
                             argument(at, 3) & ~(long)MAP_STACK, argument(at, 4), argument(at, 5));
    answer(at, got == -1 ? -errno : got);
    errno = saved;
    return true;
}

#else

bool calls_give_stack(int call, void *context)
{
    (void)call, (void)context;
    return false;
}

#endif
