/* The command that is being looked at: checked, then put to its hook, then sent on.
 *
 * A command that cannot be checked yet, because replies are due first, stays in the
 * connection's buffer and is looked at anew.  One that has been checked is kept in the session
 * while it waits, for its hook or for replies, and goes on from there. */
#ifndef SG_SESSION_MODEL_REQUEST_H
#define SG_SESSION_MODEL_REQUEST_H

#include "../../smtp/command.h"
#include "../../smtp/line.h"
#include "../../smtp/path.h"
#include "session.h"

struct request {
    struct line line;
    struct command command;
    struct path path;          /* MAIL, RCPT */
    struct buffer room;        /* what path points to where it needed another spelling */
    uint64_t size;             /* BDAT: of the chunk */
    bool last;                 /* … and whether it ends the message */
    bool told;                 /* XCLIENT or XFORWARD of a trusted peer */
    bool alone;                /* nothing may go after it before its reply is complete */
    bool checked;              /* from then on it is kept, not looked at anew */
    bool more;                 /* bytes came after it */
    int hook;                  /* that is asked; -1: none */
    struct span first, second; /* the hook's arguments */
    char text[];               /* the line, of a request that is kept */
};

void request_free(struct request *r); /* one that was kept; may be NULL */

#endif
