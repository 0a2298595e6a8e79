/* Plugins that crash workers again and again are taken out of service.  A crash
 * costs a worker's sessions, by thousands if there are thousands in it; the
 * plugin's on_error costs those that needed the plugin an answer. */
#ifndef SG_KEEPER_CONTAINMENT_H
#define SG_KEEPER_CONTAINMENT_H

#include "../base/scoreboard.h"
#include "../plugin/module.h"

struct containment;

/* Before the workers are forked.  Another generation begins with a clean slate: a
 * plugin that was mended gets its chance. */
struct containment *containment_create(const struct plugins *set, struct scoreboard *board,
                                       unsigned generation);
void containment_destroy(struct containment *c);

/* A worker ended, now (clock_ms()), in a callback of this plugin; the label may have
 * been cut. */
void containment_crash(struct containment *c, const char *label, uint64_t now);

/* Lets those return whose time is over.  When the next is due, clock_ms();
 * UINT64_MAX: none. */
uint64_t containment_tend(struct containment *c, uint64_t now);

#endif
