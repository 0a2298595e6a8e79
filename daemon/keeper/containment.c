/* The rule: so many crashes within a while, and a plugin is out for a first
 * stay; when it is back, the next crash is enough, and each stay is twice as long
 * as the one before.  A plugin that has served without a crash for as long as the
 * longest stay has made good. */
#include "containment.h"
#include "../base/check.h"
#include "../base/log.h"
#include "../plugin/quarantine.h"
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

enum {
    ENOUGH = 3, /* crashes … */
    FIRST_STAY_MS = 60000,
    WITHIN = 10, /* … in so many first stays */
    MOST = 60    /* first stays: the longest one */
};

struct record {
    const struct plugin *plugin;
    uint64_t crashes[ENOUGH]; /* the last ones, clock_ms(); a ring */
    unsigned count;           /* of all */
    uint64_t stay;            /* the last one, ms; 0: none, or made good */
    uint64_t back;            /* when it is to return, or has returned */
    bool out;
};

struct containment {
    struct scoreboard *board;
    unsigned generation;
    uint64_t first_stay;
    struct record *records;
    unsigned count;
};

static uint64_t first_stay(void)
{
    const char *text = getenv("SG_QUARANTINE_MS"); /* a test has no minute */
    const uint64_t ms = text ? strtoull(text, NULL, 10) : 0;
    return ms ? ms : FIRST_STAY_MS;
}

struct containment *containment_create(const struct plugins *set, struct scoreboard *board,
                                       unsigned generation)
{
    struct containment *c = xcalloc(1, sizeof *c);
    *c = (struct containment){board, generation, first_stay(), NULL, set->count};
    c->records = xcalloc(set->count + 1, sizeof *c->records);
    for (unsigned i = 0; i < set->count; i++)
        c->records[i].plugin = set->all[i];
    quarantine_open(set);
    return c;
}

void containment_destroy(struct containment *c)
{
    free(c->records);
    free(c);
}

static struct record *record_of(struct containment *c, const char *label)
{
    const size_t room = sizeof((struct worker_slot *)NULL)->in_plugin - 1;
    for (unsigned i = 0; i < c->count; i++)
        if (strncmp(c->records[i].plugin->label, label, room) == 0)
            return &c->records[i];
    return NULL;
}

/* The statefile shows the generation that serves; the master begins it at 0. */
static bool is_shown(const struct containment *c)
{
    return atomic_load(&c->board->generation) == c->generation;
}

static bool is_enough(const struct containment *c, struct record *r, uint64_t now)
{
    if (r->stay && now - r->back >= MOST * c->first_stay)
        r->stay = 0;
    if (r->stay)
        return true;
    const uint64_t oldest = r->crashes[r->count % ENOUGH]; /* the next to be overwritten */
    return r->count >= ENOUGH && now - oldest <= WITHIN * c->first_stay;
}

static void take_out(struct containment *c, struct record *r, uint64_t now)
{
    static const char *const words[] = {
        [ON_ERROR_PASS] = "pass", [ON_ERROR_TEMPFAIL] = "tempfail", [ON_ERROR_REJECT] = "reject"};
    r->stay = r->stay ? 2 * r->stay : c->first_stay;
    if (r->stay > MOST * c->first_stay)
        r->stay = MOST * c->first_stay;
    r->back = now + r->stay;
    r->out = true;
    quarantine_begin(r->plugin, &c->board->next_session);
    atomic_fetch_add(&c->board->quarantines, 1);
    if (is_shown(c))
        atomic_fetch_add(&c->board->quarantined, 1);
    log_event(LOG_ERR, 0, "QUARANTINE", "plugin=%s, crashes=%u, seconds=%llu, on_error=%s",
              r->plugin->label, r->count, (unsigned long long)r->stay / 1000,
              words[r->plugin->common.on_error]);
}

void containment_crash(struct containment *c, const char *label, uint64_t now)
{
    struct record *r = record_of(c, label);
    if (!r)
        return;
    r->crashes[r->count++ % ENOUGH] = now;
    if (!r->out && is_enough(c, r, now)) /* if it is: what had begun before went on */
        take_out(c, r, now);
}

static void take_back(struct containment *c, struct record *r)
{
    r->out = false;
    quarantine_end(r->plugin);
    if (is_shown(c))
        atomic_fetch_sub(&c->board->quarantined, 1);
    log_event(LOG_NOTICE, 0, "QUARANTINE:END", "plugin=%s, crashes=%u", r->plugin->label, r->count);
}

uint64_t containment_tend(struct containment *c, uint64_t now)
{
    uint64_t next = UINT64_MAX;
    for (unsigned i = 0; i < c->count; i++) {
        struct record *r = &c->records[i];
        if (r->out && now >= r->back)
            take_back(c, r);
        else if (r->out && r->back < next)
            next = r->back;
    }
    return next;
}
