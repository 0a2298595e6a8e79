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

static void close_gap(struct buffer *b)
{
    memmove(b->data, b->data + b->start, buffer_len(b));
    b->end -= b->start;
    b->start = 0;
}

static void grow(struct buffer *b, size_t wanted)
{
    size_t room = b->room > SMALLEST ? b->room : SMALLEST;

    while (room < wanted) {
        check(room <= SIZE_MAX / 2);
        room *= 2;
    }
    b->data = xrealloc(b->data, room);
    b->room = room;
}

char *buffer_reserve(struct buffer *b, size_t n)
{
    if (b->room - b->end < n && b->start >= buffer_len(b) && b->start > 0)
        close_gap(b);
    if (b->room - b->end < n || b->data == NULL) {
        check(n <= SIZE_MAX - b->end);
        grow(b, b->end + n);
    }
    return b->data + b->end;
}

void buffer_added(struct buffer *b, size_t n)
{
    check(n <= b->room - b->end);
    b->end += n;
}

void buffer_append(struct buffer *b, const void *bytes, size_t n)
{
    if (n == 0)
        return;
    memcpy(buffer_reserve(b, n), bytes, n);
    b->end += n;
}

void buffer_printf(struct buffer *b, const char *fmt, ...)
{
    va_list ap, again;
    int n;

    va_start(ap, fmt);
    va_copy(again, ap);
    buffer_reserve(b, 1);
    n = vsnprintf(b->data + b->end, b->room - b->end, fmt, ap);
    check(n >= 0);
    if ((size_t)n >= b->room - b->end)
        vsnprintf(buffer_reserve(b, (size_t)n + 1), (size_t)n + 1, fmt, again);
    b->end += (size_t)n;
    va_end(again);
    va_end(ap);
}

void buffer_consume(struct buffer *b, size_t n)
{
    check(n <= buffer_len(b));
    b->start += n;
    if (b->start == b->end)
        buffer_finish(b);
}

const char *buffer_cstr(struct buffer *b)
{
    *buffer_reserve(b, 1) = '\0';
    return buffer_head(b);
}

void buffer_finish(struct buffer *b)
{
    free(b->data);
    *b = (struct buffer){0};
}
