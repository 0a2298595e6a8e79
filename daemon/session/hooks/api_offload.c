/* Whose work it is goes with it, to the thread and back, so that a crash or a
 * hold-up there has a name, too. */
#include "api_offload.h"
#include "../../base/check.h"
#include "../../net/offload.h"
#include "../../plugin/guard.h"
#include "../../plugin/witness.h"
#include "deciders.h"
#include <stdlib.h>
#include <string.h>

struct chore {
    const struct plugin *plugin; /* NULL: called from no hook, so it is not known */
    void (*work)(void *arg);
    void (*done)(void *arg);
    void *arg;
};

static void work(void *arg)
{
    const struct chore *e = arg;
    witness_enter(e->plugin);
    e->work(e->arg);
    witness_leave();
}

static void done(void *arg)
{
    const struct chore e = *(struct chore *)arg;
    struct guard g;
    free(arg);
    if (e.plugin)
        guard_enter(&g, e.plugin, HOOK_done, 0);
    e.done(e.arg);
    if (e.plugin)
        guard_leave(&g);
}

/* An address, or the network that an IPv6 client has for itself. */
static uint64_t client_of(const struct session *s)
{
    uint64_t number = 0;
    if (!s)
        return 0;
    struct in6_addr address = s->slot->client;
    if (IN6_IS_ADDR_V4MAPPED(&address))
        memcpy(&number, address.s6_addr + 8, sizeof number);
    else
        memcpy(&number, address.s6_addr, sizeof number);
    return number ? number : 1;
}

int chore_begin(void (*its_work)(void *arg), void (*its_done)(void *arg), void *arg)
{
    const struct guard *caller = guard_current();
    struct chore *e = xmalloc(sizeof *e);
    *e = (struct chore){caller ? caller->plugin : NULL, its_work, its_done, arg};
    witness_open(service.slot);
    if (offload(work, done, e, client_of(session_asked())) == 0)
        return 0;
    free(e);
    return -1;
}
