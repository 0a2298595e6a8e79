/* The arguments of MAIL and RCPT (RFC 5321, 4.1.2), and ESMTP parameters. */
#ifndef SG_SMTP_PATH_H
#define SG_SMTP_PATH_H

#include "../base/span.h"

struct path {
    struct span address;    /* without <> and source route; quoted parts as written; may be empty */
    struct span raw;        /* with <> if the client wrote them: what a canonical line repeats */
    struct span parameters; /* "SIZE=5 BODY=8BITMIME", trimmed, may be empty */
    bool canonical;         /* the client wrote exactly `FROM:<…>[ parameters]`: the line may be
                               forwarded as it is; otherwise it is built anew */
};

/* arg: what stands behind MAIL or RCPT.  keyword: "FROM" or "TO".  Tolerates
 * blanks around the colon and an address without <>, as MTAs do, so that no
 * spelling escapes the checks.  False: no MTA should take this for a path; the
 * caller answers 501. */
bool path_parse(struct span arg, const char *keyword, struct path *path);

/* The value of KEY=value among parameters (key alone: empty span, true). */
bool parameter_find(struct span parameters, const char *key, struct span *value);

#endif
