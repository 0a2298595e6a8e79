/* Filtering the EHLO reply, line by line.  A line that stays is passed byte for
 * byte after its "250-"; nothing is masked. */
#include "ehlo.h"
#include "told.h"

#include <stdio.h>

/* What the relay has to know of an offer, and the bytes that its parameters add to a line
 * of MAIL and of RCPT at most, with their blanks. */
static const struct {
    const char *keyword;
    enum ehlo_offer offer;
    unsigned mail_more, rcpt_more;
} extensions[] = {
    {"AUTH", EHLO_AUTH, 500, 0}, /* RFC 4954, 3 */
    {"ENHANCEDSTATUSCODES", EHLO_ENHANCED, 0, 0},
    {"STARTTLS", EHLO_STARTTLS, 0, 0},
    {"PIPELINING", EHLO_PIPELINING, 0, 0},
    {"CHUNKING", EHLO_CHUNKING, 0, 0},
    {"SIZE", EHLO_SIZE, 26, 0}, /* RFC 1870, 3 */
    {"XCLIENT", EHLO_XCLIENT, 0, 0},
    {"XFORWARD", EHLO_XFORWARD, 0, 0},
    {"8BITMIME", EHLO_8BITMIME, 17, 0},             /* BODY=BINARYMIME, too: RFC 3030, 3 */
    {"DSN", EHLO_DSN, 117, 536},                    /* RFC 3461, 4 */
    {"SMTPUTF8", EHLO_SMTPUTF8, 460, 460},          /* RFC 6531, 3.1 */
    {"DELIVERBY", EHLO_DELIVERBY, 17, 0},           /* RFC 2852, 3 */
    {"FUTURERELEASE", EHLO_FUTURERELEASE, 34, 0},   /* RFC 4865, 4 */
    {"MTRK", EHLO_MTRK, 40, 0},                     /* RFC 3885, 4 */
    {"MT-PRIORITY", EHLO_MT_PRIORITY, 15, 0},       /* RFC 6710, 4 */
    {"NO-SOLICITING", EHLO_NO_SOLICITING, 1000, 0}, /* RFC 3865, 2.2 */
    {"REQUIRETLS", EHLO_REQUIRETLS, 11, 0},         /* RFC 8689, 2 */
    {"RRVS", EHLO_RRVS, 0, 59},                     /* RFC 7293, 3 */
    {"SUBMITTER", EHLO_SUBMITTER, 531, 0},          /* RFC 4405, 4 */
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* The reply being written.  A line is kept back until it is known whether it is
 * the last one. */
struct writer {
    struct buffer *out;
    struct span line;
    bool any;
    char size[32];
    struct buffer limits;
};

static void put(struct writer *w, const char *mark)
{
    buffer_append(w->out, mark, 4);
    buffer_append(w->out, w->line.p, w->line.n);
    buffer_append(w->out, "\r\n", 2);
}

static void add(struct writer *w, struct span text)
{
    if (w->any)
        put(w, "250-");
    w->line = text;
    w->any = true;
}

static void add_size(struct writer *w, uint64_t limit)
{
    snprintf(w->size, sizeof w->size, "SIZE %ju", (uintmax_t)limit);
    add(w, span_str(w->size));
}

static bool is_blank(struct span line)
{
    if (line.n > 0 && line.p[0] > ' ')
        return false;
    for (size_t i = 0; i < line.n; i++)
        if (memchr(" \t\r", line.p[i], 3) == NULL)
            return false;
    return true;
}

/* Takes the next line off *raw, without "250-" and line end.  Blank ones are none. */
static struct span next_line(struct span *raw)
{
    struct span line;

    do {
        const char *lf = memchr(raw->p, '\n', raw->n);

        line = span_of(raw->p, lf ? (size_t)(lf - raw->p) : raw->n);
        *raw = span_skip(*raw, lf ? line.n + 1 : line.n);
    } while (is_blank(line) && raw->n > 0);
    if (line.n > 0 && line.p[line.n - 1] == '\r')
        line.n--;
    return span_skip(line, line.n < 4 ? line.n : 4);
}

/* The keyword of a line.  "AUTH=LOGIN" is how AUTH was once offered. */
static struct span keyword_of(struct span line)
{
    struct span word = span_word(&line);
    const char *equals = word.n > 0 ? memchr(word.p, '=', word.n) : NULL;

    return span_of(word.p, equals ? (size_t)(equals - word.p) : word.n);
}

static unsigned offer_of(struct span keyword)
{
    for (size_t i = 0; i < COUNT(extensions); i++)
        if (span_is(keyword, extensions[i].keyword))
            return extensions[i].offer;
    return 0;
}

size_t ehlo_line_more(unsigned offers, enum verb verb)
{
    size_t more = 0;

    for (size_t i = 0; i < COUNT(extensions); i++)
        if (offers & extensions[i].offer)
            more += verb == VERB_MAIL   ? extensions[i].mail_more
                    : verb == VERB_RCPT ? extensions[i].rcpt_more
                                        : 0;
    return more;
}

/* The verb that an offer is for, if there is one. */
static enum verb verb_offered(struct span keyword)
{
    if (span_is(keyword, "CHUNKING") || span_is(keyword, "BINARYMIME"))
        return VERB_BDAT;
    return command_parse(keyword).verb;
}

/* What is offered and then refused makes some clients give up: a keyword goes with its
 * verb. */
static bool passes(struct span keyword, unsigned offer, const struct ehlo_policy *policy)
{
    if (policy->forbid_starttls && span_is(keyword, "STARTTLS"))
        return false;
    for (const char *const *word = policy->not_offered; word && *word; word++)
        if (span_is(keyword, *word))
            return false;
    if (policy->passes) {
        enum verb verb = verb_offered(keyword);
        if (verb != VERB_UNKNOWN && !policy->passes(verb))
            return false;
    }
    if (offer & ~(unsigned)(EHLO_XCLIENT | EHLO_XFORWARD))
        return true; /* one that is known, and no verb that is never passed */
    return !verb_is_never(verb_taken_for(keyword));
}

/* True if the server's own limit, in a line "SIZE n", is not above ours; no
 * number, and 0, are no limit (RFC 1870, 3). */
static bool low_enough(struct span line, uint64_t limit)
{
    unsigned long long size;

    span_word(&line);
    return span_number(span_trim(line), &size) && size > 0 && size <= limit;
}

/* "LIMITS MAILMAX=100 RCPTMAX=5000" (RFC 9422, 3) with our own RCPTMAX if the server's is
 * more, or not a number.  A client keeps what is promised there. */
static void add_limits(struct writer *w, struct span line, uint64_t most)
{
    static const char name[] = "RCPTMAX=";
    struct buffer lowered = {0};
    struct span word;

    while ((word = span_word(&line)).n > 0) {
        unsigned long long n;
        bool ours = word.n >= sizeof name - 1 && strncasecmp(word.p, name, sizeof name - 1) == 0;

        if (buffer_len(&lowered) > 0)
            buffer_append(&lowered, " ", 1);
        if (ours && (!span_number(span_skip(word, sizeof name - 1), &n) || n > most))
            buffer_printf(&lowered, "%s%ju", name, (uintmax_t)most);
        else
            buffer_append(&lowered, word.p, word.n);
    }
    add(w, span_of(buffer_head(&lowered), buffer_len(&lowered)));
    buffer_finish(&w->limits); /* of a line that has been written */
    w->limits = lowered;
}

static void keep(struct writer *w, struct span line, struct span keyword, unsigned offer,
                 const struct ehlo_policy *policy)
{
    if (span_is(keyword, "SIZE") && policy->size_limit > 0 && !low_enough(line, policy->size_limit))
        add_size(w, policy->size_limit);
    else if (!passes(keyword, offer, policy))
        return;
    else if (policy->max_recipients > 0 && span_is(keyword, "LIMITS"))
        add_limits(w, line, policy->max_recipients);
    else
        add(w, line);
}

unsigned ehlo_filter(struct span raw, const struct ehlo_policy *policy, struct buffer *out)
{
    struct writer w = {.out = out};
    unsigned offered = 0;

    add(&w, next_line(&raw));
    while (raw.n > 0) {
        struct span line = next_line(&raw), keyword = keyword_of(line);

        unsigned offer = offer_of(keyword);
        offered |= offer;
        keep(&w, line, keyword, offer, policy);
    }
    if (policy->tells) {
        add(&w, span_str(TOLD_XCLIENT));
        add(&w, span_str(TOLD_XFORWARD));
    }
    put(&w, "250 ");
    buffer_finish(&w.limits);
    return offered;
}
