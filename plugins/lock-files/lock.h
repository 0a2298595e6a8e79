/* One lock: a file in the lock directory, named for whom it locks out.  Its
 * age is its mtime, its one line the cause.
 *
 * A file NAME.exempt exempts who else would be locked by NAME, whoever made it.  So
 * does an empty file NAME that belongs to uid 0, which is how `touch` exempted with
 * 1.4; one that has a cause in it is a lock, as it may have been restored by root.
 * Locks made while running as uid 0 bear the sticky bit, which means nothing else on
 * a file, so that they are no exemptions before their cause is in them.
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
    LOCK_SAINT,   /* exempted by hand: never lock this one */
    LOCK_MADE,    /* by lock_make() only */
    LOCK_FAILED   /* errno says why */
};

enum { LOCK_NAME_MAX = 160 };

/* A lock that has longer than this to go has no end: ten years, in seconds. */
#define LOCK_FOR_EVER ((int64_t)3650 * 86400)

/* "IP" or "IP-IDENT" (ident "" is none), with what a file name had better not
 * hold replaced.  name has LOCK_NAME_MAX bytes. */
void lock_name(char *name, const char *ip, const char *ident);

/* NONE, HELD, EXPIRED, SAINT or FAILED.  duration in seconds; *left is what HELD has
 * still to go. */
enum lock_state lock_check(int dir, const char *name, int64_t now, int64_t duration, int64_t *left);

/* 1 if there is a file NAME.exempt. */
int lock_exempt(int dir, const char *name);

/* How many files of uid 0 have a cause in them: locks, which 1.4 took for exemptions;
 * the name of one is copied to `name`, of LOCK_NAME_MAX bytes. */
unsigned lock_count_roots(int dir, char *name);

/* Makes the lock unless there is one: MADE, HELD, SAINT or FAILED.  An old one
 * that has expired gives way. */
enum lock_state lock_make(int dir, const char *name, mode_t perm, const char *cause, int64_t now,
                          int64_t duration);

#endif
