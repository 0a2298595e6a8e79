/* What a worker is confined to: system calls (sandbox_calls.h) and files
 * (sandbox_files.h).  The keeper itself is not: it forks and opens what the next
 * worker needs. */
#ifndef SG_KEEPER_SANDBOX_H
#define SG_KEEPER_SANDBOX_H

#include "../base/scoreboard.h"
#include "../plugin/module.h"
#include "sandbox_calls.h"

struct sandbox {
    enum calls_mode calls;
    bool files;
};

/* What this build, this kernel, the configuration and the plugins allow; says so in
 * the log.  In the keeper, once. */
struct sandbox sandbox_plan(const struct core *core, const struct plugins *plugins);

/* In a worker that has no thread yet; there is no way back.  slot: where a call that is
 * refused is noted, for the obituary.  False: it was not possible, and has been logged. */
bool sandbox_enter(const struct sandbox *box, const struct core *core,
                   const struct plugins *plugins, struct worker_slot *slot);

#endif
