/* Messages that spool_leave_on has left in spool_path.  The oldest go when they are too
 * old, or together too many. */
#ifndef SG_SESSION_STORE_KEPT_H
#define SG_SESSION_STORE_KEPT_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct kept_limits { /* 0: no limit */
    uint64_t seconds, number, bytes;
};

struct kept_result {
    unsigned long removed, failed, left;
    int error; /* why the last of the failed ones is still there */
};

/* Removes what is beyond the limits.  A file that a worker still uses stays, and so does
 * one whose name is not a spool's.  It may take as long as the disk does: for a thread.
 * False and result->error: the directory cannot be read. */
bool kept_sweep(const char *directory, time_t now, const struct kept_limits *limits,
                struct kept_result *result);

#endif
