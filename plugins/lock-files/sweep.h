/* Locks whose time is over and whose client never came again are removed: when the
 * daemon starts and then now and then, by one of the workers, a few a turn of the
 * loop. */
#ifndef LOCK_FILES_SWEEP_H
#define LOCK_FILES_SWEEP_H

#include <dirent.h>
#include <stdint.h>
#include <uv.h>

struct sweep {
    const char *path;
    int dir;           /* of path */
    int64_t duration;  /* of a lock, seconds */
    uint64_t interval; /* milliseconds */
    uint64_t *due;     /* sg_now() of the next sweep; shared by all workers */
    uv_timer_t timer;
    DIR *open; /* we are the one that sweeps; NULL: we are not */
    unsigned long removed;
    const void *self; /* the plugin's settings, and which counter has what was removed */
    unsigned counter;
};

/* In configure, with path, dir, duration and interval filled in: 0, or -1 and errno. */
int sweep_prepare(struct sweep *s);
void sweep_start(struct sweep *s);
void sweep_stop(struct sweep *s);
void sweep_release(struct sweep *s);

#endif
