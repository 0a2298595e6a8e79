/* A message kept for the checks: a memory file up to spool_memory, then an
 * unlinked file in spool_path.  A name appears only when somebody asks for it
 * or spool_leave_on keeps it.  Reference-counted, because a scan on another
 * thread may outlive the session.  Loop thread only, but for reading the
 * descriptor. */
#ifndef SG_SESSION_SPOOL_H
#define SG_SESSION_SPOOL_H

#include "../base/span.h"
#include <stdbool.h>
#include <stdint.h>

struct sg_spool;
#define spool sg_spool

struct spool_policy {
    const char *directory; /* NULL: memory only */
    uint64_t memory;       /* bytes */
    unsigned perm;
};

/* NULL and errno.  name: the file's, should it ever get one; copied. */
struct spool *spool_create(const struct spool_policy *policy, const char *name);
struct spool *spool_ref(struct spool *s);
void spool_unref(struct spool *s); /* NULL is fine; the last one closes and unlinks */
bool spool_write(struct spool *s, struct span bytes); /* false and errno: it is useless now */
int spool_fd(const struct spool *s);
const char *spool_name(const struct spool *s); /* its path if it has one by now, else NULL */
const char *spool_path(struct spool *s);       /* links it into the directory; NULL and errno */
bool spool_keep(struct spool *s);              /* the name stays; false and errno */

#endif
