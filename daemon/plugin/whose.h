/* Whose line of the log, or whose work, it is, where no session and no `self` tells. */
#ifndef SG_PLUGIN_WHOSE_H
#define SG_PLUGIN_WHOSE_H

#include "module.h"

/* An instance whose object lies at `base`, while it is loaded. */
void whose_add(struct plugin *p, const void *base);
void whose_remove(struct plugin *p);

/* The fields of a log line, and after them the label of the plugin that wrote it: the one
 * that the host has called.  In a call that is not the host's, as one of libuv,
 * it is the one in whose object the words of the line lie, fields or event; of an object that
 * several files load, all their labels.  As they are if that is not a plugin, or `out` has no
 * room. */
const char *whose_fields(const char *event, const char *fields, char *out, size_t size);

#endif
