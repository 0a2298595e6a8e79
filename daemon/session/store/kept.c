/* See kept.h.  Several workers may sweep at one time: each file is removed once. */
#define _GNU_SOURCE 1
#include "kept.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST 200000u /* files a sweep looks at: bounds its memory; the next one goes on */

struct kept {
    struct timespec at;
    uint64_t size;
    char name[48]; /* as long as a spool's */
};

struct list {
    struct kept *all;
    size_t count, room;
};

/* "START.SESSION.MESSAGE" */
static bool names_a_spool(const char *name)
{
    for (int i = 0; i < 3; i++) {
        size_t digits = strspn(name, "0123456789");
        if (digits == 0 || name[digits] != (i < 2 ? '.' : '\0'))
            return false;
        name += digits + 1;
    }
    return true;
}

static bool add(struct list *list, const char *name, const struct stat *st)
{
    if (list->count == list->room) {
        size_t room = list->room ? 2 * list->room : 64;
        struct kept *more = realloc(list->all, room * sizeof *more);
        if (!more)
            return false;
        list->all = more;
        list->room = room;
    }
    struct kept *k = &list->all[list->count++];
    *k = (struct kept){.at = st->st_mtim, .size = (uint64_t)st->st_size};
    memcpy(k->name, name, strlen(name) + 1);
    return true;
}

static void collect(DIR *open, struct list *list)
{
    const struct dirent *entry;
    struct stat st;
    while (list->count < MOST && (entry = readdir(open)) != NULL)
        if (strlen(entry->d_name) < sizeof list->all->name && names_a_spool(entry->d_name) &&
            fstatat(dirfd(open), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(st.st_mode) && !add(list, entry->d_name, &st))
            return;
}

/* Files of one tick of the clock have one time: then the numbers in their names decide. */
static int newest_first(const void *a, const void *b)
{
    const struct timespec *x = &((const struct kept *)a)->at, *y = &((const struct kept *)b)->at;
    if (x->tv_sec != y->tv_sec)
        return x->tv_sec < y->tv_sec ? 1 : -1;
    if (x->tv_nsec != y->tv_nsec)
        return x->tv_nsec < y->tv_nsec ? 1 : -1;
    return strverscmp(((const struct kept *)b)->name, ((const struct kept *)a)->name);
}

/* How many of the newest are within the limits. */
static size_t within(const struct list *list, time_t now, const struct kept_limits *limits)
{
    uint64_t bytes = 0;
    size_t n = 0;
    while (n < list->count && (!limits->number || n < limits->number)) {
        const struct kept *k = &list->all[n];
        bytes += k->size;
        if (limits->bytes && bytes > limits->bytes)
            break;
        if (limits->seconds && k->at.tv_sec + (time_t)limits->seconds <= now)
            break;
        n++;
    }
    return n;
}

/* The worker that has it open holds a lock on it: see spool_path(). */
static void remove_one(int dir, const char *name, struct kept_result *result)
{
    int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK)
        result->left++;
    else if (fd >= 0 && unlinkat(dir, name, 0) == 0)
        result->removed++;
    else if (errno != ENOENT) {
        result->error = errno;
        result->failed++;
    }
    if (fd >= 0)
        close(fd);
}

bool kept_sweep(const char *directory, time_t now, const struct kept_limits *limits,
                struct kept_result *result)
{
    struct list list = {0};
    *result = (struct kept_result){0};
    DIR *open = opendir(directory);
    if (!open) {
        result->error = errno;
        return false;
    }
    collect(open, &list);
    if (list.count > 1)
        qsort(list.all, list.count, sizeof *list.all, newest_first);
    result->left = within(&list, now, limits);
    for (size_t i = result->left; i < list.count; i++)
        remove_one(dirfd(open), list.all[i].name, result);
    free(list.all);
    closedir(open);
    return true;
}
