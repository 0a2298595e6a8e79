/* An address (RFC 5321, 4.1.2), read so that no two programs can read it differently. */
#ifndef SG_SMTP_MAILBOX_H
#define SG_SMTP_MAILBOX_H

#include "../base/buffer.h"
#include "../base/span.h"

/* How MAIL's or RCPT's argument was read, and what the caller answers. */
enum path_reading {
    PATH_FINE,
    PATH_WRONG,     /* 501: no MTA should take this for a path */
    PATH_AMBIGUOUS, /* 553: some MTA would make another address of it */
    PATH_PARAMETERS /* 555: what stands after the path is not a list of parameters */
};

struct mailbox {
    struct span address; /* what the checks see: without source route, the local part without
                            quotes that it does not need, the domain in A-labels; may be empty */
    struct span sent;    /* what the server gets between "<" and ">": with the source route,
                            the domain as the client wrote it */
};

/* s: what stands between "<" and ">", without blanks around it; may be empty.  Both spans
 * point into s, or into room where a spelling has to be changed; it is emptied first. */
enum path_reading mailbox_read(struct span s, struct mailbox *mailbox, struct buffer *room);

#endif
