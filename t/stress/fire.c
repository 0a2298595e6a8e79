/* See fire.h. */
#include "fire.h"
#include "loop.h"
#include <string.h>

enum { A_MOMENT_MS = 5000 }; /* longer than a check's timeout */

static struct {
    const char *name;
    uint64_t until;
    unsigned count;
} excuses[EXCUSES] = {[EXCUSE_CHECK] = {"check", 0, 0}, [EXCUSE_DIAL] = {"dial", 0, 0}};

static bool set_until(const char *name, uint64_t until)
{
    for (unsigned i = 0; i < EXCUSES; i++)
        if (strcmp(excuses[i].name, name) == 0) {
            excuses[i].until = until;
            return true;
        }
    return false;
}

bool fire_allow(const char *name)
{
    return set_until(name, UINT64_MAX);
}

bool fire_forbid(const char *name)
{
    return set_until(name, loop_now() + A_MOMENT_MS);
}

bool fire_excuses(enum excuse e)
{
    bool excused = loop_now() < excuses[e].until;
    excuses[e].count += excused;
    return excused;
}

unsigned fire_excused(enum excuse e)
{
    return excuses[e].count;
}
