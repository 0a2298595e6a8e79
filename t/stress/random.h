/* Dice: the same numbers for the same seed, everywhere (splitmix64). */
#ifndef CAMPAIGN_RANDOM_H
#define CAMPAIGN_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct dice {
    uint64_t state;
};

static inline uint64_t roll(struct dice *d)
{
    uint64_t z = (d->state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* 0 to n - 1 */
static inline unsigned below(struct dice *d, unsigned n)
{
    return n ? (unsigned)((roll(d) >> 32) % n) : 0;
}

static inline bool one_in(struct dice *d, unsigned n)
{
    return below(d, n) == 0;
}

#endif
