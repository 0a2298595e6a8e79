/* A configuration file as assignments of text to names, through libconfuse.
 * What the text means is not known here. */
#ifndef SG_CONF_PARSE_H
#define SG_CONF_PARSE_H

#include "../base/complaint.h"
#include <stdbool.h>

/* All values given to one name.  Unset: line 0. */
struct assignment {
    const char *name; /* borrowed */
    bool secret;      /* what is found in its line is shown to nobody */
    int line;         /* of the last time it was set */
    int overridden;   /* line of an earlier time that this one replaced, or 0 */
    unsigned count;
    char **values;
    int *lines; /* of each value */
};

struct assignments {
    struct assignment *all;
    unsigned count, room;
};

/* Names that may be set; do this first. */
struct assignment *assignments_add(struct assignments *a, const char *name);
struct assignment *assignments_find(struct assignments *a, const char *name);
void assignments_finish(struct assignments *a);

/* Fills *a; to be called in the C locale.  False if the file cannot be read or understood, or sets
 * other names (complained, with the nearest of the known ones). */
bool parse_file(const char *file, struct assignments *a, struct complaints *c);

/* The known name most like a mistyped one, NULL if none is near. */
const char *nearest_name(const char *mistyped, const struct assignments *a);

#endif
