/* smtp-gated/kit/expiring.h - a small table whose entries go by themselves: when
 * their time is over, or when the table is full and they are those that were
 * asked for least lately.  For caches, and for what is to be said once an hour.
 *
 * Keys may come from strangers: the table is a balanced tree, so that no choice
 * of keys makes it slow.  Times are those of sg_now(), which the caller gives.
 *
 * Needs libc only.  Compile expiring.c into the plugin.
 */
#ifndef SMTP_GATED_KIT_EXPIRING_H
#define SMTP_GATED_KIT_EXPIRING_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The table. */
struct expiring;

/* At most so many entries, of so many bytes together (as expiring_put() was
 * told).  release: frees a value; NULL if there is nothing to free.  Memory that
 * cannot be had ends the process. */
struct expiring *expiring_create(size_t most, size_t most_bytes, void (*release)(void *value));
void expiring_destroy(struct expiring *table); /* NULL is fine */

/* NULL: there is none, or it is over.  Borrowed, until the next call. */
void *expiring_get(struct expiring *table, const char *key, uint64_t now);

/* The value is the table's from here on; one that stood there is released.  What
 * is larger than the whole table is released at once. */
void expiring_put(struct expiring *table, const char *key, void *value, size_t bytes,
                  uint64_t until);

/* 1 for the first call with this key in `period`, and 0 for the others: what may
 * be said now and then.  For tables without `release`. */
int expiring_first(struct expiring *table, const char *key, uint64_t period, uint64_t now);

#ifdef __cplusplus
}
#endif
#endif
