/* Deadlines, thousands of them, seldom reached: a wheel of 128 ms ticks.  Adding and removing
 * are a few stores, so a session may re-arm lazily: leave the timer as it is
 * when the deadline moves away, and look again when it fires. */
#ifndef SG_NET_TIMER_H
#define SG_NET_TIMER_H

#include <stdint.h>

struct timer {
    struct timer *next, **link;    /* link NULL: not armed */
    uint64_t at;                   /* ms of loop_now() */
    void (*fire)(struct timer *t); /* disarmed before the call */
};

void timer_arm(struct timer *t, uint64_t at); /* re-arms if armed; never fires early */
void timer_disarm(struct timer *t);           /* nothing if not armed */

/* For loop.c: fires what is due; how long the loop may block, -1 for ever. */
void timers_run(uint64_t now);
int timers_wait(uint64_t now);

#endif
