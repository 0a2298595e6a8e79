/* How many descriptors are free can be read nowhere.  But the kernel gives the lowest
 * free number, so a low one for a new client means that there are enough, for nothing.
 * Above a mark it is tried: as many as are in reserve are opened, and closed.
 *
 * A high number is not enough to go by.  Sessions come and go, so low numbers are free
 * while the high ones are in use, and what was let in by a low number would use up the
 * reserve bit by bit. */
#include "reserve.h"
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

/* For so many sessions at a time, what one of them needs besides its client; but if
 * there are very few in all, no more than a fourth of them. */
enum { SESSIONS = 8, MOST = SESSIONS * (FILES_PER_SESSION - 1) };

static struct {
    int size;
    int mark;  /* after it there is room for two reserves */
    bool near; /* a number above the mark was seen: to be tried */
} reserve;

/* The limit may be changed from outside, prlimit(1). */
static void read_limit(void)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    const int all = limit.rlim_cur < 1 << 30 ? (int)limit.rlim_cur : 1 << 30;
    reserve.size = all / 4 < MOST ? all / 4 : MOST;
    reserve.mark = all - 2 * reserve.size;
}

void reserve_open(void)
{
    read_limit();
    reserve.near = false;
}

/* Far from the mark again if the whole of it was found below. */
bool reserve_is_free(int fd)
{
    int taken[MOST], count = 0;
    if (!reserve.near)
        return true;
    read_limit();
    while (count < reserve.size && (taken[count] = fcntl(fd, F_DUPFD_CLOEXEC, 0)) >= 0)
        count++;
    const bool is_free = count == reserve.size;
    reserve.near = !is_free || count == 0 || taken[count - 1] >= reserve.mark;
    while (count > 0)
        close(taken[--count]);
    return is_free;
}

void reserve_note(int fd)
{
    if (fd >= reserve.mark)
        reserve.near = true;
}

void reserve_missed(void)
{
    reserve.near = true;
}

unsigned reserve_size(void)
{
    return (unsigned)reserve.size;
}
