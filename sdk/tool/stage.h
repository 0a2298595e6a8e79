/* A script on the stage: the client and the server of smtp-gated-plugin(1) around
 * the worker's own relay, on its loop.  One script a process.
 *
 * The lines are played one after the other; one whose time has not come (no reply
 * yet, an event that a slow check may still raise) is tried again whenever
 * something happened, until patience is over.  Those that expect something are
 * tests of TAP. */
#ifndef SG_TOOL_STAGE_H
#define SG_TOOL_STAGE_H

#include "script.h"
#include <smtp-gated/plugin.h>

/* Every word is known and has what it needs; else complained. */
bool stage_check(const struct script *script, struct complaints *c);
/* Prints the plan, begins to play; over is called once, from the loop. */
void stage_begin(const struct script *script, uint16_t server_port, void (*over)(void));
void stage_end(void);
bool stage_went_well(void);

/* Something happened: the line that waits is tried again, from the loop. */
void stage_poke(void);

/* What the relay tells its plugins. */
void stage_session(struct sg_session *s);
void stage_session_over(const struct sg_session *s); /* maybe not the one on the stage */
void stage_event(const char *name, const char *detail);
uint16_t stage_server_port(void);

#endif
