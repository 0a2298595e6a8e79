/* The pidfile.  Who holds its lock is the running master; the number inside is
 * for people and scripts.  A file without a lock is stale and replaced. */
#ifndef SG_MASTER_PIDFILE_H
#define SG_MASTER_PIDFILE_H

#include "../conf/core.h"
#include <sys/types.h>

struct pidfile {
    int fd;
    char *path; /* NULL: none taken */
};

/* False with a sentence if another master runs, or the file cannot be made.
 * What *p held before is dropped when the new one is there. */
bool pidfile_take(struct pidfile *p, const struct core *core, struct complaints *c);
void pidfile_drop(struct pidfile *p);

/* The running master's pid; 0: none. */
pid_t pidfile_holder(const char *path);

#endif
