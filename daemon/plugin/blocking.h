/* Names callbacks that kept the loop, and with it all sessions of the worker,
 * waiting. */
#ifndef SG_PLUGIN_BLOCKING_H
#define SG_PLUGIN_BLOCKING_H

#include "guard.h"

/* From here on it is worth a line. */
#define BLOCKING_MS 500u

/* The callback that g stands for has lasted from g->began until now: logs "BLOCKED",
 * the same plugin once a minute. */
void blocking_report(const struct guard *g, uint64_t now);

#endif
