/* One lock: a file in the lock directory, named for whom it locks out.  Its
 * age is its mtime, its one line the cause.
 *
 * A file that belongs to uid 0 is no lock but an exemption, made by hand
 * (SEMANTICS of 1.4, kept).  Locks we make while running as uid 0 ourselves
 * belong to it too; they bear the sticky bit, which means nothing else on a
 * file, so that they do not become exemptions.
 *
 * Knows nothing of sessions. */
#ifndef LOCK_FILES_LOCK_H
#define LOCK_FILES_LOCK_H

#include <stdint.h>
#include <sys/types.h>

enum lock_state {
    LOCK_NONE,
    LOCK_HELD,
    LOCK_EXPIRED, /* there was one; it is removed */
    LOCK_SAINT,   /* uid 0 says: never lock this one */
    LOCK_MADE,    /* by lock_make() only */
    LOCK_FAILED   /* errno says why */
};

enum { LOCK_NAME_MAX = 160 };

/* "IP" or "IP-IDENT" (ident "" is none), with what a file name had better not
 * hold replaced.  name has LOCK_NAME_MAX bytes. */
void lock_name(char *name, const char *ip, const char *ident);

/* NONE, HELD, EXPIRED, SAINT or FAILED.  duration in seconds. */
enum lock_state lock_check(int dir, const char *name, int64_t now, int64_t duration);

/* Makes the lock unless there is one: MADE, HELD, SAINT or FAILED.  An old one
 * that has expired gives way. */
enum lock_state lock_make(int dir, const char *name, mode_t perm, const char *cause, int64_t now,
                          int64_t duration);

#endif
