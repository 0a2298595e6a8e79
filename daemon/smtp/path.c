/* Paths are read so that no two programs can read them differently: what RFC
 * 5321 allows is taken, and of what it does not only blanks around the colon or
 * just inside the brackets, and missing brackets, since no MTA reads another
 * address there.  What some MTAs would rewrite into another address (comments,
 * group syntax, backslashes and blanks outside quotes, a second "<") is no path:
 * otherwise a pattern of the administrator would see one address and the MTA
 * another.  The address itself is mailbox.c's.
 *
 * What stands after a path is parameters and nothing else, for the same reason: the
 * first "<" that some reader finds must be the path's. */
#include "path.h"
#include "named.h"

#include <ctype.h>

/* More parameters than all extensions together have.  Looking for one that is
 * repeated takes the square of it. */
#define PARAMETERS_MAX 24u

static bool blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Where the brackets that s begins with are closed: not within quotes or a literal.
 * s.n if they are not. */
static size_t closing(struct span s)
{
    enum { OUTSIDE, QUOTED, LITERAL } place = OUTSIDE;

    for (size_t i = 1; i < s.n; i++) {
        char c = s.p[i];

        if (place == OUTSIDE && c == '>')
            return i;
        if (place == QUOTED && c == '\\')
            i++;
        else if (c == '"' && place != LITERAL)
            place = place == QUOTED ? OUTSIDE : QUOTED;
        else if (place != QUOTED && (c == '[' || c == ']'))
            place = c == '[' ? LITERAL : OUTSIDE;
    }
    return s.n;
}

/* Where an address without brackets ends: at a blank that is not within quotes. */
static size_t bare_end(struct span s)
{
    bool quoted = false;
    size_t i;

    for (i = 0; i < s.n && (quoted || !blank(s.p[i])); i++)
        if (quoted && s.p[i] == '\\')
            i++;
        else if (s.p[i] == '"')
            quoted = !quoted;
    return i < s.n ? i : s.n;
}

/* The path off the front of *s. */
static enum path_reading take_path(struct span *s, bool names, struct path *path,
                                   struct buffer *room)
{
    bool bracketed = s->p[0] == '<';
    size_t n = bracketed ? closing(*s) : bare_end(*s);
    struct span within = bracketed ? span_of(s->p + 1, n - 1) : span_of(s->p, n), inner;
    enum path_reading reading;

    if (bracketed && n == s->n)
        return PATH_WRONG;
    inner = span_trim(within);
    reading = mailbox_read(inner, &path->mailbox, room);
    if (reading == PATH_WRONG && names && bracketed && named_path(*s, &inner, &n))
        reading = mailbox_read(inner, &path->mailbox, room);
    path->canonical = path->canonical && bracketed && span_eq(path->mailbox.sent, within);
    *s = span_skip(*s, n + bracketed);
    return reading;
}

/* The keyword and its colon off the front of *s, and the blanks around them. */
static bool take_keyword(struct span *s, const char *keyword, bool *canonical)
{
    size_t n = strlen(keyword);
    struct span rest;

    if (s->n < n || !span_is(span_of(s->p, n), keyword))
        return false;
    rest = span_trim(span_skip(*s, n));
    if (rest.n == 0 || rest.p[0] != ':')
        return false;
    *canonical = rest.p == s->p + n;
    *s = span_trim(span_skip(rest, 1));
    *canonical = *canonical && s->p == rest.p + 1;
    return true;
}

static struct span key_of(struct span word)
{
    const char *equals = memchr(word.p, '=', word.n);

    return span_of(word.p, equals ? (size_t)(equals - word.p) : word.n);
}

/* Letters, digits, and hyphens after the first of them. */
static bool is_key(struct span key)
{
    for (size_t i = 0; i < key.n; i++)
        if (!isalnum((unsigned char)key.p[i]) && (key.p[i] != '-' || i == 0))
            return false;
    return key.n > 0;
}

/* A "<" after one of these is a path's to readers that begin at the end of the line. */
static bool begins_a_path(struct span value)
{
    for (size_t i = 1; i < value.n; i++)
        if (value.p[i] == '<' && strchr("<>:\"", value.p[i - 1]))
            return true;
    return false;
}

/* An address may stand in brackets where a parameter's value is one or a name like one;
 * anywhere else there are readers that would take it for the path. */
static bool may_hold_brackets(struct span key, struct span value)
{
    if (span_is(key, "ENVID") || span_is(key, "ORCPT"))
        return !begins_a_path(value);
    return span_is(key, "AUTH") && span_eq(value, span_str("<>"));
}

static bool is_parameter(struct span word)
{
    struct span key = key_of(word), value = span_skip(word, key.n);

    if (!is_key(key))
        return false;
    if (value.n == 0)
        return true;
    value = span_skip(value, 1);
    return may_hold_brackets(key, value) ||
           (!memchr(value.p, '<', value.n) && !memchr(value.p, '>', value.n));
}

/* KEY or KEY=value (RFC 5321, 4.1.2), none of them twice: MTAs do not agree on which one
 * counts. */
static bool are_parameters(struct span s, bool *canonical)
{
    struct span seen[PARAMETERS_MAX], word;
    size_t count = 0;

    for (struct span rest = s; (word = span_word(&rest)).n > 0; count++) {
        if (count == PARAMETERS_MAX || !is_parameter(word))
            return false;
        seen[count] = key_of(word);
        for (size_t i = 0; i < count; i++)
            if (seen[i].n == seen[count].n && strncasecmp(seen[i].p, seen[count].p, seen[i].n) == 0)
                return false;
        *canonical = *canonical && (rest.n == 0 || (rest.p[0] == ' ' && !blank(rest.p[1])));
    }
    return true;
}

enum path_reading path_parse(struct span arg, const char *keyword, bool names, struct path *path,
                             struct buffer *room)
{
    struct span s = span_trim(arg);
    enum path_reading reading;

    if (!take_keyword(&s, keyword, &path->canonical) || s.n == 0)
        return PATH_WRONG;
    reading = take_path(&s, names, path, room);
    if (reading != PATH_FINE)
        return reading;
    if (s.n > 0 && !blank(s.p[0]))
        return PATH_WRONG;
    path->parameters = span_trim(s);
    if (s.n > 0 && (s.p[0] != ' ' || path->parameters.p != s.p + 1))
        path->canonical = false;
    return are_parameters(path->parameters, &path->canonical) ? PATH_FINE : PATH_PARAMETERS;
}

bool parameter_find(struct span parameters, const char *key, struct span *value)
{
    struct span word;

    while ((word = span_word(&parameters)).n > 0) {
        struct span found = key_of(word);

        if (!span_is(found, key))
            continue;
        *value = span_skip(word, found.n < word.n ? found.n + 1 : found.n);
        return true;
    }
    return false;
}
