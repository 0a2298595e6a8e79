/* The clock that deadlines are measured by: milliseconds, never set back.  And how
 * long something took by the other one, which is. */
#ifndef SG_BASE_CLOCK_H
#define SG_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline uint64_t clock_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* The same clock as of the last tick of the kernel's, some milliseconds ago at
 * most; never a system call. */
static inline uint64_t clock_coarse_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Seconds between two times of day; 0 where the clock was set back between them. */
static inline int64_t clock_between(int64_t from, int64_t to)
{
    return to > from ? (int64_t)((uint64_t)to - (uint64_t)from) : 0;
}

#endif
