/* The hooks, as numbers. */
#ifndef SG_PLUGIN_HOOKS_H
#define SG_PLUGIN_HOOKS_H

enum hook {
#define HOOK(name, decider) HOOK_##name,
#include "hooks.def"
#undef HOOK
    HOOK_COUNT,
    /* For the log: what else of a plugin a worker may be in. */
    HOOK_start = HOOK_COUNT,
    HOOK_stop,
    HOOK_work, /* of sg_offload(), on a thread */
    HOOK_done, /* and after it, on the loop */
    HOOK_NAMES
};

const char *hook_name(unsigned hook); /* "?" out of range */

#endif
