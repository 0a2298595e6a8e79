/* The MTA's side of the oracle: is this line one that the client sent, behind
 * the last one, and may it come here?  Is this message the one it sent, whole,
 * and clean?  And complaints. */
#include "oracle.h"
#include <ctype.h>
#include <stdarg.h>
#include <strings.h>

struct tally tally;
bool tracing;

enum { COMPLAINTS_SHOWN = 40 };

void complain(const struct session *s, const char *fmt, ...)
{
    va_list ap;
    if (tally.complaints++ >= COMPLAINTS_SHOWN)
        return;
    va_start(ap, fmt);
    fprintf(stderr, "complaint: session %u: ", s->number);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
}

void trace(const struct session *s, const char *who, const char *p, size_t n)
{
    if (!tracing)
        return;
    fprintf(stderr, "%u %s ", s->number, who);
    for (size_t i = 0; i < n && i < 300; i++) {
        unsigned char c = (unsigned char)p[i];
        fprintf(stderr, isprint(c) ? "%c" : "\\%02x", c);
    }
    fprintf(stderr, n > 300 ? "… (%zu)\n" : "\n", n);
}

/* The kind of a line by its verb; OTHER is any. */
static enum kind kind_of(const char *line, size_t n)
{
    static const struct {
        const char *verb;
        enum kind kind;
    } verbs[] = {{"HELO", HELO}, {"EHLO", HELO}, {"MAIL", MAIL},        {"RCPT", RCPT},
                 {"DATA", DATA}, {"BDAT", BDAT}, {"RSET", RSET},        {"NOOP", NOOP},
                 {"AUTH", AUTH}, {"QUIT", QUIT}, {"STARTTLS", STARTTLS}};
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (n >= 4 && strncasecmp(line, verbs[i].verb, strlen(verbs[i].verb)) == 0)
            return verbs[i].kind;
    return OTHER;
}

static bool is_kind(enum kind piece, enum kind line)
{
    return piece == line || (piece == LAST && line == BDAT) ||
           (piece == AUTH_ANSWER && line == OTHER);
}

/* Is the text the piece's?  The relay may spell paths anew, and counts its header in BDAT and
 * SIZE; all else stays as it is. */
static bool same_text(const struct session *s, const struct piece *p, const char *line, size_t n)
{
    if (p->kind == MAIL || p->kind == RCPT || p->kind == BDAT || p->kind == LAST)
        return true;
    size_t size = p->size;
    while (size > 0 && strchr("\r\n", s->wire.p[p->at + size - 1]))
        size--;
    return size == n && memcmp(s->wire.p + p->at, line, n) == 0;
}

/* The piece that the line names, or the next one of its kind; 0: none. */
static unsigned find(const struct session *s, unsigned cursor, const char *line, size_t n)
{
    enum kind kind = kind_of(line, n);
    unsigned number, named;
    char text[64];
    snprintf(text, sizeof text, "%.*s", (int)(n < 63 ? n : 63), line);
    const char *token = strstr(text, " s");
    if (!token && (kind == MAIL || kind == RCPT))
        token = strstr(text, "<s");
    if (token && sscanf(token + 2, "%u.%u", &number, &named) == 2)
        return number == s->number && named > cursor && named < s->count ? named : 0;
    for (unsigned i = cursor + 1; i < s->count; i++)
        if (is_kind(s->pieces[i].kind, kind))
            return i;
    return 0;
}

/* Part of a message whose DATA never came here, and that the client did not wait for? */
static bool is_adrift(const struct session *s, unsigned cursor)
{
    for (unsigned i = cursor + 1; i < s->count; i++)
        if (s->pieces[i].kind == BODY && s->letters[s->pieces[i].letter].early)
            return true;
    return s->adrift;
}

unsigned oracle_line(struct session *s, unsigned cursor, const char *line, size_t n)
{
    unsigned i = find(s, cursor, line, n);
    trace(s, "M <", line, n);
    if (i == 0 || !is_kind(s->pieces[i].kind, kind_of(line, n)) ||
        !same_text(s, &s->pieces[i], line, n)) {
        if (is_adrift(s, cursor))
            s->adrift = true;
        else if (kind_of(line, n) != QUIT) /* which the daemon says by itself */
            complain(s, "the MTA gets a line nobody sent behind #%u: %.*s", cursor,
                     (int)(n < 60 ? n : 60), line);
        return 0;
    }
    if (s->client && s->sent < s->pieces[i].at + s->pieces[i].head)
        complain(s, "the MTA gets #%u before it was sent", i);
    return i;
}

/* Digits off the front of *p; false: there are none. */
static bool digits(const char **p)
{
    const char *from = *p;
    while (isdigit((unsigned char)**p))
        (*p)++;
    return *p > from;
}

static bool text(const char **p, const char *want)
{
    bool there = strncmp(*p, want, strlen(want)) == 0;
    *p += there ? strlen(want) : 0;
    return there;
}

/* The trace header's length; 0: it is not there or not this client's. */
static size_t trace_header(const struct session *s, const struct bytes *got)
{
    char head[160];
    size_t n = got->n < sizeof head - 1 ? got->n : sizeof head - 1;
    const char *p = head;
    if (n > 0)
        memcpy(head, got->p, n);
    head[n] = '\0';
    if (!text(&p, "X-Nat-Received: from [127.0.0.1]:"))
        return 0;
    unsigned port = (unsigned)atoi(p);
    bool fine = digits(&p) && text(&p, " [ident-empty]\r\n\tby proxy.test with TPROXY id ") &&
                digits(&p) && text(&p, ".") && digits(&p) && text(&p, "\r\n");
    return fine && (!s->client || client_port(s->client) == port) ? (size_t)(p - head) : 0;
}

static void compare(const struct session *s, const struct letter *l, const struct bytes *got,
                    size_t header)
{
    size_t n = got->n - header, i = 0;
    const char *p = got->p + header;
    while (i < n && i < l->text.n && p[i] == l->text.p[i])
        i++;
    if (i < n || i < l->text.n)
        complain(s, "a message of %zu bytes arrives as %zu, and differs at %zu", l->text.n, n, i);
}

void oracle_message(struct session *s, unsigned letter, const struct bytes *got, size_t declared)
{
    struct letter *l = &s->letters[letter];
    size_t header = trace_header(s, got);
    if (l->marked)
        complain(s, "MARKED: message %u is completed at the MTA", letter);
    if (l->bare_cr)
        complain(s, "message %u with a bare CR is completed at the MTA", letter);
    if (l->end == 0 || l->completed)
        complain(s, "message %u is completed, and has no end or had it before", letter);
    if (s->client && s->sent < s->pieces[l->end].at + s->pieces[l->end].size)
        complain(s, "message %u is completed before its end was sent", letter);
    if (header == 0)
        complain(s, "message %u has not the trace header that is right", letter);
    if (declared && declared != l->declared + header)
        complain(s, "SIZE=%zu of message %u for %zu and %zu", declared, letter, l->declared,
                 header);
    compare(s, l, got, header);
    tally.completed++;
    tally.bytes += got->n;
}
