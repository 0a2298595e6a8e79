/* Spans: cutting words and numbers out of bytes that belong to somebody else. */
#include "span.h"
#include "check.h"

static bool blank(char c)
{
    return c == ' ' || c == '\t';
}

struct span span_trim(struct span s)
{
    while (s.n > 0 && blank(s.p[0]))
        s = span_skip(s, 1);
    while (s.n > 0 && blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

struct span span_word(struct span *s)
{
    struct span rest = *s;
    size_t n = 0;

    while (rest.n > 0 && blank(rest.p[0]))
        rest = span_skip(rest, 1);
    while (n < rest.n && !blank(rest.p[n]))
        n++;
    *s = n > 0 ? span_skip(rest, n) : rest;
    return span_of(rest.p, n);
}

bool span_number(struct span s, unsigned long long *value)
{
    unsigned long long sum = 0;

    if (s.n == 0 || s.n > 19)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        sum = sum * 10 + (unsigned long long)(s.p[i] - '0');
    }
    *value = sum;
    return true;
}

char *span_dup(struct span s)
{
    char *copy = xmalloc(s.n + 1);

    if (s.n > 0)
        memcpy(copy, s.p, s.n);
    copy[s.n] = '\0';
    return copy;
}
