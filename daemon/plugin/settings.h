/* A plugin's conf.d file, read into its settings.  Private to plugin/. */
#ifndef SG_PLUGIN_SETTINGS_H
#define SG_PLUGIN_SETTINGS_H

#include "../conf/options.h"
#include "module.h"

/* The two structs one conf.d file fills. */
#define SETTINGS_TARGETS 2u
void settings_targets(const struct plugin *p, struct option_target targets[SETTINGS_TARGETS]);

/* Reads p->file and calls the plugin's configure(); sets p->configured. */
bool settings_read(struct plugin *p, bool ignore_errors, struct complaints *c);
/* Reads p->file only. */
bool settings_take(struct plugin *p, struct complaints *c);
/* Calls the plugin's prepare().  False and complained. */
bool settings_prepare(struct plugin *p, struct complaints *c);
void settings_free(struct plugin *p);

#endif
