/* What only the time before the greeting needs. */
#ifndef SG_SESSION_MODEL_GREETING_H
#define SG_SESSION_MODEL_GREETING_H

#include "session.h"

struct greeting {
    struct sg_route route;
    uint8_t handover; /* client_info_out.c's stage */
    bool ready;       /* the greeting hook has been asked */
    char *reason;     /* why there is no server; NULL: there is, or may be */
};

#endif
