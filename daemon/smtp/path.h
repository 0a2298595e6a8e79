/* The arguments of MAIL and RCPT (RFC 5321, 4.1.2), and ESMTP parameters. */
#ifndef SG_SMTP_PATH_H
#define SG_SMTP_PATH_H

#include "mailbox.h"

struct path {
    struct mailbox mailbox;
    struct span parameters; /* "SIZE=5 BODY=8BITMIME", trimmed, may be empty */
    bool canonical;         /* the client wrote exactly `FROM:<…>[ parameters]`, as mailbox.sent
                               has it: the line may be forwarded as it is; otherwise it is built
                               anew */
};

/* arg: what stands after MAIL or RCPT.  keyword: "FROM" or "TO".  Tolerates
 * blanks around the colon and an address without <>, as MTAs do, so that no
 * spelling escapes the checks.  names: the address that stands beside a name or a comment
 * is taken as well, see named.h.  The spans point into arg or into room. */
enum path_reading path_parse(struct span arg, const char *keyword, bool names, struct path *path,
                             struct buffer *room);

/* The value of KEY=value among parameters (key alone: empty span, true). */
bool parameter_find(struct span parameters, const char *key, struct span *value);

#endif
