/* Macro expansion.  What goes in is chosen by strangers, the record by one, the
 * local part and the HELO name by another; so all is written through text_put(),
 * which knows where the end is. */
#include "macro.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT = 2048, NAME = 253, PARTS = 128 };

struct text {
    char bytes[TEXT];
    size_t n;
    bool full;
};

static void text_put(struct text *t, const char *bytes, size_t n)
{
    if (n >= TEXT - t->n) {
        t->full = true;
        return;
    }
    memcpy(t->bytes + t->n, bytes, n);
    t->n += n;
    t->bytes[t->n] = '\0';
}

/* ---------------------------------------------------------------- reading -- */

/* "%{" letter digits r delimiters "}" */
struct macro {
    char letter; /* in lower case */
    bool escaped, reversed;
    int keep; /* parts from the right; 0: all */
    char delimiters[8];
};

/* `at` is after "%{".  After the macro, or NULL if it is none. */
static const char *read_macro(const char *at, struct macro *m)
{
    *m = (struct macro){.letter = (char)tolower((unsigned char)*at),
                        .escaped = isupper((unsigned char)*at) != 0};
    if (!*at || !strchr("slodiphv", m->letter))
        return NULL;
    size_t digits = strspn(++at, "0123456789");
    m->keep = digits > 0 && digits < 4 ? atoi(at) : 0;
    if (digits > 0 && (m->keep == 0 || m->keep > PARTS))
        return NULL;
    at += digits;
    m->reversed = *at == 'r' || *at == 'R';
    at += m->reversed;
    size_t n = strspn(at, ".-+,/_=");
    if (n >= sizeof m->delimiters)
        return NULL;
    memcpy(m->delimiters, n ? at : ".", n ? n : 1);
    return at[n] == '}' ? at + n + 1 : NULL;
}

/* What stands after the last macro; NULL: there is one that is none. */
static const char *behind_macros(const char *text)
{
    struct macro m;
    const char *behind = text;
    while ((text = strchr(behind, '%')) != NULL) {
        if (text[1] && strchr("%_-", text[1]))
            behind = text + 2;
        else if (text[1] != '{' || (behind = read_macro(text + 2, &m)) == NULL)
            return NULL;
    }
    return behind;
}

bool macro_is_text(const char *text)
{
    return behind_macros(text) != NULL;
}

/* Letters, digits, '-' in between, and not digits alone; a last dot may follow. */
static bool is_top_label(const char *label)
{
    size_t n = strcspn(label, "."), digits = strspn(label, "0123456789");
    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)label[i]) && (label[i] != '-' || i == 0 || i == n - 1))
            return false;
    return n > digits && (!label[n] || !label[n + 1]);
}

/* The last dot that has something after it; NULL: none. */
static const char *last_dot(const char *text)
{
    const char *found = NULL;
    for (const char *at = text; (at = strchr(at, '.')) != NULL && at[1]; at++)
        found = at;
    return found;
}

bool macro_is_domain(const char *spec)
{
    const char *tail = behind_macros(spec);
    if (!tail || !*spec)
        return false;
    const char *dot = last_dot(tail);
    return !*tail || (dot && is_top_label(dot + 1));
}

/* -------------------------------------------------------------- expanding -- */

/* Dotted: the four numbers, or the 32 nibbles. */
static void put_ip(struct text *t, const struct sockaddr *addr)
{
    char ip[80] = "", *to = ip;
    if (addr->sa_family == AF_INET6) {
        const unsigned char *a =
            ((const struct sockaddr_in6 *)(const void *)addr)->sin6_addr.s6_addr;
        for (int i = 0; i < 16; i++)
            to += sprintf(to, i ? ".%x.%x" : "%x.%x", a[i] >> 4, a[i] & 15u);
    } else {
        inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)addr)->sin_addr, ip,
                  sizeof ip);
    }
    text_put(t, ip, strlen(ip));
}

static void put_value(struct text *t, const struct macro_facts *f, char letter)
{
    const char *value = letter == 'l' || letter == 's' ? f->local_part
                        : letter == 'o'                ? f->sender_domain
                        : letter == 'd'                ? f->domain
                        : letter == 'h'                ? f->helo
                        : letter == 'v'                ? "in-addr"
                                                       : f->validated;
    if (letter == 'i') {
        put_ip(t, f->addr);
        return;
    }
    if (letter == 'v' && f->addr->sa_family == AF_INET6)
        value = "ip6";
    text_put(t, value, strlen(value));
    if (letter == 's') {
        text_put(t, "@", 1);
        text_put(t, f->sender_domain, strlen(f->sender_domain));
    }
}

static void put_part(struct text *t, const char *bytes, size_t n, bool escaped)
{
    for (size_t i = 0; i < n; i++) {
        char hex[4];
        unsigned char byte = (unsigned char)bytes[i];
        if (!escaped || isalnum(byte) || strchr("-._~", byte)) {
            text_put(t, bytes + i, 1);
        } else {
            snprintf(hex, sizeof hex, "%%%02X", byte);
            text_put(t, hex, 3);
        }
    }
}

/* Splits at the delimiters, turns round, keeps the right ones, joins by dots. */
static void put_macro(struct text *t, const struct macro_facts *f, const struct macro *m)
{
    struct text value = {.n = 0};
    struct {
        const char *at;
        size_t n;
    } parts[PARTS];
    int count = 0;
    put_value(&value, f, m->letter);
    t->full |= value.full;
    for (const char *at = value.bytes;; at++) {
        size_t n = strcspn(at, m->delimiters);
        if (count == PARTS) {
            t->full = true;
            return;
        }
        parts[count].at = at;
        parts[count++].n = n;
        at += n;
        if (!*at)
            break;
    }
    int first = m->keep && m->keep < count ? count - m->keep : 0;
    for (int i = first; i < count; i++) {
        int which = m->reversed ? count - 1 - i : i;
        if (i > first)
            text_put(t, ".", 1);
        put_part(t, parts[which].at, parts[which].n, m->escaped);
    }
}

bool macro_expand(const struct macro_facts *facts, const char *spec, char *name, size_t size)
{
    struct text t = {.n = 0};
    struct macro m;
    for (const char *at = spec; at && *at && !t.full;) {
        size_t n = strcspn(at, "%");
        text_put(&t, at, n);
        at += n;
        if (*at && at[1] == '{') {
            at = read_macro(at + 2, &m);
            if (at)
                put_macro(&t, facts, &m);
        } else if (*at) {
            const char *meant = at[1] == '_' ? " " : at[1] == '-' ? "%20" : "%";
            text_put(&t, meant, strlen(meant));
            at += 2;
        }
    }
    const char *from = t.bytes;
    while (strlen(from) > NAME && strchr(from, '.'))
        from = strchr(from, '.') + 1;
    return !t.full && (size_t)snprintf(name, size, "%s", from) < size;
}
