/* The hooks' names. */
#include "hooks.h"

static const char *const names[] = {
#define HOOK(name, decider) #name,
#include "hooks.def"
#undef HOOK
    [HOOK_start] = "start",
    [HOOK_stop] = "stop",
    [HOOK_work] = "work",
    [HOOK_done] = "done",
};

const char *hook_name(unsigned hook)
{
    return hook < HOOK_NAMES ? names[hook] : "?";
}
