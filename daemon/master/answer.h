/* What became of the last reload: a file beside the pidfile, for smtp-gated -r, which
 * waits for a new one. */
#ifndef SG_MASTER_ANSWER_H
#define SG_MASTER_ANSWER_H

#include "../conf/core.h"
#include <sys/types.h>

/* The master's: failure says why the old generation stays; NULL: the new one serves. */
void answer_write(const struct core *core, const char *failure);
void answer_remove(const struct core *core);

/* The command's: which answer there is, and then whether there is another.  *failure is
 * as above, on the heap. */
ino_t answer_seen(const struct core *core);
bool answer_read(const struct core *core, ino_t seen, char **failure);

#endif
