/* See told.h.  Values are xtext (RFC 3461, 4); what is told and not needed here is
 * read all the same, because it may go on to a server. */
#include "told.h"

#include <stdio.h>

/* One attribute, decoded. */
struct attribute {
    struct span name;
    char value[TOLD_MAX + 1]; /* "" for [UNAVAILABLE] and [TEMPUNAVAIL] */
};

static int hex(char c)
{
    const char *digits = "0123456789ABCDEF", *at = c ? strchr(digits, c) : NULL;

    return at ? (int)(at - digits) : -1;
}

static bool decode(struct span text, char value[TOLD_MAX + 1])
{
    size_t n = 0;

    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];

        if (c == '+') {
            int high = i + 2 < text.n ? hex(text.p[i + 1]) : -1;
            int low = high < 0 ? -1 : hex(text.p[i + 2]);

            if (low < 0)
                return false;
            c = (unsigned char)(high * 16 + low);
            i += 2;
        }
        if (c <= ' ' || c == 0x7f || n == TOLD_MAX)
            return false;
        value[n++] = (char)c;
    }
    value[n] = '\0';
    if (strcasecmp(value, "[UNAVAILABLE]") == 0 || strcasecmp(value, "[TEMPUNAVAIL]") == 0)
        value[0] = '\0';
    return n > 0;
}

static bool split(struct span word, struct attribute *a)
{
    const char *equals = memchr(word.p, '=', word.n);

    if (!equals)
        return false;
    a->name = span_of(word.p, (size_t)(equals - word.p));
    return decode(span_skip(word, a->name.n + 1), a->value);
}

static bool take_address(const char *value, union address *client)
{
    *client = (union address){.sa = {.sa_family = AF_UNSPEC}};
    if (*value == '\0')
        return true;
    if (strncasecmp(value, "IPV6:", 5) == 0)
        return address_read(AF_INET6, value + 5, client);
    return address_read(AF_INET, value, client);
}

static bool take_port(const char *value, unsigned short *port)
{
    unsigned long long n = 0;

    if (*value && (!span_number(span_str(value), &n) || n > 65535))
        return false;
    *port = (unsigned short)n;
    return true;
}

/* Bits of what has been seen. */
enum { ADDR = 1, PORT = 2, HELO = 4, LOGIN = 8 };

static unsigned kind_of(struct span name, bool xclient, bool *known)
{
    static const struct {
        const char *name;
        bool xclient, xforward;
        unsigned bit;
    } names[] = {
        {"ADDR", true, true, ADDR},         {"PORT", true, true, PORT},
        {"HELO", true, true, HELO},         {"LOGIN", true, false, LOGIN},
        {"NAME", true, true, 16},           {"PROTO", true, true, 32},
        {"DESTADDR", true, false, 64},      {"DESTPORT", true, false, 128},
        {"REVERSE_NAME", true, false, 256}, {"IDENT", false, true, 512},
        {"SOURCE", false, true, 1024},
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (span_is(name, names[i].name)) {
            *known = xclient ? names[i].xclient : names[i].xforward;
            return names[i].bit;
        }
    *known = false;
    return 0;
}

static bool take(const struct attribute *a, unsigned kind, struct told *told)
{
    switch (kind) {
    case ADDR:
        told->address = true;
        return take_address(a->value, &told->client);
    case PORT:
        told->port = true;
        return take_port(a->value, &told->port_number);
    case HELO:
        told->helo = true;
        snprintf(told->helo_name, sizeof told->helo_name, "%s", a->value);
        return true;
    case LOGIN:
        told->login = true;
        told->logged_in = a->value[0] != '\0';
        return true;
    default:
        return true;
    }
}

bool told_parse(struct span arg, bool xclient, struct told *told)
{
    struct span word;
    unsigned seen = 0;

    *told = (struct told){.client = {.sa = {.sa_family = AF_UNSPEC}}};
    while ((word = span_word(&arg)).n > 0) {
        struct attribute a;
        bool known = false;
        unsigned kind = split(word, &a) ? kind_of(a.name, xclient, &known) : 0;

        if (!known || seen & kind || !take(&a, kind, told))
            return false;
        seen |= kind;
    }
    return seen != 0;
}
