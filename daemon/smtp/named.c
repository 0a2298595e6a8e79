/* See named.h.  A name is words and quoted strings, as in the header of a message (RFC 5322,
 * 3.4).  A word with an "@" in it is no name: two addresses are none. */
#include "named.h"

struct found {
    struct span inner;      /* between a second pair of brackets */
    struct span word;       /* the last one outside of them */
    unsigned inners, words; /* how many of each */
    bool odd;               /* a word that belongs to no name */
};

/* After the quoted string at s.p[i]; s.n or more if it is not closed. */
static size_t behind_quoted(struct span s, size_t i)
{
    for (i++; i < s.n && s.p[i] != '"'; i++)
        if (s.p[i] == '\\')
            i++;
    return i + 1;
}

/* After the comment at s.p[i], likewise. */
static size_t behind_comment(struct span s, size_t i)
{
    unsigned depth = 0;

    for (; i < s.n; i++) {
        if (s.p[i] == '\\')
            i++;
        else if (s.p[i] == '(')
            depth++;
        else if (s.p[i] == ')' && --depth == 0)
            return i + 1;
    }
    return s.n;
}

/* After the brackets at s.p[i], likewise. */
static size_t behind_brackets(struct span s, size_t i)
{
    for (i++; i < s.n && s.p[i] != '>';)
        i = s.p[i] == '"' ? behind_quoted(s, i) : i + 1;
    return i + 1;
}

static size_t behind_word(struct span s, size_t i, struct found *f)
{
    while (i < s.n && memchr(" \t<>()", s.p[i], 6) == NULL) {
        if (s.p[i] == '"') {
            i = behind_quoted(s, i);
            continue;
        }
        f->odd |= memchr("@,;:\\", s.p[i], 5) != NULL;
        i++;
    }
    return i;
}

static size_t behind_next(struct span s, size_t i, struct found *f)
{
    size_t from = i;

    if (s.p[i] == ' ' || s.p[i] == '\t')
        return i + 1;
    if (s.p[i] == '(')
        return behind_comment(s, i);
    if (s.p[i] == '<') {
        i = behind_brackets(s, i);
        f->inner = i <= s.n ? span_of(s.p + from + 1, i - from - 2) : span_of(s.p, 0);
        f->inners++;
        return i;
    }
    if (s.p[i] == ')')
        return s.n;
    f->odd |= f->inners > 0; /* a name stands before its address */
    f->words++;
    i = behind_word(s, i, f);
    f->word = span_of(s.p + from, i <= s.n ? i - from : 0);
    return i;
}

bool named_path(struct span s, struct span *address, size_t *n)
{
    struct found f = {.inners = 0};
    size_t i = 1;

    while (i < s.n && s.p[i] != '>')
        i = behind_next(s, i, &f);
    if (i >= s.n || f.inners > 1 || (f.inners == 1 && f.odd))
        return false;
    *address = span_trim(f.inners ? f.inner : f.word);
    *n = i;
    return address->n > 0 && (f.inners || f.words == 1);
}
