/* The server's side once more, as careless servers have it: whatever goes upstream is
 * read in one way only, by all of t/unit/readings.h, and nothing with a payload goes
 * where it might be taken for commands.  So what such a server takes for envelope and
 * message is what the plugins saw. */
#include "session_mta.h"

#include "../unit/readings.h"

enum { SMALL_LINE = 512 }; /* RFC 5321, 4.5.3.1.4; with its CRLF */

static const struct reading strict = {.name = "strict"};

static bool is_verb(const char *verb, const char *name)
{
    return verb && strcmp(verb, name) == 0;
}

/* A verb is letters, digits and hyphen. */
static bool is_spelled_well(struct span line)
{
    for (size_t i = 0; i < line.n && !strchr(" \t", line.p[i]); i++) {
        char c = line.p[i];
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!letter && !(c >= '0' && c <= '9') && c != '-')
            return false;
    }
    return true;
}

/* The last greeting that was not refused: it may be on its way yet. */
static const struct item *greeting(void)
{
    for (unsigned i = mta.count; i-- > 0;) {
        const struct item *item = &mta.items[i];
        bool greets = item->verb == VERB_EHLO || item->verb == VERB_HELO;
        if (greets && (!item->answered || item->code / 100 == 2))
            return item;
    }
    return NULL;
}

static bool offered(const char *keyword)
{
    const struct item *item = greeting();
    if (!item || item->verb != VERB_EHLO || !item->answered)
        return false;
    size_t n = strlen(keyword);
    for (struct span rest = mta_reply(item); rest.n >= n; rest = span_skip(rest, 1))
        if (strncasecmp(rest.p, keyword, n) == 0)
            return true;
    return false;
}

/* A server with a small buffer takes the rest of a long line for the next one; one that
 * has offered what makes lines longer does not. */
static void long_line(struct span line, const char *verb)
{
    bool extended = is_verb(verb, "MAIL") || is_verb(verb, "RCPT");
    extended = is_verb(verb, "AUTH") || (extended && greeting() && greeting()->verb == VERB_EHLO);
    if (line.n + 2 <= SMALL_LINE || extended)
        return;
    struct span rest = span_skip(line, SMALL_LINE - 1);
    for (unsigned i = 0; i < VERB_READINGS; i++) {
        const struct reading r = nth_verb_reading(i);
        check(!reading_verb(&r, rest));
    }
}

/* What is declared is no other number in 31 bits. */
static void size_is_small(struct span line)
{
    static const char size[] = " SIZE=";
    const size_t n = sizeof size - 1;
    for (struct span rest = line; rest.n >= n; rest = span_skip(rest, 1))
        if (strncasecmp(rest.p, size, n) == 0)
            check(reading_number(&strict, span_skip(rest, n)) <= INT32_MAX);
}

/* A server needs the quotes around a dot that stands wrong, as in ".a"; the checks are shown
 * the same address without them. */
static void take_off_quotes(char *address)
{
    char *end = *address == '"' ? strrchr(address, '"') : address;
    size_t n = (size_t)(end - address);
    if (n < 2 || (end[1] != '@' && end[1] != '\0') || memchr(address + 1, '"', n - 1) ||
        strcspn(address + 1, " \t\\@<>()[],;:\"") < n - 1)
        return;
    memmove(end, end + 1, strlen(end));
    memmove(address, address + 1, strlen(address));
}

/* The plugins were asked about this address, unless one has made the others be skipped. */
static void was_asked(struct span line)
{
    char address[ADDRESS_ROOM];
    reading_address(&strict, reading_argument(&strict, line), address);
    if (verdicts_asked(address))
        return;
    take_off_quotes(address);
    check(verdicts_asked(address));
}

static bool is_ascii(struct span line)
{
    for (size_t i = 0; i < line.n; i++)
        if ((unsigned char)line.p[i] >= 0x80)
            return false;
    return true;
}

/* Handing over the client's address is the relay's own. */
void careless_command(struct span line)
{
    const char *verb = reading_verb(&strict, line);
    if (is_verb(verb, "XCLIENT") && stage.route_flags & SG_ROUTE_XCLIENT)
        return;
    check(is_spelled_well(line));
    check(!read_differently(line));
    long_line(line, verb);
    if (is_verb(verb, "MAIL"))
        size_is_small(line);
    if (is_verb(verb, "BDAT"))
        check(offered("CHUNKING"));
    if ((is_verb(verb, "MAIL") || is_verb(verb, "RCPT")) && is_ascii(line))
        was_asked(line);
}

/* Behind such a command nothing goes before its answer: what is sent with it might be
 * the payload of something that only the server knows. */
bool careless_waits(const struct item *item)
{
    if (item->kind != ITEM_COMMAND)
        return false;
    struct span argument = reading_argument(&strict, mta_line(item));
    switch (item->verb) {
    case VERB_UNKNOWN:
        return true;
    case VERB_NOOP:
    case VERB_HELP:
    case VERB_VRFY:
    case VERB_EXPN:
        return argument.n > 0;
    default:
        return false;
    }
}

/* The first bytes of a tunnel are a TLS record: a handshake of any version 3. */
void careless_tunnel(struct span bytes)
{
    static const char hello[] = {0x16, 0x03};
    for (size_t i = 0; i < sizeof hello && i < bytes.n; i++)
        check(bytes.p[i] == hello[i]);
}
