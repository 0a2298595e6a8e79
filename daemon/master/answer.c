/* See answer.h.  Empty, or the reason; renamed into place, so each is another inode. */
#include "answer.h"
#include "../base/check.h"
#include "../base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

enum { REASON_MAX = 32768 };

static char *path_of(const struct core *core, const char *suffix)
{
    return xasprintf("%s.reload%s", core->pidfile, suffix);
}

static bool put(const char *path, const char *text)
{
    unlink(path); /* what an earlier master left; never written through */
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
    const size_t n = strlen(text);
    const bool ok = fd >= 0 && write(fd, text, n) == (ssize_t)n;
    if (fd >= 0)
        close(fd);
    return ok;
}

void answer_write(const struct core *core, const char *failure)
{
    char *fresh = path_of(core, ".tmp"), *path = path_of(core, "");
    if (!put(fresh, failure ? failure : "") || rename(fresh, path) < 0)
        log_note(LOG_ERR, "%s: %s; smtp-gated -r waits for it", path, strerror(errno));
    free(fresh);
    free(path);
}

void answer_remove(const struct core *core)
{
    char *path = path_of(core, "");
    unlink(path);
    free(path);
}

ino_t answer_seen(const struct core *core)
{
    struct stat st;
    char *path = path_of(core, "");
    const ino_t seen = stat(path, &st) == 0 ? st.st_ino : 0;
    free(path);
    return seen;
}

bool answer_read(const struct core *core, ino_t seen, char **failure)
{
    struct stat st;
    char *path = path_of(core, ""), text[REASON_MAX];
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    const bool there = fd >= 0 && fstat(fd, &st) == 0 && st.st_ino != seen;
    const ssize_t n = there ? read(fd, text, sizeof text - 1) : 0;
    text[n > 0 ? n : 0] = '\0';
    *failure = n > 0 ? xstrdup(text) : NULL;
    if (fd >= 0)
        close(fd);
    free(path);
    return there;
}
