/* See readings.h.  As slow as it is simple. */
#include "readings.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

/* The second half: never passed. */
static const char *const verbs[] = {
    "HELO",    "EHLO",     "MAIL",      "RCPT",           "DATA",       "BDAT",     "RSET",
    "NOOP",    "VRFY",     "EXPN",      "HELP",           "QUIT",       "AUTH",     "STARTTLS",
    "LHLO",    "XEXCH50",  "XBDATBLOB", "XPROXY",         "XPROXYFROM", "XPROXYTO", "X-LINK2STATE",
    "XCLIENT", "XFORWARD", "X-EXPS",    "X-ANONYMOUSTLS", "BURL",       "TURN",     "ATRN",
    "SEND",    "SOML",     "SAML",      "VERB",
};
enum { KNOWN = sizeof verbs / sizeof *verbs, ORDINARY = 14, VERB_ROOM = 64 };

bool verb_is_never_passed(const char *verb)
{
    for (unsigned i = ORDINARY; i < KNOWN; i++)
        if (strcmp(verbs[i], verb) == 0)
            return true;
    return false;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct span skip_blanks(struct span s)
{
    while (s.n && is_blank(*s.p))
        s = span_skip(s, 1);
    return s;
}

static struct span trim(struct span s)
{
    s = skip_blanks(s);
    while (s.n && is_blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

/* ---- verbs ---- */

static const struct {
    unsigned first, last; /* code points */
    char letter;          /* of all of them, or of the first if `runs` */
    bool runs;
} folded[] = {
    {0xC0, 0xC5, 'A', false},    {0xC7, 0xC7, 'C', false},     {0xC8, 0xCB, 'E', false},
    {0xCC, 0xCF, 'I', false},    {0xD1, 0xD1, 'N', false},     {0xD2, 0xD6, 'O', false},
    {0xD9, 0xDC, 'U', false},    {0xE0, 0xE5, 'A', false},     {0xE7, 0xE7, 'C', false},
    {0xE8, 0xEB, 'E', false},    {0xEC, 0xEF, 'I', false},     {0xF1, 0xF1, 'N', false},
    {0xF2, 0xF6, 'O', false},    {0xF9, 0xFC, 'U', false},     {0x130, 0x131, 'I', false},
    {0x17F, 0x17F, 'S', false},  {0x212A, 0x212A, 'K', false}, {0xFF21, 0xFF3A, 'A', true},
    {0xFF41, 0xFF5A, 'A', true},
};

/* The letter that a character of UTF-8 is folded to, and its length; '?': none. */
static char fold_unicode(struct span s, size_t *length)
{
    const unsigned char *u = (const unsigned char *)s.p;
    unsigned point = 0;
    *length = 1;
    if (s.n >= 2 && u[0] >= 0xC2 && u[0] <= 0xDF) {
        point = (u[0] & 0x1Fu) << 6 | (u[1] & 0x3Fu);
        *length = 2;
    } else if (s.n >= 3 && (u[0] & 0xF0) == 0xE0) {
        point = (u[0] & 0x0Fu) << 12 | (u[1] & 0x3Fu) << 6 | (u[2] & 0x3Fu);
        *length = 3;
    }
    for (size_t i = 0; i < sizeof folded / sizeof *folded; i++)
        if (point >= folded[i].first && point <= folded[i].last)
            return (char)(folded[i].letter + (folded[i].runs ? (int)(point - folded[i].first) : 0));
    return '?';
}

/* The next byte of a verb as it is taken; 0: it is left out. */
static char next_byte(enum fold fold, struct span s, size_t *length)
{
    unsigned char c = (unsigned char)*s.p;
    *length = 1;
    if (c < 0x80 || fold == FOLD_NOT)
        return (char)toupper(c);
    if (fold == FOLD_HIGH_BIT)
        return (char)toupper(c & 0x7F);
    return fold == FOLD_DROPPED ? '\0' : fold_unicode(s, length);
}

static bool ends_verb(const struct reading *r, char c, size_t so_far)
{
    if (is_blank(c) || so_far == VERB_ROOM - 1)
        return true;
    if (r->extent == EXTENT_FOUR)
        return so_far == 4;
    return r->extent == EXTENT_LETTERS && !isalnum((unsigned char)c) && c != '-';
}

/* The verb's text into word; what is behind it. */
static struct span take_verb(const struct reading *r, struct span line, char word[VERB_ROOM])
{
    size_t n = 0, length;
    line = skip_blanks(line);
    while (line.n) {
        char c = next_byte(r->fold, line, &length);
        if (c && ends_verb(r, c, n))
            break;
        if (c)
            word[n++] = c;
        line = span_skip(line, length);
    }
    word[n] = '\0';
    return line;
}

const char *reading_verb(const struct reading *r, struct span line)
{
    char word[VERB_ROOM];
    take_verb(r, line, word);
    for (unsigned i = 0; i < KNOWN; i++)
        if (strcmp(verbs[i], word) == 0 ||
            (r->extent == EXTENT_FOUR && strlen(word) == 4 && strncmp(verbs[i], word, 4) == 0))
            return verbs[i];
    return NULL;
}

struct span reading_argument(const struct reading *r, struct span line)
{
    char word[VERB_ROOM];
    struct span rest = take_verb(r, line, word);
    while (r->extent == EXTENT_FOUR && rest.n && !is_blank(*rest.p))
        rest = span_skip(rest, 1);
    return skip_blanks(rest);
}

/* ---- numbers ---- */

uint64_t reading_number(const struct reading *r, struct span s)
{
    char digits[24];
    size_t n = 0;
    while (n < s.n && n < sizeof digits - 1 && isdigit((unsigned char)s.p[n]))
        n++;
    memcpy(digits, s.p, n);
    digits[n] = '\0';
    uint64_t value = strtoull(digits, NULL, r->number == NUMBER_C ? 0 : 10);
    if (r->number == NUMBER_U32)
        return (uint32_t)value;
    return r->number == NUMBER_S32 ? (uint64_t)(int32_t)(uint32_t)value : value;
}

/* ---- addresses ---- */

/* One who reads backwards takes the last "<" that begins something. */
static struct span find_bracket(enum place_of_address place, struct span s)
{
    size_t at = s.n;
    for (size_t i = 0; i < s.n; i++) {
        bool begins = i == 0 || is_blank(s.p[i - 1]) || strchr("<>:\"", s.p[i - 1]);
        if (s.p[i] == '<' && begins)
            at = i;
        if (at < s.n && place == PLACE_FIRST)
            break;
    }
    return at == s.n ? s : span_skip(s, at + 1);
}

static size_t up_to(struct span s, bool bracketed)
{
    bool quoted = false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"')
            quoted = !quoted;
        else if (s.p[i] == '\\' && quoted)
            i++;
        else if (!quoted && (bracketed ? s.p[i] == '>' : is_blank(s.p[i])))
            return i;
    }
    return s.n;
}

static void drop(char *p, size_t n)
{
    memmove(p, p + n, strlen(p + n) + 1);
}

static void drop_comments(char *a)
{
    char *open, *close;
    while ((open = strchr(a, '(')) && (close = strchr(open, ')')))
        drop(open, (size_t)(close - open) + 1);
}

static void drop_route(char *a)
{
    char *colon = *a == '@' ? strchr(a, ':') : NULL;
    if (colon)
        drop(a, (size_t)(colon - a) + 1);
}

static void drop_last_dot(char *a)
{
    size_t n = strlen(a);
    if (n > 1 && a[n - 1] == '.')
        a[n - 1] = '\0';
}

static void unquote(char *a)
{
    size_t n = strlen(a);
    if (n < 3 || a[0] != '"' || a[n - 1] != '"' || !strchr(a, '@'))
        return;
    a[n - 1] = '\0';
    drop(a, 1);
}

/* one!two!user is user@two: what is before is a route. */
static void turn_bang(char *a)
{
    char *bang = strrchr(a, '!'), turned[ADDRESS_ROOM * 2];
    if (!bang || strchr(a, '@'))
        return;
    *bang = '\0';
    const char *host = strrchr(a, '!') ? strrchr(a, '!') + 1 : a;
    snprintf(turned, sizeof turned, "%s@%s", bang + 1, host);
    snprintf(a, ADDRESS_ROOM, "%.*s", ADDRESS_ROOM - 1, turned);
}

static void turn_percent(char *a)
{
    char *percent = strrchr(a, '%');
    if (percent && !strchr(a, '@'))
        *percent = '@';
}

static void rewrite(unsigned how, char *a)
{
    drop_route(a);
    if (how & REWRITE_COMMENT)
        drop_comments(a);
    if (how & REWRITE_QUOTED)
        unquote(a);
    if (how & REWRITE_BANG)
        turn_bang(a);
    if (how & REWRITE_PERCENT)
        turn_percent(a);
    if (how & REWRITE_DOT)
        drop_last_dot(a);
}

void reading_address(const struct reading *r, struct span argument, char *address)
{
    const char *colon = argument.n ? memchr(argument.p, ':', argument.n) : NULL;
    struct span path = argument;
    if (colon)
        path = skip_blanks(span_skip(argument, (size_t)(colon - argument.p) + 1));
    struct span inner = find_bracket(r->place, path);
    size_t n = up_to(inner, inner.p != path.p);
    inner = trim(span_of(inner.p, n));
    n = inner.n < ADDRESS_ROOM - 1 ? inner.n : ADDRESS_ROOM - 1;
    for (size_t i = 0; i < n; i++)
        address[i] = (char)tolower((unsigned char)inner.p[i]);
    address[n] = '\0';
    rewrite(r->rewriting, address);
}

/* ---- all of them ---- */

struct reading nth_verb_reading(unsigned n)
{
    static const char *const names[VERB_READINGS] = {"word",
                                                     "four letters",
                                                     "letters",
                                                     "high bit, word",
                                                     "high bit, four letters",
                                                     "high bit, letters",
                                                     "foreign bytes dropped, word",
                                                     "foreign bytes dropped, four letters",
                                                     "foreign bytes dropped, letters",
                                                     "Unicode, word",
                                                     "Unicode, four letters",
                                                     "Unicode, letters"};
    return (struct reading){
        .name = names[n], .fold = (enum fold)(n / EXTENTS), .extent = (enum extent)(n % EXTENTS)};
}

struct reading nth_address_reading(unsigned n)
{
    static const unsigned rewritings[] = {
        0, REWRITE_DOT, REWRITE_PERCENT, REWRITE_BANG, REWRITE_QUOTED, 0xFFu};
    static const char *const names[] = {"the address as it is",
                                        "trailing dot dropped",
                                        "user%domain",
                                        "domain!user",
                                        "quotes taken off",
                                        "all rewriting",
                                        "the last <",
                                        "the last <, trailing dot",
                                        "the last <, user%domain",
                                        "the last <, domain!user",
                                        "the last <, quotes",
                                        "the last <, all rewriting"};
    return (struct reading){
        .name = names[n], .place = (enum place_of_address)(n / 6), .rewriting = rewritings[n % 6]};
}

static const char *verb_differs(struct span line, const char *verb)
{
    for (unsigned i = 1; i < VERB_READINGS; i++) {
        struct reading r = nth_verb_reading(i);
        const char *other = reading_verb(&r, line);
        if (other != verb)
            return r.name;
    }
    return NULL;
}

static const char *address_differs(struct span argument)
{
    char strict[ADDRESS_ROOM], other[ADDRESS_ROOM];
    struct reading r = nth_address_reading(0);
    reading_address(&r, argument, strict);
    for (unsigned i = 1; i < ADDRESS_READINGS; i++) {
        r = nth_address_reading(i);
        reading_address(&r, argument, other);
        if (strcmp(strict, other) != 0)
            return r.name;
    }
    return NULL;
}

static const char *number_differs(struct span number)
{
    static const char *const names[NUMBERS] = {NULL, "32 bits", "31 bits and a sign", "octal"};
    struct reading r = {.number = NUMBER_64};
    const uint64_t value = reading_number(&r, number);
    for (unsigned i = 1; i < NUMBERS; i++) {
        r.number = (enum number)i;
        if (reading_number(&r, number) != value)
            return names[i];
    }
    return NULL;
}

const char *read_differently(struct span line)
{
    const struct reading strict = {.name = "strict"};
    const char *verb = reading_verb(&strict, line), *who = verb_differs(line, verb);
    if (who || !verb)
        return who;
    if (verb_is_never_passed(verb))
        return "a verb that is never passed";
    struct span argument = reading_argument(&strict, line);
    if (strcmp(verb, "MAIL") == 0 || strcmp(verb, "RCPT") == 0)
        return address_differs(argument);
    return strcmp(verb, "BDAT") == 0 ? number_differs(argument) : NULL;
}
