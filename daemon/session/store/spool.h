/* A message kept for the checks: in memory up to spool_memory, then in an unlinked
 * file in spool_path.  A descriptor is made, of a memory file, only for who asks for
 * one; a name appears only when somebody asks for it or spool_leave_on keeps it.
 * Reference-counted, because a scan on another thread may outlive the session.
 * Loop thread only, but for reading the text and the descriptor. */
#ifndef SG_SESSION_STORE_SPOOL_H
#define SG_SESSION_STORE_SPOOL_H

#include "../../base/span.h"
#include <stdbool.h>
#include <stdint.h>

struct sg_spool;
#define spool sg_spool

struct spool_policy {
    const char *directory; /* NULL: memory only */
    uint64_t memory;       /* bytes */
    uint64_t memory_total; /* … of all messages together */
    unsigned perm;
    /* So many more bytes are on disk, or fewer; false: that would be too many.  NULL: as
     * many as there is room for. */
    bool (*on_disk)(int64_t bytes);
    void (*crowded)(void); /* one went to disk because of memory_total; or NULL */
};

/* policy: borrowed, outlives all spools.  name: the file's, should it ever get one; copied. */
struct spool *spool_create(const struct spool_policy *policy, const char *name);
struct spool *spool_ref(struct spool *s);
void spool_unref(struct spool *s); /* NULL is fine; the last one closes and unlinks */
/* False and errno: it is useless now.  EDQUOT: on_disk() said so. */
bool spool_write(struct spool *s, struct span bytes);
/* The whole as one run of bytes, which the last reference takes with it; all that was
 * written must have been by now.  p NULL and errno. */
struct span spool_text(struct spool *s);
int spool_file(struct spool *s);               /* a descriptor of it all; -1 and errno */
int spool_fd(const struct spool *s);           /* what spool_file() has made; else -1 */
const char *spool_name(const struct spool *s); /* its path if it has one by now, else NULL */
const char *spool_path(struct spool *s);       /* links it into the directory; NULL and errno */
bool spool_keep(struct spool *s);              /* the name stays; false and errno */

#endif
