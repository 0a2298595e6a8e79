/* A worker that crashes leaves its directory behind.  A process that uses one holds a lock on it,
 * so the next worker can tell what nobody uses any more, and removes it. */
#include "unpack.h"
#include <smtp-gated/plugin.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#define ROOM (16u << 20) /* bytes, and files, that must be left for temporary files */
#define ROOM_FILES 1000
#define PREFIX "smtp-gated-"
#define YOUNG 60 /* seconds for which a directory may not be locked yet */

const char *unpack_trouble(const char *directory)
{
    struct statvfs fs;
    if (statvfs(directory, &fs) < 0)
        return strerror(errno);
    if ((uint64_t)fs.f_bavail * fs.f_frsize < ROOM || (fs.f_files && fs.f_favail < ROOM_FILES))
        return "no room for temporary files";
    return NULL;
}

static int is_tmpfs(const char *path)
{
    struct statfs fs;
    return statfs(path, &fs) == 0 && fs.f_type == TMPFS_MAGIC;
}

static void add(struct unpack *u, const char *parent)
{
    sg_grant(parent, SG_GRANT_WRITE);
    u->places[u->count] = (struct unpack_place){.parent = parent, .fd = -1};
    u->count++;
}

void unpack_configure(struct unpack *u, const char *first)
{
    void *page =
        mmap(NULL, sizeof *u->shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    u->shared = page == MAP_FAILED ? NULL : page;
    if (first)
        add(u, first);
    if (is_tmpfs("/dev/shm"))
        add(u, "/dev/shm");
    add(u, "/tmp");
}

void unpack_release(struct unpack *u)
{
    if (u->shared)
        munmap(u->shared, sizeof *u->shared);
}

/* -------------------------------------------------------------- removing -- */

/* All that is in the directory `fd`, which is closed.  libclamav makes directories in
 * directories; that many levels deep nobody does. */
static void empty(int fd, int depth)
{
    DIR *dir = fdopendir(fd);
    if (!dir) {
        close(fd);
        return;
    }
    for (const struct dirent *d; (d = readdir(dir)) != NULL;) {
        if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
            continue;
        if (unlinkat(fd, d->d_name, 0) == 0 || depth == 0)
            continue;
        int inner = openat(fd, d->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (inner >= 0)
            empty(inner, depth - 1);
        unlinkat(fd, d->d_name, AT_REMOVEDIR);
    }
    closedir(dir);
}

/* Nobody uses it, and it is ours. */
static int is_left(int fd)
{
    struct stat st;
    return fstat(fd, &st) == 0 && st.st_uid == geteuid() && st.st_mtime + YOUNG < time(NULL) &&
           flock(fd, LOCK_EX | LOCK_NB) == 0;
}

static void sweep(const char *parent)
{
    DIR *dir = opendir(parent);
    for (const struct dirent *d; dir && (d = readdir(dir)) != NULL;) {
        if (strncmp(d->d_name, PREFIX, sizeof PREFIX - 1) != 0)
            continue;
        int fd = openat(dirfd(dir), d->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (fd >= 0 && is_left(fd)) {
            empty(fd, 16);
            unlinkat(dirfd(dir), d->d_name, AT_REMOVEDIR);
        } else if (fd >= 0) {
            close(fd);
        }
    }
    if (dir)
        closedir(dir);
}

/* ---------------------------------------------------------------- places -- */

static int make(struct unpack_place *p)
{
    sweep(p->parent);
    snprintf(p->own, sizeof p->own, "%s/" PREFIX "XXXXXX", p->parent);
    if (mkdtemp(p->own)) {
        p->fd = open(p->own, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        flock(p->fd, LOCK_EX | LOCK_NB);
        return 0;
    }
    int error = errno;
    *p->own = '\0';
    errno = error;
    return -1;
}

static void log_place(const struct unpack_place *p, enum sg_level level, const char *why,
                      const char *advice)
{
    sg_log(NULL, level, "SCAN:TMPDIR", "path=%s, result=%s%s", p->parent, why, advice);
}

int unpack_start(struct unpack *u)
{
    int first_error = 0, made = 0;
    for (unsigned i = 0; i < u->count; i++) {
        int rc = make(&u->places[i]);
        if (rc < 0 && i == 0)
            first_error = errno;
        made += rc == 0;
    }
    if (made)
        return 0;
    log_place(&u->places[0], SG_ERR, strerror(first_error),
              ": libclamav unpacks there as set_user, and with chroot_path the directory must be "
              "inside");
    return -1;
}

static const char *fault(const struct unpack_place *p)
{
    return *p->own ? unpack_trouble(p->own) : "cannot be written";
}

/* Of all workers, one says it. */
static void tell(struct unpack *u, unsigned now, const char *why)
{
    u->told = now;
    if (u->shared && atomic_exchange(u->shared, now) == now)
        return;
    if (now == 0)
        log_place(&u->places[0], SG_NOTICE, "libclamav unpacks there again", "");
    else
        sg_log(NULL, SG_WARNING, "SCAN:TMPDIR", "path=%s, result=%s: libclamav unpacks in %s",
               u->places[0].parent, why, u->places[now].parent);
}

const char *unpack_choose(struct unpack *u)
{
    const char *first_why = fault(&u->places[0]);
    unsigned now = 0;
    while (now < u->count && (now ? fault(&u->places[now]) : first_why))
        now++;
    for (unsigned i = 0; now == u->count && i < u->count; i++)
        if (*u->places[i].own)
            now = i;
    if (now != u->told)
        tell(u, now, first_why ? first_why : "");
    return u->places[now].own;
}

void unpack_stop(struct unpack *u)
{
    for (unsigned i = 0; i < u->count; i++) {
        struct unpack_place *p = &u->places[i];
        if (!*p->own)
            continue;
        if (p->fd >= 0)
            empty(p->fd, 16);
        rmdir(p->own);
        *p->own = '\0';
    }
}
