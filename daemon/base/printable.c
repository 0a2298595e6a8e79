/* See printable.h. */
#include "printable.h"
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

size_t utf8_length(struct span s)
{
    static const struct {
        unsigned char low, high, second_low, second_high;
        size_t n;
    } forms[] = {
        {0x00, 0x7f, 0, 0, 1},       {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
        {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
        {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
    };
    const unsigned char *u = (const unsigned char *)s.p;
    size_t form = 0, n;

    while (form < sizeof forms / sizeof *forms &&
           !(u[0] >= forms[form].low && u[0] <= forms[form].high))
        form++;
    n = form < sizeof forms / sizeof *forms ? forms[form].n : 0;
    if (n < 2)
        return n;
    if (s.n < n || u[1] < forms[form].second_low || u[1] > forms[form].second_high)
        return 0;
    for (size_t i = 2; i < n; i++)
        if ((u[i] & 0xc0) != 0x80)
            return 0;
    return n;
}

static size_t replace(char *text, size_t n)
{
    memset(text, '?', n);
    return n;
}

/* What stands at text, replaced if need be: its length. */
static size_t look_at(char *text, size_t n)
{
    const unsigned char *u = (const unsigned char *)text;
    const size_t length = utf8_length(span_of(text, n));
    if (u[0] < 0x20 || u[0] == 0x7f)
        return replace(text, 1);
    if (length == 2 && u[0] == 0xc2 && u[1] < 0xa0)
        return replace(text, 2);
    if (length == 0 && u[0] < 0xa0)
        return replace(text, 1);
    return length ? length : 1;
}

#define EACH_BYTE(value) (UINT64_C(0x0101010101010101) * (value))

/* Are all eight bytes from ' ' to '~'?  A byte below ' ' borrows its highest bit, '\177' and
 * whatever is above it have that bit or carry into it. */
static bool eight_are_plain(const char *text)
{
    uint64_t eight;
    memcpy(&eight, text, sizeof eight);
    return ((eight | (eight - EACH_BYTE(' ')) | (eight + EACH_BYTE(1))) & EACH_BYTE(0x80)) == 0;
}

void make_printable(char *text, size_t n)
{
    for (size_t i = 0; i < n;)
        if (n - i >= 8 && eight_are_plain(text + i))
            i += 8;
        else
            i += text[i] >= ' ' && text[i] <= '~' ? 1 : look_at(text + i, n - i);
}

void print_made_printable(char *text, size_t n, FILE *out)
{
    for (size_t at = 0, end; at < n; at = end + 1) {
        for (end = at; end < n && text[end] != '\n' && text[end] != '\t';)
            end++;
        make_printable(text + at, end - at);
        fwrite(text + at, 1, end < n ? end - at + 1 : end - at, out);
    }
    free(text);
}
