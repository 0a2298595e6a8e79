/* What a trusted peer tells of the client it speaks for: the arguments of XCLIENT and
 * XFORWARD (Postfix' XCLIENT_README and XFORWARD_README). */
#ifndef SG_SMTP_TOLD_H
#define SG_SMTP_TOLD_H

#include "../base/address.h"
#include "../base/span.h"

#define TOLD_MAX 255u /* of a value */

/* What the relay offers to such peers. */
#define TOLD_XCLIENT "XCLIENT NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT REVERSE_NAME"
#define TOLD_XFORWARD "XFORWARD NAME ADDR PORT PROTO HELO IDENT SOURCE"

struct told {
    bool address, port, helo, login; /* which of them there were */
    union address client;            /* AF_UNSPEC: the peer does not know it */
    unsigned short port_number;
    char helo_name[TOLD_MAX + 1]; /* "" if the peer does not know it */
    bool logged_in;               /* LOGIN has a name */
};

/* False: it is not a list of attributes, each known, and none of them twice. */
bool told_parse(struct span arg, bool xclient, struct told *told);

#endif
