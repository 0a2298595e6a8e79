/* A wheel of buckets, one for each tick of a revolution.  A deadline beyond the
 * revolution hangs in its bucket all the same and is hung up again when the
 * wheel comes past.  A bitmap says which buckets are worth a look; its bits are
 * cleared late, by whoever finds the bucket empty. */
#include "timer.h"
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#define TICK_MS 128u
#define BUCKETS 1024u
#define WORD_BITS 64u

static struct timer *wheel[BUCKETS];
static uint64_t filled[BUCKETS / WORD_BITS];
static uint64_t done; /* the last tick whose bucket was emptied */
static unsigned long armed;

static void hang(struct timer *t, struct timer **head)
{
    t->next = *head;
    t->link = head;
    if (t->next)
        t->next->link = &t->next;
    *head = t;
}

/* Rounds up, so that nothing fires early; what is due goes to the next tick. */
static void hang_in_wheel(struct timer *t)
{
    uint64_t tick = t->at / TICK_MS + (t->at % TICK_MS != 0);
    if (tick <= done)
        tick = done + 1;
    unsigned bucket = (unsigned)(tick % BUCKETS);
    hang(t, &wheel[bucket]);
    filled[bucket / WORD_BITS] |= (uint64_t)1 << bucket % WORD_BITS;
}

static void unhang(struct timer *t)
{
    *t->link = t->next;
    if (t->next)
        t->next->link = t->link;
    t->link = NULL;
}

void timer_arm(struct timer *t, uint64_t at)
{
    timer_disarm(t);
    t->at = at;
    hang_in_wheel(t);
    armed++;
}

void timer_disarm(struct timer *t)
{
    if (!t->link)
        return;
    unhang(t);
    armed--;
}

/* The bucket is taken down whole first, so that what a timer arms while it
 * fires is not met again here; `due` is a list like any other to disarm from. */
static void empty_bucket(struct timer **bucket, uint64_t now)
{
    static struct timer *due;
    due = *bucket;
    *bucket = NULL;
    if (due)
        due->link = &due;
    while (due) {
        struct timer *t = due;
        unhang(t);
        if (t->at > now) {
            hang_in_wheel(t);
            continue;
        }
        armed--;
        t->fire(t);
    }
}

void timers_run(uint64_t now)
{
    uint64_t last = now / TICK_MS;
    if (armed == 0 && done < last)
        done = last;
    if (last > BUCKETS && done < last - BUCKETS)
        done = last - BUCKETS;
    while (done < last) {
        done++;
        empty_bucket(&wheel[done % BUCKETS], now);
    }
}

/* Ticks from `done` to the next bucket with something in it, 1 to BUCKETS. */
static unsigned ticks_ahead(void)
{
    unsigned ahead = 1;
    while (ahead < BUCKETS) {
        unsigned bucket = (unsigned)((done + ahead) % BUCKETS);
        uint64_t *word = &filled[bucket / WORD_BITS];
        uint64_t rest = *word >> bucket % WORD_BITS;
        if (rest == 0)
            ahead += WORD_BITS - bucket % WORD_BITS;
        else if (!(rest & 1))
            ahead += (unsigned)__builtin_ctzll(rest);
        else if (wheel[bucket])
            return ahead;
        else
            *word &= ~((uint64_t)1 << bucket % WORD_BITS);
    }
    return BUCKETS;
}

int timers_wait(uint64_t now)
{
    if (armed == 0)
        return -1;
    uint64_t at = (done + ticks_ahead()) * TICK_MS;
    return at > now ? (int)(at - now) : 0;
}
