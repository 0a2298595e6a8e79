/* See sweep.h.  Who finds that a sweep is due sets the time of the next one, and
 * sweeps. */
#include "sweep.h"
#include "lock.h"
#include <smtp-gated/plugin.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOOKED_AT = 64, REMOVED = 4, PAUSE_MS = 10 }; /* at most, a turn; between turns */

int sweep_prepare(struct sweep *s)
{
    void *shared =
        mmap(NULL, sizeof *s->due, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (shared == MAP_FAILED)
        return -1;
    s->due = shared;
    return 0;
}

void sweep_release(struct sweep *s)
{
    if (s->due)
        munmap(s->due, sizeof *s->due);
}

/* "ADDRESS" or "ADDRESS-IDENT"; anything else is not ours. */
static int names_a_lock(const char *name)
{
    char address[INET6_ADDRSTRLEN];
    struct in6_addr parsed;
    const size_t n = strcspn(name, "-");

    if (n >= sizeof address || strstr(name, ".exempt"))
        return 0;
    memcpy(address, name, n);
    address[n] = '\0';
    return inet_pton(strchr(address, ':') ? AF_INET6 : AF_INET, address, &parsed) == 1;
}

/* 1 if it was a lock that is over. */
static int look_at(const struct sweep *s, const char *name)
{
    struct stat st;
    int64_t left;

    if (!names_a_lock(name) || fstatat(s->dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
        !S_ISREG(st.st_mode))
        return 0;
    return lock_check(s->dir, name, sg_time(), s->duration, &left) == LOCK_EXPIRED;
}

static void finish(struct sweep *s)
{
    closedir(s->open);
    s->open = NULL;
    sg_count(s->self, s->counter, s->removed);
    if (s->removed)
        sg_log(NULL, SG_INFO, "LOCK:SWEPT", "path=%s, removed=%lu", s->path, s->removed);
}

static void go_on(struct sweep *s)
{
    const unsigned long enough = s->removed + REMOVED;

    for (unsigned looked = 0; looked < LOOKED_AT && s->removed < enough; looked++) {
        const struct dirent *entry = readdir(s->open);
        if (!entry) {
            finish(s);
            return;
        }
        s->removed += (unsigned long)look_at(s, entry->d_name);
    }
}

static void begin(struct sweep *s)
{
    const int fd = openat(s->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    s->removed = 0;
    s->open = fd < 0 ? NULL : fdopendir(fd);
    if (s->open)
        return;
    sg_log(NULL, SG_ERR, "LOCK:FAILED", "path=%s, error=%s", s->path, strerror(errno));
    if (fd >= 0)
        close(fd);
}

static void on_timer(uv_timer_t *timer)
{
    struct sweep *s = timer->data;
    const uint64_t now = sg_now();
    uint64_t due = __atomic_load_n(s->due, __ATOMIC_RELAXED);

    if (!s->open && now >= due &&
        __atomic_compare_exchange_n(s->due, &due, now + s->interval, 0, __ATOMIC_RELAXED,
                                    __ATOMIC_RELAXED))
        begin(s);
    if (s->open)
        go_on(s);
    due = __atomic_load_n(s->due, __ATOMIC_RELAXED);
    uv_timer_start(timer, on_timer, s->open ? PAUSE_MS : due > now ? due - now : 1, 0);
}

void sweep_start(struct sweep *s)
{
    uv_timer_init(sg_loop(), &s->timer);
    s->timer.data = s;
    uv_unref((uv_handle_t *)&s->timer);
    uv_timer_start(&s->timer, on_timer, 0, 0);
}

void sweep_stop(struct sweep *s)
{
    if (s->open)
        closedir(s->open);
    uv_close((uv_handle_t *)&s->timer, NULL);
}
