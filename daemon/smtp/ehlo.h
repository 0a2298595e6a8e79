/* The EHLO reply: what the server offers, and what of it the relay can honour.
 * A keyword that it cannot is removed wholly, and the last line stays last. */
#ifndef SG_SMTP_EHLO_H
#define SG_SMTP_EHLO_H

#include "../base/buffer.h"
#include "../base/span.h"
#include "command.h"
#include <stdint.h>

enum ehlo_offer {
    EHLO_AUTH = 1,
    EHLO_ENHANCED = 2, /* ENHANCEDSTATUSCODES */
    EHLO_STARTTLS = 4,
    EHLO_PIPELINING = 8,
    EHLO_CHUNKING = 16,
    EHLO_SIZE = 32,
    EHLO_XCLIENT = 64,
    EHLO_8BITMIME = 1 << 7, /* from here on only for ehlo_line_more() */
    EHLO_DSN = 1 << 8,
    EHLO_SMTPUTF8 = 1 << 9,
    EHLO_DELIVERBY = 1 << 10,
    EHLO_FUTURERELEASE = 1 << 11,
    EHLO_MTRK = 1 << 12,
    EHLO_MT_PRIORITY = 1 << 13,
    EHLO_NO_SOLICITING = 1 << 14,
    EHLO_REQUIRETLS = 1 << 15,
    EHLO_RRVS = 1 << 16,
    EHLO_SUBMITTER = 1 << 17,
    EHLO_XFORWARD = 1 << 18
};

/* Which keywords to remove besides those of verbs that are never passed (verbs.def). */
struct ehlo_policy {
    bool forbid_starttls;
    bool tells; /* the client may say for whom it speaks: XCLIENT and XFORWARD are offered */
    uint64_t size_limit;            /* 0: none; else SIZE is lowered to it */
    uint64_t max_recipients;        /* 0: none; else RCPTMAX of LIMITS is lowered to it */
    bool (*passes)(enum verb verb); /* offers of other verbs are removed; NULL: all pass */
    const char *const *not_offered; /* also to remove, NULL-terminated; NULL: none */
};

/* raw: a whole 250 reply.  Appends what the client gets to *out; returns
 * enum ehlo_offer of what the *server* said. */
unsigned ehlo_filter(struct span raw, const struct ehlo_policy *policy, struct buffer *out);

/* How many bytes the parameters of what is offered may add to a line of this verb. */
size_t ehlo_line_more(unsigned offers, enum verb verb);

#endif
