/* The EHLO reply: what the server offers, and what of it the relay can honour.
 * A keyword that it cannot is removed wholly, and the last line stays last. */
#ifndef SG_SMTP_EHLO_H
#define SG_SMTP_EHLO_H

#include "../base/buffer.h"
#include "../base/span.h"
#include <stdint.h>

enum ehlo_offer {
    EHLO_AUTH = 1,
    EHLO_ENHANCED = 2, /* ENHANCEDSTATUSCODES */
    EHLO_STARTTLS = 4,
    EHLO_PIPELINING = 8,
    EHLO_CHUNKING = 16,
    EHLO_SIZE = 32,
    EHLO_XCLIENT = 64
};

/* Which keywords to remove besides those the relay never passes (XEXCH50,
 * XCLIENT, BURL, ATRN, TURN, X-EXPS … see ehlo.c). */
struct ehlo_policy {
    bool forbid_starttls;
    uint64_t size_limit;            /* 0: none; else SIZE is lowered to it, or added */
    const char *const *not_offered; /* also to remove, NULL-terminated; NULL: none */
};

/* raw: a whole 250 reply.  Appends what the client gets to *out; returns
 * enum ehlo_offer of what the *server* said. */
unsigned ehlo_filter(struct span raw, const struct ehlo_policy *policy, struct buffer *out);

#endif
