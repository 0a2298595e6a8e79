/* A run of bytes somebody else owns.  Never NUL-terminated by promise. */
#ifndef SG_BASE_SPAN_H
#define SG_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

struct span {
    const char *p;
    size_t n;
};

static inline struct span span_of(const char *p, size_t n)
{
    return (struct span){p, n};
}
static inline struct span span_str(const char *s)
{
    return (struct span){s, s ? strlen(s) : 0};
}

static inline bool span_eq(struct span a, struct span b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* ASCII case-insensitive, as SMTP verbs and keywords are (RFC 5321, 2.4). */
static inline bool span_is(struct span a, const char *word)
{
    size_t n;
    if (a.n > 0 && ((a.p[0] ^ word[0]) & ~('a' ^ 'A')) != 0)
        return false; /* most words differ in the first letter */
    n = strlen(word);
    return a.n == n && strncasecmp(a.p, word, n) == 0;
}

/* The rest of s after its first n bytes; n <= s.n. */
static inline struct span span_skip(struct span s, size_t n)
{
    return span_of(s.p + n, s.n - n);
}

/* Blanks (space, tab) off either end. */
struct span span_trim(struct span s);

/* Takes the next word, delimited by blanks, off the front of *s. */
struct span span_word(struct span *s);

/* An unsigned decimal of at most 19 digits and nothing else.  False if not. */
bool span_number(struct span s, unsigned long long *value);

/* The span as a string in `to`, cut to what fits. */
static inline void span_copy(struct span s, char *to, size_t room)
{
    size_t n = s.n < room ? s.n : room - 1;
    if (n > 0)
        memcpy(to, s.p, n);
    to[n] = '\0';
}

/* A NUL-terminated copy on the heap; the caller frees. */
char *span_dup(struct span s);

#endif
