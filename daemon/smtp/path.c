/* Paths are read so that no two programs can read them differently: what RFC
 * 5321 allows is taken, and of what it does not only blanks around the colon or
 * just inside the brackets, and missing brackets, since no MTA reads another
 * address there.  What some MTAs would rewrite into another address (comments,
 * group syntax, backslashes and blanks outside quotes, a second "<") is no path:
 * otherwise a pattern of the administrator would see one address and the MTA
 * another. */
#include "path.h"

/* Where in an address a byte stands. */
enum place { ATOM, QUOTED, LITERAL };

static bool blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Bytes that end or change an address for some readers; a comma or colon only
 * belongs to a source route. */
static bool special(char c)
{
    return strchr("()<>;:,\\", c) != NULL;
}

/* Bytes of s up to the first that is in an atom and `ends`, or s.n if there is
 * none.  False: s holds what must not be, or a quote or literal is left open. */
static bool scan(struct span s, bool (*ends)(char), size_t *n)
{
    enum place place = ATOM;
    size_t i;

    for (i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (place == ATOM && ends(c))
            break;
        if (place == QUOTED && c == '\\')
            i++;
        else if (place == QUOTED)
            place = c == '"' ? ATOM : QUOTED;
        else if (place == LITERAL && (blank(c) || strchr("<>[\"\\", c)))
            return false;
        else if (place == LITERAL)
            place = c == ']' ? ATOM : LITERAL;
        else if (c == '"')
            place = QUOTED;
        else if (c == '[')
            place = LITERAL;
    }
    *n = i < s.n ? i : s.n;
    return place == ATOM && i <= s.n;
}

static bool closes(char c)
{
    return c == '>';
}
static bool odd(char c)
{
    return special(c) || blank(c);
}
static bool no_route(char c)
{
    return c == '"' || (c != ',' && odd(c));
}

/* "@one,@two:user@host" -> "user@host" (RFC 5321, appendix C: to be ignored).  What is
 * ignored goes to the MTA, too, and must be nothing that it could take for a path. */
static bool strip_route(struct span *address)
{
    size_t n;

    if (address->n == 0 || address->p[0] != '@')
        return true;
    if (!scan(*address, no_route, &n) || n == address->n || address->p[n] != ':')
        return false;
    *address = span_skip(*address, n + 1);
    return address->n > 0 && address->p[0] != '@';
}

static bool plain(struct span address)
{
    size_t n;

    return scan(address, odd, &n) && n == address.n;
}

/* <…> at the front of s. */
static bool bracketed(struct span s, struct path *path)
{
    size_t n;

    if (!scan(span_skip(s, 1), closes, &n) || n + 1 == s.n)
        return false;
    path->raw = span_of(s.p, n + 2);
    path->address = span_trim(span_of(s.p + 1, n));
    path->canonical = path->canonical && path->address.n == n;
    return strip_route(&path->address) && plain(path->address);
}

/* An address without brackets. */
static bool bare(struct span s, struct path *path)
{
    size_t n;

    if (!scan(s, blank, &n) || n == 0)
        return false;
    path->canonical = false;
    path->raw = path->address = span_of(s.p, n);
    return strip_route(&path->address) && plain(path->address);
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

bool path_parse(struct span arg, const char *keyword, struct path *path)
{
    struct span s = span_trim(arg), rest;

    if (!take_keyword(&s, keyword, &path->canonical) || s.n == 0)
        return false;
    if (!(s.p[0] == '<' ? bracketed(s, path) : bare(s, path)))
        return false;
    rest = span_skip(s, path->raw.n);
    if (rest.n > 0 && !blank(rest.p[0]))
        return false;
    path->parameters = span_trim(rest);
    if (rest.n > 0 && (rest.p[0] != ' ' || path->parameters.p != rest.p + 1))
        path->canonical = false;
    return true;
}

bool parameter_find(struct span parameters, const char *key, struct span *value)
{
    struct span word;

    while ((word = span_word(&parameters)).n > 0) {
        const char *equals = memchr(word.p, '=', word.n);
        size_t n = equals ? (size_t)(equals - word.p) : word.n;

        if (!span_is(span_of(word.p, n), key))
            continue;
        *value = equals ? span_skip(word, n + 1) : span_of(word.p + n, 0);
        return true;
    }
    return false;
}
