/* Bytes that could not be written or parsed yet: appended at the end, consumed
 * from the front.  All zero is an empty buffer without memory. */
#ifndef SG_BASE_BUFFER_H
#define SG_BASE_BUFFER_H

#include <stddef.h>

/* One pointer, because a session has four, all of them empty most of the time. */
struct buffer {
    struct buffer_bytes *kept; /* malloc()ed; NULL while empty */
};

struct buffer_bytes { /* the caller's business are the functions below */
    size_t start, end, room;
    char data[];
};

static inline size_t buffer_len(const struct buffer *b)
{
    return b->kept ? b->kept->end - b->kept->start : 0;
}
static inline const char *buffer_head(const struct buffer *b)
{
    return b->kept ? b->kept->data + b->kept->start : "";
}
/* From the byte at `at` <= buffer_len(b) on, to be changed in place.  NULL if empty. */
static inline char *buffer_at(const struct buffer *b, size_t at)
{
    return b->kept ? b->kept->data + b->kept->start + at : NULL;
}

void buffer_append(struct buffer *b, const void *bytes, size_t n);
void buffer_printf(struct buffer *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* n <= buffer_len(b).  An empty buffer gives its memory back. */
void buffer_consume(struct buffer *b, size_t n);

/* Forgets what is after the first n <= buffer_len(b) bytes. */
void buffer_cut(struct buffer *b, size_t n);

/* Ensures n bytes of room after the end and returns where they are; what the
 * caller writes there counts after buffer_added(). */
char *buffer_reserve(struct buffer *b, size_t n);
void buffer_added(struct buffer *b, size_t n);

/* The contents as a C string (a NUL is put after the end); borrowed. */
const char *buffer_cstr(struct buffer *b);

void buffer_finish(struct buffer *b); /* frees; the buffer is empty again */

#endif
