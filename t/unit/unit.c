/* The helpers of the unit tests. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void show(const char *what, struct span s)
{
    fprintf(stderr, "# %s: \"", what);
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];

        fprintf(stderr, c < 0x20 || c > 0x7e ? "\\x%02x" : "%c", c);
    }
    fprintf(stderr, "\"\n");
}

void assert_same(struct span found, struct span wanted, const char *file, int line)
{
    if (span_eq(found, wanted))
        return;
    show("found", found);
    show("wanted", wanted);
    _fail(file, line);
}

static uint64_t seed(void)
{
    const char *given = getenv("SG_SEED");
    uint64_t clock = (uint64_t)time(NULL) ^ (uint64_t)getpid() << 32;
    uint64_t value = given ? (uint64_t)strtoull(given, NULL, 10) : clock;

    printf("# seed %ju (SG_SEED=%ju repeats it)\n", (uintmax_t)value, (uintmax_t)value);
    fflush(stdout);
    return value;
}

/* splitmix64, by Sebastiano Vigna, in the public domain. */
uint32_t random_below(uint32_t limit)
{
    static bool seeded;
    static uint64_t state;
    uint64_t z;

    if (!seeded)
        state = seed();
    seeded = true;
    z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (uint32_t)((z ^ (z >> 31)) >> 32) % limit;
}

unsigned repeats(unsigned wanted)
{
    return getenv("SG_QUICK") ? wanted / 20 + 1 : wanted;
}
