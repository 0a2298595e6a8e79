/* One plugin's shared object, opened and checked.  Private to plugin/. */
#ifndef SG_PLUGIN_OPEN_H
#define SG_PLUGIN_OPEN_H

#include "module.h"

/* Fills handle and desc of p, whose name, path and file are set.  False and
 * complained, with file (the conf.d file or, without one, the object) in front. */
bool module_open(struct plugin *p, struct complaints *c);
void module_close(struct plugin *p);

/* The options of every plugin file, for struct common; on_error is the first. */
#define COMMON_OPTIONS 7u
extern const struct sg_option common_options[COMMON_OPTIONS + 1];
/* The same with the defaults that a plugin has for them. */
void common_options_of(const struct sg_plugin *desc, struct sg_option table[COMMON_OPTIONS + 1]);

#endif
