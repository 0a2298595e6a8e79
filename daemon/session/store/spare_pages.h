/* Memory for one message at a time.  Some of it is kept for the next message: pages
 * the worker has already are five times as cheap to write as new ones. */
#ifndef SG_SESSION_STORE_SPARE_PAGES_H
#define SG_SESSION_STORE_SPARE_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All zero is none. */
struct memory {
    char *bytes;
    size_t room;
};

/* Room for `wanted` bytes; what is there stays, `bytes` may move. */
void memory_reserve(struct memory *m, size_t wanted);
void memory_give(struct memory *m); /* back; m is none again */
/* Whether all messages together would stay within `total` bytes then. */
bool memory_fits(const struct memory *m, size_t wanted, uint64_t total);
uint64_t memory_used(void); /* by all messages; what is kept for the next ones is beside it */

/* Called every few seconds: what was kept and not needed for a while goes back to the
 * system, and so does what other code has freed. */
void memory_tidy(uint64_t now);

#endif
