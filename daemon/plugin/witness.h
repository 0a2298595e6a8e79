/* Who crashed on a thread.  Work that plugins hand to the pool runs beside the
 * loop, so the guard cannot tell the keeper of it: the thread itself does, with its
 * last breath, and only if the fault is its own. */
#ifndef SG_PLUGIN_WITNESS_H
#define SG_PLUGIN_WITNESS_H

#include "../base/scoreboard.h"
#include "module.h"

/* In the worker, once; later calls do nothing.  slot: where it is to be said. */
void witness_open(struct worker_slot *slot);

/* Around the work, on its thread. */
void witness_enter(const struct plugin *p);
void witness_leave(void);

/* In a handler of some other signal that this thread has brought upon itself. */
void witness_testify(void);
/* This thread is about to start a process, which may end us unheard. */
void witness_note_spawn(void);

#endif
