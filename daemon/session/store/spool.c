/* See spool.h. */
#define _GNU_SOURCE 1
#include "spool.h"
#include "spare_pages.h"
#include "../../base/check.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

struct sg_spool {
    struct memory text; /* the whole while there is no file; stays for who reads it */
    char *mapped;       /* of the file; NULL: not asked for */
    int fd;             /* -1: in memory only */
    unsigned refs;
    uint64_t size;
    uint64_t charged; /* told to on_disk() */
    const struct spool_policy *policy;
    bool on_disk, broken, kept;
    char *path; /* NULL until it has a name */
    char name[48];
};

struct spool *spool_create(const struct spool_policy *policy, const char *name)
{
    struct spool *s = xcalloc(1, sizeof *s);
    s->fd = -1;
    s->refs = 1;
    s->policy = policy;
    snprintf(s->name, sizeof s->name, "%s", name);
    return s;
}

struct spool *spool_ref(struct spool *s)
{
    s->refs++;
    return s;
}

void spool_unref(struct spool *s)
{
    if (!s || --s->refs > 0)
        return;
    memory_give(&s->text);
    if (s->mapped)
        munmap(s->mapped, s->size);
    if (s->fd >= 0)
        close(s->fd);
    if (s->path && !s->kept)
        unlink(s->path);
    if (s->charged)
        s->policy->on_disk(-(int64_t)s->charged);
    free(s->path);
    free(s);
}

int spool_fd(const struct spool *s)
{
    return s->broken ? -1 : s->fd;
}

static bool write_all(int fd, struct span bytes)
{
    while (bytes.n) {
        ssize_t n = write(fd, bytes.p, bytes.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes = span_skip(bytes, (size_t)n);
    }
    return true;
}

/* What there is so far, to fd. */
static bool copy_to(const struct spool *s, int fd)
{
    off_t from = 0;
    if (s->fd < 0)
        return write_all(fd, span_of(s->text.bytes, s->size));
    while ((uint64_t)from < s->size) {
        ssize_t n = sendfile(fd, s->fd, &from, (size_t)(s->size - (uint64_t)from));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
    }
    return true;
}

/* The descriptor keeps its number: a plugin may hold it. */
static bool replace(struct spool *s, int fd)
{
    bool done = dup3(fd, s->fd, O_CLOEXEC) >= 0;
    int error = errno;
    close(fd);
    errno = error;
    return done;
}

/* fd becomes the file, or is closed. */
static bool move_to(struct spool *s, int fd)
{
    bool copied = copy_to(s, fd);
    if (copied && s->fd >= 0)
        return replace(s, fd);
    if (copied) {
        s->fd = fd;
        return true;
    }
    int error = errno;
    close(fd);
    errno = error;
    return false;
}

/* n more bytes are to be on disk. */
static bool charge(struct spool *s, uint64_t n)
{
    if (!s->policy->on_disk)
        return true;
    if (!s->policy->on_disk((int64_t)n)) {
        errno = EDQUOT;
        return false;
    }
    s->charged += n;
    return true;
}

/* Beyond spool_memory: an unlinked file. */
static bool move_to_disk(struct spool *s)
{
    if (!s->policy->directory) {
        errno = EFBIG;
        return false;
    }
    if (!charge(s, s->size))
        return false;
    int fd = open(s->policy->directory, O_TMPFILE | O_RDWR | O_CLOEXEC, s->policy->perm);
    s->on_disk = fd >= 0 && move_to(s, fd);
    return s->on_disk;
}

/* Where the whole is in a file, the text in memory is no longer all. */
static bool append(struct spool *s, struct span bytes)
{
    memory_give(&s->text);
    return (!s->on_disk || charge(s, bytes.n)) && write_all(s->fd, bytes);
}

static bool remember(struct spool *s, struct span bytes)
{
    memory_reserve(&s->text, s->size + bytes.n);
    memcpy(s->text.bytes + s->size, bytes.p, bytes.n);
    return true;
}

/* Whether n more bytes may be kept in memory. */
static bool fits(const struct spool *s, size_t n)
{
    return s->size + n <= s->policy->memory &&
           memory_fits(&s->text, s->size + n, s->policy->memory_total);
}

static bool go_to_disk(struct spool *s, size_t n)
{
    if (s->size + n <= s->policy->memory && s->policy->crowded)
        s->policy->crowded();
    return move_to_disk(s);
}

bool spool_write(struct spool *s, struct span bytes)
{
    if (s->broken)
        return false;
    if (bytes.n == 0)
        return true;
    if (!s->on_disk && !fits(s, bytes.n) && !go_to_disk(s, bytes.n))
        s->broken = true;
    else if (!(s->fd >= 0 ? append(s, bytes) : remember(s, bytes)))
        s->broken = true;
    s->size += bytes.n;
    return !s->broken;
}

int spool_file(struct spool *s)
{
    if (s->fd >= 0 || s->broken)
        return spool_fd(s);
    if (s->policy->directory && memory_used() + s->size > s->policy->memory_total)
        return move_to_disk(s) ? s->fd : -1;
    int fd = memfd_create("message", MFD_CLOEXEC);
    return fd >= 0 && move_to(s, fd) ? s->fd : -1;
}

static bool map(struct spool *s)
{
    void *p = mmap(NULL, s->size, PROT_READ, MAP_PRIVATE, s->fd, 0);
    s->mapped = p == MAP_FAILED ? NULL : p;
    return s->mapped != NULL;
}

struct span spool_text(struct spool *s)
{
    if (s->broken) {
        errno = EIO;
        return span_of(NULL, 0);
    }
    if (s->size == 0)
        return span_str("");
    if (s->text.bytes)
        return span_of(s->text.bytes, s->size);
    if (!s->mapped && !map(s))
        return span_of(NULL, 0);
    return span_of(s->mapped, s->size);
}

const char *spool_name(const struct spool *s)
{
    return s->path;
}

/* A file of the same contents, with a name, takes the place of the one without.  The lock
 * says that it is in use, to who removes kept ones. */
const char *spool_path(struct spool *s)
{
    if (s->path || s->broken)
        return s->path;
    if (!s->policy->directory) {
        errno = ENOENT;
        return NULL;
    }
    if (!s->on_disk && !charge(s, s->size))
        return NULL;
    char *path = xasprintf("%s/%s", s->policy->directory, s->name);
    int fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, s->policy->perm);
    if (fd >= 0)
        (void)flock(fd, LOCK_SH | LOCK_NB);
    if (fd >= 0 && fchmod(fd, s->policy->perm) == 0 && move_to(s, fd)) {
        s->on_disk = true;
        s->path = path;
        return s->path;
    }
    int error = errno;
    if (fd >= 0)
        unlink(path);
    free(path);
    errno = error;
    return NULL;
}

bool spool_keep(struct spool *s)
{
    s->kept = spool_path(s) != NULL;
    return s->kept;
}
