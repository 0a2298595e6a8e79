/* Has the database changed since it was loaded?  Then the daemon is asked to reload. */
#ifndef AV_LIBCLAMAV_FRESHNESS_H
#define AV_LIBCLAMAV_FRESHNESS_H

#include <stdint.h>
#include <uv.h>

struct freshness {
    int dir;          /* of the database, or -1: it is a file */
    const char *name; /* … and this is its name */
    uint64_t loaded;  /* what the files were like, as one number */
    uint64_t seen;    /* … when it was looked at last */
    const void *self; /* the plugin's settings */
    uint64_t every;   /* ms; 0: it is not looked at */
    uv_timer_t timer;
};

/* In configure, before the database is loaded. */
void freshness_note(struct freshness *f, const char *database);
void freshness_start(struct freshness *f, uint64_t every);
void freshness_stop(struct freshness *f);
void freshness_release(struct freshness *f);

#endif
