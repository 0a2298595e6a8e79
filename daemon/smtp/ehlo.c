/* Filtering the EHLO reply, line by line.  A line that stays is passed byte for
 * byte behind its "250-"; nothing is masked. */
#include "ehlo.h"

#include <stdio.h>

/* What a server may offer and this relay cannot honour, each for its reason. */
static const char *const never_passed[] = {
    "XEXCH50",          /* binary data behind the command, outside of lines and of DATA */
    "X-MESSAGECONTEXT", /* the same, in XBDATBLOB */
    "X-EXPS", /* a second AUTH, which would go unnoticed: its exchange is not made of commands */
    "X-ANONYMOUSTLS", /* a second STARTTLS: what follows it is no SMTP */
    "X-LINK2STATE",   /* routing tables for servers that trust each other, not for our clients */
    "XCLIENT",        /* the server trusts the relay's address, not the client's */
    "XFORWARD",       /* the same */
    "XPROXY",         /* the same, between Exchange servers */
    "XPROXYFROM",     /* the same */
    "XPROXYTO",       /* the same */
    "BURL",           /* the message is fetched from elsewhere and never passes here (RFC 4468) */
    "CHECKPOINT",     /* the message begins in the middle; its beginning was another session's (RFC
                         1845) */
    "PRDR",           /* a reply for each recipient behind the end of data */
    "TURN",           /* the roles are reversed (RFC 821) */
    "ATRN",           /* the roles are reversed (RFC 2645) */
    "SEND",           /* begins a mail transaction without MAIL (RFC 821) */
    "SOML",           /* the same */
    "SAML",           /* the same */
    "VERB",           /* further replies, without end, to one command */
};

static const struct {
    const char *keyword;
    enum ehlo_offer offer;
} offers[] = {
    {"AUTH", EHLO_AUTH},         {"ENHANCEDSTATUSCODES", EHLO_ENHANCED},
    {"STARTTLS", EHLO_STARTTLS}, {"PIPELINING", EHLO_PIPELINING},
    {"CHUNKING", EHLO_CHUNKING}, {"SIZE", EHLO_SIZE},
    {"XCLIENT", EHLO_XCLIENT},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* The reply being written.  A line is kept back until it is known whether it is
 * the last one. */
struct writer {
    struct buffer *out;
    struct span line;
    bool any;
    char size[32];
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

/* Takes the next line off *raw, without "250-" and line end. */
static struct span next_line(struct span *raw)
{
    const char *lf = memchr(raw->p, '\n', raw->n);
    struct span line = span_of(raw->p, lf ? (size_t)(lf - raw->p) : raw->n);

    *raw = span_skip(*raw, lf ? line.n + 1 : line.n);
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
    for (size_t i = 0; i < COUNT(offers); i++)
        if (span_is(keyword, offers[i].keyword))
            return offers[i].offer;
    return 0;
}

static bool passes(struct span keyword, const struct ehlo_policy *policy)
{
    if (policy->forbid_starttls && span_is(keyword, "STARTTLS"))
        return false;
    for (size_t i = 0; i < COUNT(never_passed); i++)
        if (span_is(keyword, never_passed[i]))
            return false;
    for (const char *const *word = policy->not_offered; word && *word; word++)
        if (span_is(keyword, *word))
            return false;
    return true;
}

/* True if the server's own limit, in a line "SIZE n", is not above ours; no
 * number, and 0, are no limit (RFC 1870, 3). */
static bool low_enough(struct span line, uint64_t limit)
{
    unsigned long long size;

    span_word(&line);
    return span_number(span_trim(line), &size) && size > 0 && size <= limit;
}

static void keep(struct writer *w, struct span line, struct span keyword,
                 const struct ehlo_policy *policy)
{
    if (span_is(keyword, "SIZE") && policy->size_limit > 0 && !low_enough(line, policy->size_limit))
        add_size(w, policy->size_limit);
    else if (passes(keyword, policy))
        add(w, line);
}

unsigned ehlo_filter(struct span raw, const struct ehlo_policy *policy, struct buffer *out)
{
    struct writer w = {.out = out};
    unsigned offered = 0;

    add(&w, next_line(&raw));
    while (raw.n > 0) {
        struct span line = next_line(&raw), keyword = keyword_of(line);

        offered |= offer_of(keyword);
        keep(&w, line, keyword, policy);
    }
    if (policy->size_limit > 0 && !(offered & EHLO_SIZE))
        add_size(&w, policy->size_limit);
    put(&w, "250 ");
    return offered;
}
