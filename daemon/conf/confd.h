/* conf.d: which files there are.  NN-PLUGIN.conf or NN-PLUGIN@INSTANCE.conf, in
 * the order of their names; others are remarked and ignored. */
#ifndef SG_CONF_CONFD_H
#define SG_CONF_CONFD_H

#include "../base/complaint.h"
#include <stdbool.h>

struct confd_entry {
    char *path;     /* of the file */
    char *label;    /* "60-av-clamd" or "60-av-clamd@second": names it in the log */
    char *plugin;   /* "av-clamd" */
    char *instance; /* "second", or NULL */
};

struct confd {
    struct confd_entry *entries;
    unsigned count;
};

/* False if the directory cannot be read (complained). */
bool confd_scan(const char *directory, struct confd *confd, struct complaints *c);
void confd_finish(struct confd *confd);

#endif
