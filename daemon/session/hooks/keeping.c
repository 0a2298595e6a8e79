/* See keeping.h.  What messages have on disk is counted in the scoreboard, because the
 * workers share the disk; what a worker that died had there is gone with it. */
#include "keeping.h"
#include "../../base/log.h"
#include "../../net/loop.h"
#include "../../net/offload.h"
#include "../../net/timer.h"
#include "../model/service.h"
#include "../store/kept.h"
#include <string.h>

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

/* ---- what was kept is not kept for ever ---- */

#define SWEEP_MS 60000u
#define SOON_MS 1000u /* after a message was kept: a burst of them is swept once */

static struct {
    struct timer timer;
    struct kept_limits limits;
    struct kept_result result;
    unsigned long failed; /* of the sweep before: the same is said once */
    bool enabled, running, again;
} sweep;

static void work(void *arg)
{
    (void)arg;
    kept_sweep(service.core->spool_path, time(NULL), &sweep.limits, &sweep.result);
}

static void say_result(const struct kept_result *r)
{
    if (r->removed)
        log_event(6, 0, "SPOOL:SWEPT", "path=%s, removed=%lu, left=%lu", service.core->spool_path,
                  r->removed, r->left);
    if (r->error && (r->failed ? r->failed : 1) != sweep.failed)
        log_event(3, 0, "SPOOL:STAYS", "path=%s, files=%lu, error=%s", service.core->spool_path,
                  r->failed, strerror(r->error));
    sweep.failed = r->error ? (r->failed ? r->failed : 1) : 0;
}

static void swept(void *arg)
{
    (void)arg;
    sweep.running = false;
    scoreboard_add(service.slot, COUNTER_spool_swept, sweep.result.removed);
    say_result(&sweep.result);
    timer_arm(&sweep.timer, loop_now() + (sweep.again ? SOON_MS : SWEEP_MS));
    sweep.again = false;
}

static void begin(struct timer *t)
{
    sweep.running = offload(work, swept, NULL, 0) == 0;
    if (!sweep.running)
        timer_arm(t, loop_now() + SWEEP_MS);
}

void keeping_open(void)
{
    const struct core *core = service.core;
    sweep.enabled =
        core->spool_path && *core->spool_path && core->spool_leave_on & ~(unsigned)SPOOL_NEVER;
    sweep.limits = (struct kept_limits){.seconds = (core->spool_leave_age + 999) / 1000,
                                        .number = (uint64_t)core->spool_leave_number,
                                        .bytes = core->spool_leave_total};
    sweep.timer.fire = begin;
    if (sweep.enabled)
        timer_arm(&sweep.timer, loop_now());
}

void keeping_close(void)
{
    timer_disarm(&sweep.timer);
}

/* Without a limit on how many there are, a look at all of them may be a long one. */
void keeping_left(void)
{
    if (!sweep.enabled || !(sweep.limits.number || sweep.limits.bytes))
        return;
    if (sweep.running)
        sweep.again = true;
    else if (sweep.timer.at > loop_now() + SOON_MS)
        timer_arm(&sweep.timer, loop_now() + SOON_MS);
}
