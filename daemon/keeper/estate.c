/* A worker that is to be started again after a pause leaves clients in its backlog,
 * and the kernel goes on dealing it new ones, as its sockets are open in the master and
 * here.  So they are handed to one that serves, until the successor does. */
#include "crew_inner.h"
#include "../base/log.h"
#include "../base/passing.h"
#include <syslog.h>

/* The next one that serves, so that not all the dead have one heir. */
static struct worker *find_heir(const struct crew *crew, const struct worker *dead)
{
    for (unsigned i = 1; i < crew->count; i++) {
        struct worker *w = &crew->all[(dead->number + i) % crew->count];
        if (w->pid && w->ready)
            return w;
    }
    return NULL;
}

static void bequeath(const struct crew *crew, struct worker *dead)
{
    struct worker *heir = find_heir(crew, dead);
    if (!heir ||
        !pass_descriptors(heir->control, ORDER_ADOPT, dead->listeners, dead->listener_count))
        return;
    dead->heir = heir;
    log_note(LOG_NOTICE, "worker %u accepts for worker %u, until that is back", heir->number,
             dead->number);
}

void estates_forget(struct crew *crew, const struct worker *dead)
{
    for (unsigned i = 0; i < crew->count; i++)
        if (crew->all[i].heir == dead)
            crew->all[i].heir = NULL;
}

/* An heir returns all it has; the rest is handed out anew. */
void estates_settle(struct crew *crew)
{
    for (struct worker *w = crew->all; w < crew->all + crew->count; w++) {
        struct worker *heir = w->heir;
        if (!w->ready || !heir)
            continue;
        crew_tell(heir, ORDER_RETURN);
        estates_forget(crew, heir);
    }
    for (struct worker *w = crew->all; w < crew->all + crew->count; w++)
        if (w->due && !w->heir)
            bequeath(crew, w);
}
