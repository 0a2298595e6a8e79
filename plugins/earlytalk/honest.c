/* See honest.h.  A client has one of the four places that its address leads to; a place
 * holds what tells addresses apart and when the client was seen.  Without a lock: a place
 * is one word. */
#include "honest.h"

#include <netinet/in.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#define GROUPS 16384u
#define PLACES 4u
#define REMEMBERED (30 * 86400) /* seconds: as long as MTAs remember offers, and longer */

struct honest {
    _Atomic uint64_t places[GROUPS][PLACES]; /* low half: of the address; high half: when */
};

struct honest *honest_create(void)
{
    void *h = mmap(NULL, sizeof(struct honest), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                   -1, 0);

    return h == MAP_FAILED ? NULL : h;
}

void honest_destroy(struct honest *h)
{
    if (h)
        munmap(h, sizeof *h);
}

/* FNV-1a. */
static uint64_t hash_of(const struct sockaddr *client)
{
    const struct sockaddr_in *in = (const void *)client;
    const struct sockaddr_in6 *in6 = (const void *)client;
    int six = client->sa_family == AF_INET6;
    const unsigned char *at = six ? (const void *)&in6->sin6_addr : (const void *)&in->sin_addr;
    uint64_t hash = 14695981039346656037u;

    for (size_t i = 0; i < (six ? 16u : 4u); i++)
        hash = (hash ^ at[i]) * 1099511628211u;
    return hash ^ hash >> 29;
}

static int is_of(uint64_t place, uint64_t hash)
{
    return (uint32_t)place == (uint32_t)(hash >> 32) && place >> 32 != 0;
}

void honest_note(struct honest *h, const struct sockaddr *client, int64_t now)
{
    uint64_t hash = hash_of(client), value = (uint64_t)now << 32 | hash >> 32;
    _Atomic uint64_t *group = h->places[hash % GROUPS], *best = group;

    for (unsigned i = 0; i < PLACES; i++) {
        uint64_t place = atomic_load_explicit(&group[i], memory_order_relaxed);
        if (is_of(place, hash)) {
            best = &group[i];
            break;
        }
        if (place >> 32 < atomic_load_explicit(best, memory_order_relaxed) >> 32)
            best = &group[i];
    }
    if (atomic_load_explicit(best, memory_order_relaxed) != value)
        atomic_store_explicit(best, value, memory_order_relaxed);
}

int honest_knows(const struct honest *h, const struct sockaddr *client, int64_t now)
{
    uint64_t hash = hash_of(client);
    const _Atomic uint64_t *group = h->places[hash % GROUPS];

    for (unsigned i = 0; i < PLACES; i++) {
        uint64_t place = atomic_load_explicit(&group[i], memory_order_relaxed);
        if (is_of(place, hash) && now - (int64_t)(place >> 32) < REMEMBERED)
            return 1;
    }
    return 0;
}
