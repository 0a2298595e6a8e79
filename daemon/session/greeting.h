/* What only the time before the greeting needs. */
#ifndef SG_SESSION_GREETING_H
#define SG_SESSION_GREETING_H

#include "session.h"

struct greeting {
    struct sg_route route;
    uint8_t handover; /* handover.c's stage */
    bool ready;       /* the greeting hook has been asked */
    bool takeover;    /* no server: the relay greets, and plays the server */
    char *reason;     /* … and tells MAIL this */
};

#endif
