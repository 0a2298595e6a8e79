/* A trusted peer (xclient_from) says who its client is. */
#ifndef SG_SESSION_CLIENT_TOLD_H
#define SG_SESSION_CLIENT_TOLD_H

#include "request.h"
#include "session.h"

/* What is kept of it, for as long as the session. */
struct client_told {
    union address peer; /* who says so: the other end of the connection */
    unsigned asked;     /* hooks that are still to be asked: private to client_told.c */
    bool refused;       /* a hook objected to the client: MAIL hears it */
    int code;           /* … with this */
    char enhanced[12], text[512];
};

bool told_is_trusted(const struct session *s);
/* XCLIENT or XFORWARD of such a peer.  WAIT: as for any command; is called again. */
enum outcome told_take(struct session *s, struct request *r);
/* True: the client that was told is refused, and MAIL has been answered. */
bool told_refuses(struct session *s);

#endif
