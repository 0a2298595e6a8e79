/* A string of any bytes that grows at its end. */
#ifndef CAMPAIGN_BYTES_H
#define CAMPAIGN_BYTES_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bytes {
    char *p;
    size_t n, room;
};

static inline void bytes_add(struct bytes *b, const void *p, size_t n)
{
    if (b->n + n > b->room) {
        b->room = (b->n + n) * 2 + 64;
        b->p = realloc(b->p, b->room);
        if (b->p == NULL)
            abort();
    }
    if (n > 0)
        memcpy(b->p + b->n, p, n);
    b->n += n;
}

static inline void bytes_text(struct bytes *b, const char *text)
{
    bytes_add(b, text, strlen(text));
}

/* The first n bytes go. */
static inline void bytes_drop(struct bytes *b, size_t n)
{
    b->n -= n;
    if (b->n > 0)
        memmove(b->p, b->p + n, b->n);
}

static inline void bytes_finish(struct bytes *b)
{
    free(b->p);
    *b = (struct bytes){0};
}

#endif
