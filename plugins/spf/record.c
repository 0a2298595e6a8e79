/* Reads an SPF record.  Anybody may publish one and then send a mail from that
 * domain, so every count and length has its bound, and what is not in the grammar
 * makes the whole record wrong, as RFC 7208 (4.6) wants it.
 *
 * `exp` and modifiers we do not know have no bearing on the result, but have to be
 * well-formed like the rest. */
#include "record.h"
#include "macro.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char no_domain[] = "a mechanism has no proper domain";

bool record_is_spf(const char *bytes, size_t n)
{
    return n >= 6 && strncasecmp(bytes, "v=spf1", 6) == 0 && (n == 6 || bytes[6] == ' ');
}

/* ------------------------------------------------------------ mechanisms -- */

/* Cuts "/N" off the end; `most` if there is none, -1 if it is wrong.  A slash may
 * also stand in a name. */
static int cut_prefix(char *text, const char *mark, int most)
{
    size_t n = strlen(text), k = strlen(mark), digits = 0;
    while (digits < n && isdigit((unsigned char)text[n - 1 - digits]))
        digits++;
    char *number = text + n - digits;
    if (digits == 0 || n < digits + k || strncmp(number - k, mark, k) != 0)
        return most;
    if (digits > 3 || (digits > 1 && *number == '0') || atoi(number) > most)
        return -1;
    int prefix = atoi(number);
    number[-(ptrdiff_t)k] = '\0';
    return prefix;
}

static const char *read_all(struct term *t, char *rest)
{
    (void)t;
    return *rest ? "`all` takes nothing after it" : NULL;
}

static const char *read_domain(struct term *t, char *rest)
{
    if (*rest != ':' || !macro_is_domain(rest + 1))
        return no_domain;
    t->domain = rest + 1;
    return NULL;
}

static const char *read_ptr(struct term *t, char *rest)
{
    return *rest ? read_domain(t, rest) : NULL;
}

static const char *read_host(struct term *t, char *rest)
{
    t->prefix6 = cut_prefix(rest, "//", 128);
    t->prefix4 = cut_prefix(rest, "/", 32);
    if (t->prefix4 < 0 || t->prefix6 < 0)
        return "a prefix length is none";
    return *rest ? read_domain(t, rest) : NULL;
}

static const char *read_address(struct term *t, char *rest)
{
    bool six = t->mechanism == IP6;
    int *prefix = six ? &t->prefix6 : &t->prefix4;
    *prefix = cut_prefix(rest, "/", six ? 128 : 32);
    if (*prefix < 0 || *rest != ':' ||
        inet_pton(six ? AF_INET6 : AF_INET, rest + 1, t->address) != 1)
        return "an address is none";
    return NULL;
}

static const struct {
    const char *name;
    const char *(*read)(struct term *t, char *rest);
} mechanisms[] = {[ALL] = {"all", read_all},     [INCLUDE] = {"include", read_domain},
                  [A] = {"a", read_host},        [MX] = {"mx", read_host},
                  [PTR] = {"ptr", read_ptr},     [IP4] = {"ip4", read_address},
                  [IP6] = {"ip6", read_address}, [EXISTS] = {"exists", read_domain}};

static const char *read_mechanism(struct record *r, char *text)
{
    struct term *t = &r->terms[r->count];
    if (r->count == RECORD_TERMS)
        return "the record has too many terms";
    *t = (struct term){.qualifier = '+', .domain = ""};
    if (strchr("+-~?", *text))
        t->qualifier = *text++;
    size_t n = strcspn(text, ":/");
    for (size_t i = 0; i < sizeof mechanisms / sizeof *mechanisms; i++)
        if (strlen(mechanisms[i].name) == n && strncasecmp(text, mechanisms[i].name, n) == 0) {
            t->mechanism = (enum mechanism)i;
            r->count++;
            return mechanisms[i].read(t, text + n);
        }
    return "there is a mechanism that is none";
}

/* ------------------------------------------------------------------ terms -- */

/* redirect and exp: once, and a domain. */
static const char *read_only(const char **place, const char *domain)
{
    if (*place)
        return "a modifier stands there twice";
    *place = domain;
    return macro_is_domain(domain) ? NULL : "a modifier has no proper domain";
}

static const char *read_modifier(struct record *r, const char *text, size_t name)
{
    const char *value = text + name + 1;
    if (name == 8 && strncasecmp(text, "redirect", 8) == 0)
        return read_only(&r->redirect, value);
    if (name == 3 && strncasecmp(text, "exp", 3) == 0)
        return read_only(&r->explanation, value);
    return macro_is_text(value) ? NULL : "a modifier has a macro that is none";
}

static const char *read_term(struct record *r, char *text)
{
    size_t name = strcspn(text, "=:/");
    if (text[name] == '=' && name > 0 && isalpha((unsigned char)*text))
        return read_modifier(r, text, name);
    return read_mechanism(r, text);
}

const char *record_read(const char *bytes, size_t n, struct record *r)
{
    const char *wrong = NULL;
    char *next = NULL;
    r->count = 0;
    r->redirect = r->explanation = NULL;
    if (n > RECORD_MOST)
        return "the record is too long";
    for (size_t i = 0; i < n; i++)
        if (bytes[i] < ' ' || bytes[i] > '~')
            return "the record has bytes that are no text";
    memcpy(r->text, bytes, n);
    r->text[n] = '\0';
    for (char *term = strtok_r(r->text + 6, " ", &next); term && !wrong;
         term = strtok_r(NULL, " ", &next))
        wrong = read_term(r, term);
    return wrong;
}
