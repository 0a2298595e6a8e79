/* A POSIX record lock is used because it names its holder and is not inherited
 * by keepers.  Its price: this process must not open the same file twice. */
#include "pidfile.h"
#include "../base/check.h"
#include "paths.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct flock whole_file(short type)
{
    return (struct flock){.l_type = type, .l_whence = SEEK_SET};
}

static pid_t holder_of(int fd)
{
    struct flock lock = whole_file(F_WRLCK);
    if (fcntl(fd, F_GETLK, &lock) < 0 || lock.l_type == F_UNLCK)
        return 0;
    return lock.l_pid;
}

pid_t pidfile_holder(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return 0;
    pid_t pid = holder_of(fd);
    close(fd);
    return pid;
}

/* Between our open and our lock its owner may have removed the file. */
static bool still_there(int fd, const char *path)
{
    struct stat ours, theirs;
    return fstat(fd, &ours) == 0 && stat(path, &theirs) == 0 && ours.st_ino == theirs.st_ino &&
           ours.st_dev == theirs.st_dev;
}

static int open_locked(const char *path)
{
    for (int tries = 0; tries < 10; tries++) {
        int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0664);
        struct flock lock = whole_file(F_WRLCK);
        if (fd < 0)
            return -1;
        bool locked = fcntl(fd, F_SETLK, &lock) == 0;
        if (locked && still_there(fd, path))
            return fd;
        int saved = errno;
        pid_t holder = locked ? 0 : holder_of(fd);
        close(fd);
        errno = saved;
        if (!locked && (holder || (saved != EAGAIN && saved != EACCES)))
            return -1;
    }
    return -1;
}

static bool write_pid(int fd)
{
    return fchmod(fd, 0664) == 0 && ftruncate(fd, 0) == 0 && dprintf(fd, "%d\n", getpid()) > 0;
}

bool pidfile_take(struct pidfile *p, const struct core *core, struct complaints *c)
{
    if (p->path && strcmp(p->path, core->pidfile) == 0)
        return true;
    path_make_parent(core->pidfile);
    int fd = open_locked(core->pidfile);
    if (fd < 0 && (errno == EAGAIN || errno == EACCES) && pidfile_holder(core->pidfile)) {
        complain(c, core->file, 0, "pidfile", core->pidfile,
                 "smtp-gated runs already, as process %d; -r reloads it, -K ends it",
                 pidfile_holder(core->pidfile));
        return false;
    }
    if (fd < 0 || !write_pid(fd)) {
        complain(c, core->file, 0, "pidfile", core->pidfile, "cannot write it: %s",
                 strerror(errno));
        if (fd >= 0)
            close(fd);
        return false;
    }
    pidfile_drop(p);
    *p = (struct pidfile){fd, xstrdup(core->pidfile)};
    return true;
}

void pidfile_drop(struct pidfile *p)
{
    if (!p->path)
        return;
    unlink(p->path);
    close(p->fd);
    free(p->path);
    p->path = NULL;
}
