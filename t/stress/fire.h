/* What is done to the daemon meanwhile, as whoever does it says, and what that
 * excuses: a reply of the table in fire.c, while it is done and a moment longer. */
#ifndef CAMPAIGN_FIRE_H
#define CAMPAIGN_FIRE_H

#include <stdbool.h>

enum excuse {
    EXCUSE_CHECK, /* 451 to a message, or a chunk of it: it could not be kept or checked */
    EXCUSE_DIAL,  /* the daemon greets by itself: it could not connect */
    EXCUSES
};

/* Both: false if there is no such excuse. */
bool fire_allow(const char *name);
bool fire_forbid(const char *name);

bool fire_excuses(enum excuse e); /* and counts it */
unsigned fire_excused(enum excuse e);

#endif
