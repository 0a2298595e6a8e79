/* A worker whose loop does not turn, though an idle one does so every few seconds, is
 * named in the log after a sixth of the standstill time, then aborted. */
#include "../base/clock.h"
#include "crew_inner.h"
#include "obituary.h"
#include <stdlib.h>

enum {
    STANDSTILL_MS = 60000,
    HEARTBEATS_MS = 3000 /* an idle worker's loop turns within this */
};

void standstill_open(struct standstill *s)
{
    const char *text = getenv("SG_STANDSTILL_MS"); /* a test has no minute */
    const uint64_t ms = text ? strtoull(text, NULL, 10) : 0;
    s->most = ms ? ms : STANDSTILL_MS;
    s->warn_after = s->most / 6 < HEARTBEATS_MS ? HEARTBEATS_MS : s->most / 6;
    s->tended = clock_ms();
}

bool standstill_is_due(struct standstill *s, uint64_t now, uint64_t *next)
{
    const uint64_t interval = s->most / 30;
    *next = s->tended + interval;
    if (now < *next)
        return false;
    if (now - s->tended > interval + s->most / 12)
        s->fair_since = now; /* we were stopped, and so were they */
    s->tended = now;
    *next = now + interval;
    return true;
}

/* When its loop last turned; its birth until it has. */
static uint64_t last_turn(const struct crew *crew, const struct worker *w)
{
    const struct worker_slot *slot = scoreboard_worker(crew->setup.board, w->pid);
    const uint64_t turn = slot ? atomic_load(&slot->turn_ms) : 0;
    const uint64_t last = turn > w->born ? turn : w->born;
    return last > crew->standstill.fair_since ? last : crew->standstill.fair_since;
}

void standstill_judge(const struct crew *crew, struct worker *w, uint64_t now)
{
    const uint64_t turn = last_turn(crew, w);
    const uint64_t stood = now > turn ? now - turn : 0;
    w->stands = stood > crew->standstill.warn_after;
    if (w->stands && w->named != turn) {
        obituary_warn(crew->setup.board, w->pid, stood);
        w->named = turn;
    }
    if (stood > crew->standstill.most) {
        kill(w->pid, w->aborted ? SIGKILL : SIGABRT);
        w->aborted = true;
    }
}
