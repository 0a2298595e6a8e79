/* Where libclamav unpacks: in a directory of the worker's own (0700), so that nobody
 * else reads or removes what is there; on a tmpfs where there is one.  That is a file
 * system which other users may fill: then, as where it cannot be written at all, the
 * next place is used, until there is room again. */
#ifndef AV_LIBCLAMAV_UNPACK_H
#define AV_LIBCLAMAV_UNPACK_H

#include <stdatomic.h>

#define UNPACK_PLACES 3

struct unpack {
    struct unpack_place {
        const char *parent;
        char own[4096]; /* "" if none could be made */
        int fd;         /* of own, locked: it is in use */
    } places[UNPACK_PLACES];
    unsigned count;
    unsigned told;       /* the place in use, as far as this worker has seen */
    atomic_uint *shared; /* the place that was logged last, by any worker */
};

/* In `configure`.  first: the place that is asked for, or NULL. */
void unpack_configure(struct unpack *u, const char *first);
/* In `start`: makes the directories.  0; or -1, and the reason is in the log. */
int unpack_start(struct unpack *u);
/* The first that has room, else the first that there is.  Logs a change. */
const char *unpack_choose(struct unpack *u);
void unpack_stop(struct unpack *u);    /* in `stop`: removes them */
void unpack_release(struct unpack *u); /* in `release` */

/* NULL: there is room in this directory; else why there is none.  Any thread. */
const char *unpack_trouble(const char *directory);

#endif
