/* See keeping.h.  What messages have on disk is counted in the scoreboard, because the
 * workers share the disk; what a worker that died had there is gone with it. */
#include "keeping.h"
#include "../model/service.h"

static bool on_disk(int64_t bytes)
{
    uint64_t most = service.core->spool_disk_total;
    if (bytes > 0 && most && scoreboard_spool_disk(service.board) + (uint64_t)bytes > most)
        return false;
    atomic_fetch_add_explicit(&service.slot->spool_disk, (uint64_t)bytes, memory_order_relaxed);
    return true;
}

static void crowded(void)
{
    session_count(COUNTER_spool_crowded);
}

const struct spool_policy *keeping_policy(void)
{
    static struct spool_policy policy;
    policy = (struct spool_policy){.directory = service.core->spool_path,
                                   .memory = service.core->spool_memory,
                                   .memory_total = service.core->spool_memory_total,
                                   .perm = service.core->spool_perm,
                                   .on_disk = on_disk,
                                   .crowded = crowded};
    return &policy;
}
