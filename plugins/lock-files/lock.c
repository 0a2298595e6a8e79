/* See lock.h.  All paths are relative to the directory's descriptor, which was
 * opened before chroot(2); links are never followed. */
#include "lock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int is_harmless(char c)
{
    char lower = (char)(c | ('a' ^ 'A'));

    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '=' ||
           c == '+' || c == ':';
}

/* Appends text to the string at name, as far as there is room. */
static void append(char *name, const char *text, char also)
{
    size_t n = strlen(name);

    for (; *text && n < LOCK_NAME_MAX - 1; text++)
        name[n++] = is_harmless(*text) || *text == also ? *text : '_';
    name[n] = '\0';
}

void lock_name(char *name, const char *ip, const char *ident)
{
    name[0] = '\0';
    append(name, ip, '.');
    if (*ident) {
        append(name, "-", '-');
        append(name, ident, '-');
    }
}

/* As 1.4 exempted. */
static int is_saint(const struct stat *st)
{
    return st->st_uid == 0 && st->st_size == 0 && !(st->st_mode & S_ISVTX);
}

int lock_exempt(int dir, const char *name)
{
    char exempt[LOCK_NAME_MAX + sizeof ".exempt"];
    struct stat st;

    snprintf(exempt, sizeof exempt, "%s.exempt", name);
    return fstatat(dir, exempt, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

unsigned lock_count_roots(int dir, char *name)
{
    int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *all = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *entry;
    unsigned n = 0;

    while (all && (entry = readdir(all)) != NULL) {
        struct stat st;
        if (fstatat(dir, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode))
            continue;
        if (st.st_uid != 0 || st.st_size == 0 || st.st_mode & S_ISVTX ||
            strstr(entry->d_name, ".exempt"))
            continue;
        snprintf(name, LOCK_NAME_MAX, "%.*s", LOCK_NAME_MAX - 1, entry->d_name);
        n++;
    }
    if (all)
        closedir(all);
    return n;
}

enum lock_state lock_check(int dir, const char *name, int64_t now, int64_t duration, int64_t *left)
{
    struct stat st;

    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
        return errno == ENOENT ? LOCK_NONE : LOCK_FAILED;
    if (is_saint(&st) || lock_exempt(dir, name))
        return LOCK_SAINT;
    *left = (int64_t)st.st_mtime + duration - now;
    if (*left > 0)
        return LOCK_HELD;
    if (unlinkat(dir, name, 0) < 0 && errno != ENOENT)
        return LOCK_FAILED;
    return LOCK_EXPIRED;
}

/* The open file, or -1.  The mark is set at birth, so that no other worker can
 * see the lock without it. */
static int create(int dir, const char *name, mode_t perm)
{
    return openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, perm);
}

/* A lock without its cause still locks, and one with other permissions too;
 * but an empty one of uid 0 without the mark would be an exemption for ever: then -1. */
static int fill(int fd, mode_t perm, const char *cause)
{
    struct stat st;

    fchmod(fd, perm);
    dprintf(fd, "%s\n", cause);
    if (fstat(fd, &st) < 0)
        return -1;
    errno = ENOTSUP;
    return is_saint(&st) ? -1 : 0;
}

enum lock_state lock_make(int dir, const char *name, mode_t perm, const char *cause, int64_t now,
                          int64_t duration)
{
    mode_t mode = geteuid() == 0 ? perm | S_ISVTX : perm;
    int64_t left;
    int fd;

    if (lock_exempt(dir, name))
        return LOCK_SAINT;
    fd = create(dir, name, mode);
    if (fd < 0 && errno == EEXIST) {
        enum lock_state state = lock_check(dir, name, now, duration, &left);
        if (state != LOCK_EXPIRED && state != LOCK_NONE)
            return state;
        fd = create(dir, name, mode);
    }
    if (fd < 0)
        return errno == EEXIST ? LOCK_HELD : LOCK_FAILED;
    if (fill(fd, mode, cause) < 0) {
        int why = errno;
        close(fd);
        unlinkat(dir, name, 0);
        errno = why;
        return LOCK_FAILED;
    }
    close(fd);
    return LOCK_MADE;
}
