/* Memory for one message at a time.  Some of it is kept for the next message: pages
 * the worker has already are five times as cheap to write as new ones. */
#ifndef SG_SESSION_MEMORY_H
#define SG_SESSION_MEMORY_H

#include <stddef.h>

/* All zero is none. */
struct memory {
    char *bytes;
    size_t room;
};

/* Room for `wanted` bytes; what is there stays, `bytes` may move. */
void memory_reserve(struct memory *m, size_t wanted);
void memory_give(struct memory *m); /* back; m is none again */

#endif
