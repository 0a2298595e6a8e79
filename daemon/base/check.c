/* Where a process ends that cannot go on: out of memory, or a condition that
 * cannot be.  Both say so in the log first. */
#include "check.h"
#include "log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <syslog.h>
#include <unistd.h>

/* Which options may be the reason. */
static const char *limits(void)
{
    struct rlimit data, space;
    bool has_data = getrlimit(RLIMIT_DATA, &data) == 0 && data.rlim_cur != RLIM_INFINITY;
    bool has_space = getrlimit(RLIMIT_AS, &space) == 0 && space.rlim_cur != RLIM_INFINITY;
    if (has_data && has_space)
        return "; limit_data_size or limit_virt_size is reached";
    if (has_data)
        return "; limit_data_size is reached";
    return has_space ? "; limit_virt_size is reached" : "";
}

/* No abort(): the core file of a process that is short of memory tells nothing.
 * The log itself may want memory: then it ends without a word. */
static _Noreturn void out_of_memory(void)
{
    static bool dying;

    if (dying)
        _exit(EX_OSERR);
    dying = true;
    log_note(LOG_CRIT, "out of memory, this process ends%s", limits());
    log_flush();
    _exit(EX_OSERR);
}

static void *come(void *p)
{
    if (p == NULL)
        out_of_memory();
    return p;
}

void *xmalloc(size_t n)
{
    return come(malloc(n ? n : 1));
}

void *xcalloc(size_t n, size_t size)
{
    return come(n && size ? calloc(n, size) : calloc(1, 1));
}

void *xrealloc(void *p, size_t n)
{
    return come(realloc(p, n ? n : 1));
}

char *xstrdup(const char *s)
{
    return s ? come(strdup(s)) : NULL;
}

char *xasprintf(const char *fmt, ...)
{
    va_list ap;
    char *s = NULL;

    va_start(ap, fmt);
    if (vasprintf(&s, fmt, ap) < 0)
        out_of_memory();
    va_end(ap);
    return s;
}

void *sg_alloc(size_t n)
{
    return xcalloc(1, n);
}

char *sg_strdup(const char *text)
{
    return xstrdup(text);
}

void sg_out_of_memory(void)
{
    out_of_memory();
}

void check_failed(const char *file, int line, const char *what)
{
    log_note(LOG_CRIT, "BUG %s:%d: %s", file, line, what);
    log_flush();
    abort();
}
