/* MTAs rewrite addresses: they drop the dot after a domain, take off quotes, and make
 * user@site of user%site, site!user and "user@site" where no domain is given.  A check that
 * saw the address before that would have judged another one.  So one spelling is chosen
 * here that all of them read the same way, for the checks and for the server; what has none
 * is refused.
 *
 * With a domain after it a "%" or "!" is nobody's business but that domain's. */
#include "mailbox.h"
#include "domain.h"

#include <ctype.h>

/* The parts of an address as they were written, and what is known of them. */
struct parts {
    struct span route; /* "@one,@two:" or empty */
    struct span local, domain;
    bool has_domain;
    bool dot_behind; /* the domain's trailing dot, which is not part of `domain` */
    bool quoted;     /* a part of local is between quotes */
    char last;       /* byte of local's contents, '.' before the first */
    bool any;        /* local has contents */
    bool special;    /* they need quotes everywhere: not an atom */
    bool dots;       /* they need quotes by the letter: a dot stands wrong */
    bool rewritten;  /* they hold what is read as a domain where there is none */
    bool bracketed;  /* they hold "<" or ">": an end for those who do not look at quotes */
};

static bool is_atext(char c)
{
    unsigned char u = (unsigned char)c;

    return isalnum(u) || u >= 0x80 || (u > ' ' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

/* "@one,@two:" off the front of *s (RFC 5321, appendix C: to be ignored).  What is
 * ignored goes to the MTA, too, and must be nothing that it could take for a path. */
static bool take_route(struct span *s, struct span *route)
{
    size_t at = 0, n;

    *route = span_of(s->p, 0);
    if (s->n == 0 || s->p[0] != '@')
        return true;
    do {
        bool literal = at + 1 < s->n && s->p[at + 1] == '[';

        for (n = at + 1; n < s->n && s->p[n] != ',' && (literal || s->p[n] != ':'); n++)
            literal = literal && s->p[n] != ']';
        if (s->p[at] != '@' || n == s->n || !domain_is_one(span_of(s->p + at + 1, n - at - 1)))
            return false;
        at = n + 1;
    } while (s->p[n] == ',' && at < s->n);
    *route = span_of(s->p, at);
    *s = span_skip(*s, at);
    return s->n > 0;
}

static void note(struct parts *p, char c)
{
    p->dots |= c == '.' && p->last == '.';
    p->special |= c != '.' && !is_atext(c);
    p->rewritten |= memchr("@%!", c, 3) != NULL;
    p->bracketed |= c == '<' || c == '>';
    p->last = c;
    p->any = true;
}

/* A quoted string at s.p[i]; the place after it, or 0 if it is none. */
static size_t quoted_end(struct span s, size_t i, struct parts *p)
{
    for (i++; i < s.n && s.p[i] != '"'; i++) {
        if (s.p[i] == '\\' && ++i == s.n)
            return 0;
        if (s.p[i] == '\t')
            return 0;
        note(p, s.p[i]);
    }
    p->quoted = true;
    return i < s.n ? i + 1 : 0;
}

/* The local part: atoms and quoted strings with dots between them (RFC 5322, 4.4). */
static bool take_local(struct span *s, struct parts *p)
{
    size_t i = 0;
    bool may_quote = true;

    p->last = '.';
    while (i < s->n && s->p[i] != '@') {
        if (s->p[i] == '"' && may_quote) {
            i = quoted_end(*s, i, p);
            if (i == 0 || (i < s->n && s->p[i] != '.' && s->p[i] != '@'))
                return false;
            continue;
        }
        if (s->p[i] != '.' && !is_atext(s->p[i]))
            return false;
        may_quote = s->p[i] == '.';
        note(p, s->p[i++]);
    }
    p->dots |= p->last == '.';
    p->local = span_of(s->p, i);
    *s = span_skip(*s, i);
    return i > 0;
}

static bool take_domain(struct span s, struct parts *p)
{
    if (s.n == 0)
        return true;
    p->has_domain = true;
    p->domain = span_skip(s, 1);
    p->dot_behind = s.n > 2 && s.p[1] != '[' && s.p[s.n - 1] == '.';
    p->domain.n -= p->dot_behind;
    return domain_is_one(p->domain);
}

static bool takes_to_pieces(struct span s, struct parts *p)
{
    return take_route(&s, &p->route) && take_local(&s, p) && take_domain(s, p);
}

static bool is_ambiguous(const struct parts *p)
{
    return !p->any || p->bracketed || ((p->rewritten || p->last == '.') && !p->has_domain);
}

/* The contents, in quotes or not. */
static void write_local(const struct parts *p, bool quotes, struct buffer *out)
{
    struct span s = p->local;
    bool within = false;

    if (quotes)
        buffer_append(out, "\"", 1);
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"') {
            within = !within;
            continue;
        }
        if (within && s.p[i] == '\\')
            i++;
        if (s.p[i] == '"' || s.p[i] == '\\')
            buffer_append(out, "\\", 1);
        buffer_append(out, s.p + i, 1);
    }
    if (quotes)
        buffer_append(out, "\"", 1);
}

/* Appends the spelling for the server, then the one for the checks. */
static bool write_both(const struct parts *p, struct mailbox *mailbox, struct buffer *room)
{
    size_t sent;

    buffer_append(room, p->route.p, p->route.n);
    write_local(p, p->special || (p->quoted && p->dots), room);
    if (p->has_domain)
        buffer_append(room, "@", 1);
    buffer_append(room, p->domain.p, p->domain.n);
    sent = buffer_len(room);
    write_local(p, p->special, room);
    if (p->has_domain)
        buffer_append(room, "@", 1);
    if (domain_is_ascii(p->domain))
        buffer_append(room, p->domain.p, p->domain.n);
    else if (!domain_to_ascii(p->domain, room))
        return false;
    mailbox->sent = span_of(buffer_head(room), sent);
    mailbox->address = span_of(buffer_head(room) + sent, buffer_len(room) - sent);
    return true;
}

enum path_reading mailbox_read(struct span s, struct mailbox *mailbox, struct buffer *room)
{
    struct parts p = {.domain = span_of(s.p, 0)};

    *mailbox = (struct mailbox){s, s};
    if (s.n == 0)
        return PATH_FINE;
    if (!takes_to_pieces(s, &p))
        return PATH_WRONG;
    if (is_ambiguous(&p))
        return PATH_AMBIGUOUS;
    mailbox->address = span_skip(s, p.route.n);
    if (!p.quoted && !p.dot_behind && domain_is_ascii(p.domain))
        return PATH_FINE;
    buffer_cut(room, 0);
    return write_both(&p, mailbox, room) ? PATH_FINE : PATH_AMBIGUOUS;
}
