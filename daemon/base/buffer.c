/* A byte queue in one block of memory.  What was consumed leaves a gap at the
 * front; it is closed only when room is wanted, and only if that moves no more
 * bytes than the gap is wide, so that appending stays linear. */
#include "buffer.h"
#include "check.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SMALLEST 256u

static void close_gap(struct buffer_bytes *k)
{
    memmove(k->data, k->data + k->start, k->end - k->start);
    k->end -= k->start;
    k->start = 0;
}

/* b->kept with room for n bytes after its end. */
static struct buffer_bytes *grow(struct buffer *b, size_t n)
{
    struct buffer_bytes *k = b->kept;
    size_t end = k ? k->end : 0, room = k ? k->room : SMALLEST;

    check(n <= SIZE_MAX / 2 - sizeof *k - end);
    while (room - end < n)
        room *= 2;
    b->kept = xrealloc(k, sizeof *k + room);
    if (!k)
        *b->kept = (struct buffer_bytes){0};
    b->kept->room = room;
    return b->kept;
}

/* The memory, with room for n more bytes. */
static struct buffer_bytes *reserve(struct buffer *b, size_t n)
{
    struct buffer_bytes *k = b->kept;

    if (k && k->room - k->end < n && k->start > 0 && k->start >= buffer_len(b))
        close_gap(k);
    return k && k->room - k->end >= n ? k : grow(b, n);
}

char *buffer_reserve(struct buffer *b, size_t n)
{
    struct buffer_bytes *k = reserve(b, n);

    return k->data + k->end;
}

void buffer_added(struct buffer *b, size_t n)
{
    if (n == 0)
        return;
    check(b->kept && n <= b->kept->room - b->kept->end);
    b->kept->end += n;
}

void buffer_append(struct buffer *b, const void *bytes, size_t n)
{
    if (n == 0)
        return;
    memcpy(buffer_reserve(b, n), bytes, n);
    b->kept->end += n;
}

void buffer_printf(struct buffer *b, const char *fmt, ...)
{
    struct buffer_bytes *k = reserve(b, 1);
    size_t room = k->room - k->end;
    va_list ap, again;
    int n;

    va_start(ap, fmt);
    va_copy(again, ap);
    n = vsnprintf(k->data + k->end, room, fmt, ap);
    check(n >= 0);
    if ((size_t)n >= room)
        vsnprintf(buffer_reserve(b, (size_t)n + 1), (size_t)n + 1, fmt, again);
    b->kept->end += (size_t)n;
    va_end(again);
    va_end(ap);
}

void buffer_consume(struct buffer *b, size_t n)
{
    check(n <= buffer_len(b));
    if (n == buffer_len(b))
        buffer_finish(b);
    else
        b->kept->start += n;
}

void buffer_cut(struct buffer *b, size_t n)
{
    check(n <= buffer_len(b));
    if (n == 0)
        buffer_finish(b);
    else
        b->kept->end = b->kept->start + n;
}

const char *buffer_cstr(struct buffer *b)
{
    *buffer_reserve(b, 1) = '\0';
    return buffer_head(b);
}

void buffer_finish(struct buffer *b)
{
    free(b->kept);
    b->kept = NULL;
}
