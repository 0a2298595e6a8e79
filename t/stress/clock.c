/* A clock that can be set, for one daemon: loaded before libc (LD_PRELOAD), it
 * adds the seconds that stand in the file $SG_CLOCK (eight bytes, host order)
 * to every answer about the time of day.  The file is mapped, so a change
 * counts at once, in all processes that come of the first, and no file needs to
 * be opened again.  The clock that only goes forward is left alone, as settime
 * leaves it alone.
 *
 * The machine's own clock belongs to everybody on it, and a time namespace has
 * offsets for CLOCK_MONOTONIC and CLOCK_BOOTTIME only. */
#define _GNU_SOURCE 1
#include <dlfcn.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *offset;

__attribute__((constructor)) static void open_clock(void)
{
    const char *name = getenv("SG_CLOCK");
    int fd = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
    void *page = fd >= 0 ? mmap(NULL, sizeof *offset, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
    if (page != MAP_FAILED)
        offset = page;
    if (fd >= 0)
        close(fd);
}

int clock_gettime(clockid_t which, struct timespec *t)
{
    static int (*real)(clockid_t, struct timespec *);
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
    int rc = real(which, t);
    bool of_day = which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE;
    if (rc == 0 && of_day && offset)
        t->tv_sec += *offset;
    return rc;
}

time_t time(time_t *to)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    if (to)
        *to = t.tv_sec;
    return t.tv_sec;
}

int gettimeofday(struct timeval *restrict to, void *restrict zone)
{
    struct timespec t;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &t);
    *to = (struct timeval){.tv_sec = t.tv_sec, .tv_usec = t.tv_nsec / 1000};
    return 0;
}
