/* The counters of plugins (sg_count(), sg_gauge()), in the scoreboard. */
#ifndef SG_PLUGIN_COUNTING_H
#define SG_PLUGIN_COUNTING_H

#include "../base/scoreboard.h"
#include "module.h"

/* In the keeper, before plugins are loaded.  Without it nothing is counted. */
void counting_open(struct scoreboard *board, unsigned generation);
/* The plugin's table of counters, before it is configured.  False and complained. */
bool counting_declare(struct plugin *p, struct complaints *c);
void counting_forget(struct plugin *p);

#endif
