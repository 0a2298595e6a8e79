/* What only the time before the greeting needs. */
#ifndef SG_SESSION_GREETING_H
#define SG_SESSION_GREETING_H

#include "session.h"

struct greeting {
    struct sg_route route;
    uint8_t handover; /* handover.c's stage */
    bool ready;       /* the greeting hook has been asked */
    char *reason;     /* why there is no server; NULL: there is, or may be */
};

#endif
