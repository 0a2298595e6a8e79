/* The hooks, as numbers. */
#ifndef SG_PLUGIN_HOOKS_H
#define SG_PLUGIN_HOOKS_H

enum hook {
#define HOOK(name, decider) HOOK_##name,
#include "hooks.def"
#undef HOOK
    HOOK_COUNT
};

const char *hook_name(unsigned hook); /* "?" out of range */

#endif
