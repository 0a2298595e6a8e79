/* See freshness.h.  The directory is opened before chroot(2) and set_user.  A change counts
 * when it has been the same at two looks, so that a half-written database is not loaded. */
#include "freshness.h"

#include <dirent.h>
#include <fcntl.h>
#include <smtp-gated/plugin.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* freshclam's own notes, and files that it has not finished. */
static bool is_signatures(const char *name)
{
    const char *dot = strrchr(name, '.');
    return name[0] != '.' && dot && strncmp(name, "tmp", 3) != 0 && strcmp(dot, ".dat") != 0 &&
           strcmp(dot, ".log") != 0 && strcmp(dot, ".tmp") != 0 && strcmp(dot, ".lock") != 0;
}

/* FNV-1a.  Summed, because a directory has no order. */
static uint64_t number_of(const char *name, const struct stat *st)
{
    const int64_t facts[] = {st->st_size, st->st_mtim.tv_sec, st->st_mtim.tv_nsec,
                             (int64_t)st->st_ino};
    const unsigned char *bytes = (const unsigned char *)facts;
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < sizeof facts; i++)
        h = (h ^ bytes[i]) * 1099511628211u;
    for (; *name; name++)
        h = (h ^ (unsigned char)*name) * 1099511628211u;
    return h;
}

static uint64_t look(const struct freshness *f)
{
    struct stat st;
    uint64_t sum = 0;
    if (f->name)
        return fstatat(f->dir, f->name, &st, 0) == 0 ? number_of("", &st) : 0;
    const int fd = openat(f->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *all = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *entry;
    while (all && (entry = readdir(all)) != NULL)
        if (is_signatures(entry->d_name) && fstatat(f->dir, entry->d_name, &st, 0) == 0 &&
            S_ISREG(st.st_mode))
            sum += number_of(entry->d_name, &st);
    if (all)
        closedir(all);
    else if (fd >= 0)
        close(fd);
    return sum;
}

static void on_timer(uv_timer_t *timer)
{
    struct freshness *f = timer->data;
    const uint64_t now = look(f);
    const bool settled = now == f->seen;
    f->seen = now;
    if (!settled || now == f->loaded || now == 0)
        return;
    f->loaded = now; /* once for each change: a database that cannot be loaded stays as it is */
    sg_request_reload(f->self, "the signatures have changed");
}

/* A database that is a file is found by the directory that it is in: it is replaced. */
void freshness_note(struct freshness *f, const char *database)
{
    char folder[4096];
    const char *slash = strrchr(database, '/');
    f->dir = open(database, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    f->name = NULL;
    if (f->dir < 0 && slash && (size_t)(slash - database) < sizeof folder) {
        memcpy(folder, database, (size_t)(slash - database));
        folder[slash - database] = '\0';
        f->dir = open(*folder ? folder : "/", O_PATH | O_DIRECTORY | O_CLOEXEC);
        f->name = slash + 1;
    }
    f->loaded = f->seen = f->dir < 0 ? 0 : look(f);
}

void freshness_start(struct freshness *f, uint64_t every)
{
    f->every = f->dir < 0 ? 0 : every;
    if (f->every == 0)
        return;
    uv_timer_init(sg_loop(), &f->timer);
    f->timer.data = f;
    uv_unref((uv_handle_t *)&f->timer);
    uv_timer_start(&f->timer, on_timer, f->every, f->every);
}

void freshness_stop(struct freshness *f)
{
    if (f->every)
        uv_close((uv_handle_t *)&f->timer, NULL);
}

void freshness_release(struct freshness *f)
{
    if (f->dir >= 0)
        close(f->dir);
}
