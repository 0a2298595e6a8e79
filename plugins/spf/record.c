/* Reads an SPF record.  Anybody may publish one and then send a mail from that
 * domain, so every count and length has its bound, and what is not in the grammar
 * makes the whole record wrong, as RFC 7208 (4.6) wants it.
 *
 * `exp` and modifiers we do not know have no bearing on the result and are passed
 * over. */
#include "record.h"
#include "macro.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char no_domain[] = "a mechanism has no proper domain";

bool record_is_spf(const char *bytes, size_t n)
{
    return n >= 6 && strncasecmp(bytes, "v=spf1", 6) == 0 && (n == 6 || bytes[6] == ' ');
}

/* ------------------------------------------------------------ mechanisms -- */

/* Cuts "/N" off the end; `most` if there is none, -1 if it is wrong. */
static int cut_prefix(char *text, const char *mark, int most)
{
    char *at = strstr(text, mark);
    size_t n = strlen(mark);
    if (!at)
        return most;
    size_t digits = strspn(at + n, "0123456789");
    if (digits == 0 || digits > 3 || at[n + digits] || (digits > 1 && at[n] == '0') ||
        atoi(at + n) > most)
        return -1;
    *at = '\0';
    return atoi(at + n);
}

static const char *read_all(struct term *t, char *rest)
{
    (void)t;
    return *rest ? "`all` takes nothing behind it" : NULL;
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

/* The prefix lengths stand behind the macros, in which a slash is a delimiter. */
static const char *read_host(struct term *t, char *rest)
{
    char *macro = strrchr(rest, '}'), *tail = macro ? macro : rest;
    t->prefix6 = cut_prefix(tail, "//", 128);
    t->prefix4 = cut_prefix(tail, "/", 32);
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

static const char *read_modifier(struct record *r, char *text, size_t name)
{
    if (name != 8 || strncasecmp(text, "redirect", 8) != 0)
        return NULL;
    if (r->redirect)
        return "there are two redirects";
    r->redirect = text + 9;
    return macro_is_domain(r->redirect) ? NULL : "redirect has no proper domain";
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
    r->redirect = NULL;
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
