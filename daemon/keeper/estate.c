/* A worker that is to be started again after a pause leaves clients in its backlog,
 * and the kernel goes on dealing it new ones, as its sockets are open in the master and
 * here.  So they are handed to one that serves, until the successor does.  A worker that
 * stands still has its sockets itself, and will or will not come to them: the same. */
#include "crew_inner.h"
#include "../base/log.h"
#include "../base/passing.h"
#include <syslog.h>

static bool serves(const struct worker *w)
{
    return w->pid && w->ready && !w->stands;
}

static bool is_absent(const struct worker *w)
{
    return w->due || (w->ready && w->stands);
}

/* The next one that serves, so that not all have one heir. */
static struct worker *find_heir(const struct crew *crew, const struct worker *absent)
{
    for (unsigned i = 1; i < crew->count; i++) {
        struct worker *w = &crew->all[(absent->number + i) % crew->count];
        if (serves(w))
            return w;
    }
    return NULL;
}

static void bequeath(const struct crew *crew, struct worker *absent)
{
    struct worker *heir = find_heir(crew, absent);
    if (!heir ||
        !pass_descriptors(heir->control, ORDER_ADOPT, absent->listeners, absent->listener_count))
        return;
    absent->heir = heir;
    log_note(LOG_NOTICE, "worker %u accepts for worker %u, until that is back", heir->number,
             absent->number);
}

void estates_forget(struct crew *crew, const struct worker *dead)
{
    for (unsigned i = 0; i < crew->count; i++)
        if (crew->all[i].heir == dead)
            crew->all[i].heir = NULL;
}

/* An heir returns all it has; the rest is handed out anew, as all is of one that stands
 * still itself, which reads this when it turns again. */
void estates_settle(struct crew *crew)
{
    for (struct worker *w = crew->all; w < crew->all + crew->count; w++) {
        struct worker *heir = w->heir;
        if (!heir || (!serves(w) && serves(heir)))
            continue;
        crew_tell(heir, ORDER_RETURN);
        estates_forget(crew, heir);
    }
    for (struct worker *w = crew->all; w < crew->all + crew->count; w++)
        if (is_absent(w) && !w->heir)
            bequeath(crew, w);
}
