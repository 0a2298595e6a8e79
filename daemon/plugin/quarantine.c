/* A plugin's word is 0 while it serves, else the number of the first session
 * that is known to have begun without it. */
#include "quarantine.h"
#include "../base/check.h"
#include <sys/mman.h>

static _Atomic uint64_t *words; /* by index in the set; NULL: nobody is ever out */

void quarantine_open(const struct plugins *set)
{
    const size_t size = (set->count + 1) * sizeof *words;
    words = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    check(words != MAP_FAILED);
}

/* Out first, for all sessions; only then is it looked which number comes next.  So
 * a session with that number, or a later one, cannot have met the plugin. */
void quarantine_begin(const struct plugin *p, const _Atomic uint64_t *next_session)
{
    atomic_store(&words[p->index], UINT64_MAX);
    atomic_store(&words[p->index], atomic_load(next_session));
}

void quarantine_end(const struct plugin *p)
{
    atomic_store(&words[p->index], 0);
}

bool quarantine_holds(const struct plugin *p)
{
    return words && atomic_load_explicit(&words[p->index], memory_order_relaxed) != 0;
}

bool quarantine_unmet(const struct plugin *p, uint64_t session)
{
    const uint64_t since = words ? atomic_load(&words[p->index]) : 0;
    return since != 0 && session >= since;
}
