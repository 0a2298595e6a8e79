/* The files a plugin may use in a worker: those its options name, and those it
 * asked for with sg_grant().  Opened (O_PATH) when the plugin is configured: then
 * they are what the configuration means, whatever a chroot makes of the path. */
#ifndef SG_PLUGIN_GRANTS_H
#define SG_PLUGIN_GRANTS_H

#include "module.h"

struct grant {
    struct grant *next;
    int fd;          /* -1: not to be opened from here; perhaps it is inside a chroot */
    unsigned access; /* SG_GRANT_* */
    char path[];
};

/* What the SG_PATH options of p say, for reading. */
void grants_of_options(struct plugin *p);
/* 0; or -1 and errno, if it cannot be found now. */
int grants_add(struct plugin *p, const char *path, unsigned access);
/* In a worker, as soon as they have served: from a directory's descriptor there is a
 * way out of a chroot. */
void grants_close(struct plugin *p);
void grants_free(struct plugin *p);

#endif
