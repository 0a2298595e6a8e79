/* The hooks' names. */
#include "hooks.h"

static const char *const names[] = {
#define HOOK(name, decider) #name,
#include "hooks.def"
#undef HOOK
};

const char *hook_name(unsigned hook)
{
    return hook < HOOK_COUNT ? names[hook] : "?";
}
