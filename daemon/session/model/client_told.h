/* A trusted peer (xclient_from) says who its client is. */
#ifndef SG_SESSION_MODEL_CLIENT_TOLD_H
#define SG_SESSION_MODEL_CLIENT_TOLD_H

#include "../../base/address.h"

#include <stdbool.h>

/* What is kept of it, for as long as the session. */
struct client_told {
    union address peer; /* who says so: the other end of the connection */
    unsigned asked;     /* hooks that are still to be asked: private to client_info_in.c */
    bool refused;       /* a hook objected to the client: MAIL hears it */
    int code;           /* … with this */
    char enhanced[12], text[512];
};

#endif
