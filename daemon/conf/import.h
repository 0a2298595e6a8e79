/* --import: a flat file of smtp-gated 1.4 becomes the new tree. */
#ifndef SG_CONF_IMPORT_H
#define SG_CONF_IMPORT_H

#include "../base/complaint.h"
#include <stdbool.h>

/* Does the plugin of this name take the file?  NULL if it does, or is not there; else what is
 * wrong, in lines "FILE:LINE: option …", which the caller frees. */
typedef char *import_ask(const char *plugin, const char *file);

/* Reads `old` and writes DIR/smtp-gated.conf and DIR/conf.d/NN-PLUGIN.conf.  What
 * is there already is never overwritten, and nothing is written if the old file
 * has errors, or values that the new program or one of its plugins refuses.  Returns 0, or -1 and
 * *c says why; remarks say what has no counterpart and what needs a look. */
int import_tree(const char *old, const char *dir, import_ask *ask, struct complaints *c);

/* True if the file is written as 1.4's were, NAME VALUE without '='. */
bool import_looks_old(const char *file);

#endif
