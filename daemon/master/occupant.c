/* The kernel says whether there is somebody, its table of sockets which socket it is,
 * and the descriptors of all processes whose that is. */
#include "occupant.h"
#include "../base/check.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LISTENS = 0x0a };

/* ------------------------------------------------------------ the socket -- */

static socklen_t length_of(const union address *a)
{
    return a->any.sa_family == AF_INET6 ? sizeof a->v6 : sizeof a->v4;
}

/* Without SO_REUSEPORT an address where somebody listens cannot be had. */
static bool is_taken(const union address *a)
{
    const int on = 1;
    const int fd = socket(a->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool taken = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0;
    if (taken && a->any.sa_family == AF_INET6)
        taken = setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) == 0;
    taken = taken && bind(fd, &a->any, length_of(a)) < 0 && errno == EADDRINUSE;
    if (fd >= 0)
        close(fd);
    return taken;
}

/* The address of a row, "0100007F" or four times as much, words as they lie in memory. */
static bool read_address(const char *hex, struct in6_addr *out)
{
    const size_t words = strlen(hex) / 8;
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < words && i < 4; i++) {
        unsigned word;
        if (sscanf(hex + 8 * i, "%8x", &word) != 1)
            return false;
        memcpy(&out->s6_addr[4 * i], &word, sizeof word);
    }
    return words == 1 || words == 4;
}

/* Whether a listener at `theirs` takes clients of `a`: it has the address, or all. */
static bool meets(const union address *a, const struct in6_addr *theirs, bool six)
{
    static const struct in6_addr all;
    const bool ours_six = a->any.sa_family == AF_INET6;
    const void *ours = ours_six ? (const void *)&a->v6.sin6_addr : &a->v4.sin_addr;
    const size_t n = ours_six ? sizeof a->v6.sin6_addr : sizeof a->v4.sin_addr;
    if (memcmp(theirs, &all, sizeof all) == 0)
        return six || !ours_six; /* one of IPv6 may take IPv4 as well */
    return six == ours_six && (memcmp(theirs, ours, n) == 0 || memcmp(ours, &all, n) == 0);
}

/* -------------------------------------------------------------- processes -- */

static bool holds(const char *pid, unsigned long inode)
{
    char folder[64], wanted[64];
    bool found = false;
    const struct dirent *d;
    snprintf(folder, sizeof folder, "/proc/%.20s/fd", pid);
    snprintf(wanted, sizeof wanted, "socket:[%lu]", inode);
    DIR *fds = opendir(folder);
    while (fds && !found && (d = readdir(fds))) {
        char link[64];
        const ssize_t n = readlinkat(dirfd(fds), d->d_name, link, sizeof link - 1);
        found = n > 0 && (size_t)n == strlen(wanted) && memcmp(link, wanted, (size_t)n) == 0;
    }
    if (fds)
        closedir(fds);
    return found;
}

/* The parent's pid, and what the process calls itself. */
static pid_t parent_of(pid_t pid, char name[16])
{
    char path[64];
    int parent = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *in = fopen(path, "re");
    *name = '\0';
    if (in && fscanf(in, "%*d (%15[^)]) %*c %d", name, &parent) != 2)
        parent = 0;
    if (in)
        fclose(in);
    return parent;
}

static bool is_ours(pid_t pid)
{
    char name[16];
    for (int depth = 0; pid > 1 && depth < 64; depth++) {
        if (pid == getpid())
            return true;
        pid = parent_of(pid, name);
    }
    return false;
}

/* The first of the family that has the socket: of a daemon, the master.  0: nobody
 * whose descriptors we may see. */
static pid_t first_holder(unsigned long inode)
{
    DIR *all = opendir("/proc");
    const struct dirent *d;
    pid_t pid = 0;
    while (all && !pid && (d = readdir(all)))
        if (d->d_name[0] >= '1' && d->d_name[0] <= '9' && holds(d->d_name, inode))
            pid = atoi(d->d_name);
    if (all)
        closedir(all);
    for (char parent[16], name[16]; pid;) {
        const pid_t up = parent_of(pid, name);
        snprintf(parent, sizeof parent, "%d", up);
        if (up <= 1 || !holds(parent, inode))
            break;
        pid = up;
    }
    return pid;
}

/* What there is to say about who has the socket, or NULL. */
static char *describe(unsigned long inode)
{
    char name[16];
    const pid_t pid = first_holder(inode);
    if (!pid)
        return xstrdup("another process listens there, which cannot be seen from here");
    parent_of(pid, name);
    if (is_ours(pid) || strncmp(name, "sg-", 3) == 0)
        return NULL;
    return xasprintf("process %d (%s) listens there", pid, name);
}

/* ------------------------------------------------------------------ both -- */

static char *look_in(const char *table, bool six, const union address *a)
{
    FILE *in = fopen(table, "re");
    char row[512], hex[33], *found = NULL;
    const unsigned ours = ntohs(a->any.sa_family == AF_INET6 ? a->v6.sin6_port : a->v4.sin_port);
    while (in && !found && fgets(row, sizeof row, in)) {
        unsigned port, state;
        unsigned long inode;
        struct in6_addr theirs;
        if (sscanf(row, "%*d: %32[0-9A-F]:%x %*s %x %*s %*s %*s %*s %*s %lu", hex, &port, &state,
                   &inode) == 4 &&
            state == LISTENS && port == ours && read_address(hex, &theirs) &&
            meets(a, &theirs, six))
            found = describe(inode);
    }
    if (in)
        fclose(in);
    return found;
}

char *occupant_of(const union address *a)
{
    if (!is_taken(a))
        return NULL;
    char *found = look_in("/proc/net/tcp", false, a);
    return found ? found : look_in("/proc/net/tcp6", true, a);
}
