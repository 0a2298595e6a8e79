/* The scoreboard's slots: taking, giving back, finding.
 *
 * A worker may be killed between any two instructions of this file, so each
 * step leaves something that scoreboard_release_worker() finds by the pid: the
 * worker's own count of sessions is set to zero with its slot, and a session
 * slot is free or has an owner.  Taking a slot is O(1) in the normal case: the
 * process remembers what it gave back last, else it probes a few slots, else it
 * raises the high-water mark. */
#include "scoreboard.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Free slots tried before the high-water mark is raised. */
enum { PROBES = 32 };

/* Of this process, about its one board: slots given back, the last on top (another
 * process may have taken one meanwhile; the compare-and-swap tells), where
 * probing goes on, and the worker slot. */
static struct {
    uint32_t released[SCOREBOARD_SESSIONS];
    uint32_t count, cursor;
    struct worker_slot *worker;
} mine;

static const char *const activity_names[ACT_COUNT] = {
#define ACTIVITY(name) #name,
#include "activities.def"
#undef ACTIVITY
};

const char *activity_name(unsigned activity)
{
    return activity < ACT_COUNT ? activity_names[activity] : "?";
}

static void forget(void)
{
    mine.count = mine.cursor = 0;
    mine.worker = NULL;
}

/* Two binaries agree on the segment if they agree on these. */
static uint32_t layout(void)
{
    return (uint32_t)(sizeof(struct scoreboard) ^ (sizeof(struct session_slot) << 8) ^
                      (sizeof(struct worker_slot) << 16) ^ ((uint32_t)ACT_COUNT << 24) ^
                      (SCOREBOARD_COUNTERS * sizeof(struct plugin_counter) << 4));
}

/* A session's number, as decimal digits: milliseconds since 2026, and three of the
 * instance.  Where there are more than a thousand sessions in a second for long, or the
 * clock goes back, it runs ahead of the clock.  JSON's readers can hold it exactly (below
 * 2^53) for 285 years. */
enum { SESSION_STEP = 1000 };
#define SESSION_EPOCH 1767225600

struct scoreboard *scoreboard_create(int *fd)
{
    *fd = memfd_create("smtp-gated scoreboard", MFD_ALLOW_SEALING);
    if (*fd < 0)
        return NULL;
    struct scoreboard *b = MAP_FAILED;
    /* Sealed, so that no worker can cut the memory away under the master. */
    if (ftruncate(*fd, (off_t)sizeof *b) == 0 &&
        fcntl(*fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
        b = mmap(NULL, sizeof *b, PROT_READ | PROT_WRITE, MAP_SHARED, *fd, 0);
    if (b == MAP_FAILED) {
        int saved = errno;
        close(*fd);
        errno = saved;
        return NULL;
    }
    forget();
    b->layout = layout();
    b->master = getpid();
    b->start = time(NULL);
    atomic_store(&b->next_session, SESSION_STEP);
    return b;
}

void scoreboard_tell_apart(struct scoreboard *b, uint32_t instance)
{
    b->instance = instance % SESSION_STEP;
}

struct scoreboard *scoreboard_attach(int fd)
{
    struct stat st;
    if (fstat(fd, &st) < 0)
        return NULL;
    errno = EPROTO;
    if (st.st_size != (off_t)sizeof(struct scoreboard))
        return NULL;
    struct scoreboard *b = mmap(NULL, sizeof *b, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (b == MAP_FAILED)
        return NULL;
    forget();
    if (b->layout == layout())
        return b;
    munmap(b, sizeof *b);
    errno = EPROTO;
    return NULL;
}

static unsigned workers_in_use(const struct scoreboard *b)
{
    unsigned high = atomic_load(&b->workers_high);
    return high < SCOREBOARD_WORKERS ? high : SCOREBOARD_WORKERS;
}

static unsigned slots_in_use(const struct scoreboard *b)
{
    unsigned high = atomic_load(&b->slots_high);
    return high < SCOREBOARD_SESSIONS ? high : SCOREBOARD_SESSIONS;
}

static void raise_to(_Atomic uint32_t *mark, uint32_t value)
{
    uint32_t seen = atomic_load(mark);
    while (seen < value && !atomic_compare_exchange_weak(mark, &seen, value))
        continue;
}

/* The mark goes up first: a slot in use is never above it. */
struct worker_slot *scoreboard_claim_worker(struct scoreboard *b, pid_t pid, uint32_t generation,
                                            uint32_t number)
{
    for (unsigned i = 0; i < SCOREBOARD_WORKERS; i++) {
        struct worker_slot *w = &b->workers[i];
        pid_t nobody = 0;
        raise_to(&b->workers_high, i + 1);
        if (!atomic_compare_exchange_strong(&w->pid, &nobody, pid))
            continue;
        w->generation = generation;
        w->number = number;
        atomic_store(&w->turn_ms, 0);
        atomic_store(&w->in_hook, 0);
        atomic_store(&w->session, 0);
        atomic_store(&w->thread_fell, 0);
        atomic_store(&w->spawner, SPAWNER_NONE);
        atomic_store(&w->refused, 0);
        atomic_store(&w->sessions, 0);
        atomic_store(&w->spool_disk, 0);
        mine.worker = w;
        return w;
    }
    return NULL;
}

struct worker_slot *scoreboard_worker(struct scoreboard *b, pid_t pid)
{
    for (unsigned i = 0, n = workers_in_use(b); i < n; i++)
        if (atomic_load(&b->workers[i].pid) == pid)
            return &b->workers[i];
    return NULL;
}

static void clear_slot(struct scoreboard *b, unsigned i)
{
    atomic_store(&b->hash[i], 0);
    atomic_store(&b->upstream[i], 0);
    atomic_store(&b->slots[i].owner, 0);
}

unsigned scoreboard_release_worker(struct scoreboard *b, pid_t pid)
{
    unsigned lost = 0;
    for (unsigned i = 0, n = slots_in_use(b); i < n; i++) {
        if (atomic_load_explicit(&b->slots[i].owner, memory_order_relaxed) != pid)
            continue;
        clear_slot(b, i);
        lost++;
    }
    struct worker_slot *w = scoreboard_worker(b, pid);
    if (w) {
        atomic_store(&w->sessions, 0);
        atomic_store(&w->pid, 0);
    }
    return lost;
}

unsigned scoreboard_sessions(const struct scoreboard *b)
{
    unsigned sum = 0;
    for (unsigned i = 0, n = workers_in_use(b); i < n; i++)
        sum += atomic_load(&b->workers[i].sessions);
    return sum;
}

static bool take(struct scoreboard *b, uint32_t i, pid_t pid)
{
    pid_t nobody = 0;
    return atomic_compare_exchange_strong(&b->slots[i].owner, &nobody, pid);
}

static bool take_released(struct scoreboard *b, pid_t pid, uint32_t *i)
{
    while (mine.count > 0) {
        *i = mine.released[--mine.count];
        if (take(b, *i, pid))
            return true;
    }
    return false;
}

/* From the cursor on, round and round below the high-water mark. */
static bool take_probing(struct scoreboard *b, pid_t pid, unsigned tries, uint32_t *i)
{
    unsigned high = slots_in_use(b);
    for (unsigned n = 0; n < tries && n < high; n++) {
        *i = mine.cursor++ % high;
        if (take(b, *i, pid))
            return true;
    }
    return false;
}

static bool take_new(struct scoreboard *b, pid_t pid, uint32_t *i)
{
    while (slots_in_use(b) < SCOREBOARD_SESSIONS) {
        *i = atomic_fetch_add(&b->slots_high, 1);
        if (*i < SCOREBOARD_SESSIONS && take(b, *i, pid))
            return true;
    }
    return false;
}

static uint64_t next_number(struct scoreboard *b)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    uint64_t ms = now.tv_sec > SESSION_EPOCH ? (uint64_t)(now.tv_sec - SESSION_EPOCH) * 1000 : 0;
    uint64_t floor = (ms + (uint64_t)now.tv_nsec / 1000000) * SESSION_STEP, number;
    uint64_t next = atomic_load_explicit(&b->next_session, memory_order_relaxed);
    do
        number = next > floor ? next : floor;
    while (!atomic_compare_exchange_weak(&b->next_session, &next, number + SESSION_STEP));
    return number + b->instance;
}

static struct session_slot *start_session(struct scoreboard *b, uint32_t i, unsigned open)
{
    struct session_slot *slot = &b->slots[i];
    const size_t head = offsetof(struct session_slot, activity);
    memset((char *)slot + head, 0, sizeof *slot - head);
    slot->auth = '.';
    slot->start = time(NULL);
    slot->id = next_number(b);
    raise_to(&b->sessions_max, open);
    return slot;
}

static struct worker_slot *own_worker(struct scoreboard *b, pid_t pid)
{
    if (!mine.worker || atomic_load_explicit(&mine.worker->pid, memory_order_relaxed) != pid)
        mine.worker = scoreboard_worker(b, pid);
    return mine.worker;
}

/* Counted first and looked at then, so that workers together never pass the
 * limit.  Only the owner writes its count. */
struct session_slot *scoreboard_claim_session(struct scoreboard *b, pid_t pid, uint32_t limit)
{
    struct worker_slot *w = own_worker(b, pid);
    uint32_t i;
    if (!w)
        return NULL;
    atomic_fetch_add(&w->sessions, 1);
    unsigned open = scoreboard_sessions(b);
    if (open <= limit && (take_released(b, pid, &i) || take_probing(b, pid, PROBES, &i) ||
                          take_new(b, pid, &i) || take_probing(b, pid, SCOREBOARD_SESSIONS, &i)))
        return start_session(b, i, open);
    atomic_fetch_sub(&w->sessions, 1);
    return NULL;
}

void scoreboard_release_session(struct scoreboard *b, struct session_slot *slot)
{
    struct worker_slot *w = own_worker(b, atomic_load(&slot->owner));
    uint32_t i = (uint32_t)(slot - b->slots);
    clear_slot(b, i);
    if (mine.count < SCOREBOARD_SESSIONS)
        mine.released[mine.count++] = i;
    if (w)
        atomic_fetch_sub(&w->sessions, 1);
}

/* FNV-1a, folded to the 16 bits that are kept, and never 0. */
static uint32_t hash16(const void *bytes, size_t n)
{
    const unsigned char *p = bytes;
    uint32_t h = 2166136261u;
    while (n-- > 0)
        h = (h ^ *p++) * 16777619u;
    h = (h >> 16) ^ (h & 0xffff);
    return h ? h : 1;
}

/* High half: the client; low half: the ident. */
static uint32_t client_hash(const struct in6_addr *client, const char *ident)
{
    size_t n = strnlen(ident, sizeof((struct session_slot *)NULL)->ident - 1);
    return hash16(client, sizeof *client) << 16 | hash16(ident, n);
}

static uint32_t upstream_hash(const struct in6_addr *address, uint16_t port)
{
    return hash16(address, sizeof *address) << 16 | port;
}

void scoreboard_index(struct scoreboard *b, struct session_slot *slot)
{
    size_t i = (size_t)(slot - b->slots);
    atomic_store(&b->hash[i], client_hash(&slot->client, slot->ident));
    if (slot->upstream_local_port)
        atomic_store(&b->upstream[i],
                     upstream_hash(&slot->upstream_local, slot->upstream_local_port));
}

void scoreboard_unindex(struct scoreboard *b, const struct session_slot *slot)
{
    atomic_store(&b->hash[slot - b->slots], 0);
}

static bool is_of(const struct session_slot *s, const struct in6_addr *client, const char *ident)
{
    return atomic_load_explicit(&s->owner, memory_order_relaxed) != 0 &&
           memcmp(&s->client, client, sizeof *client) == 0 &&
           (!ident || strncmp(s->ident, ident, sizeof s->ident - 1) == 0);
}

unsigned scoreboard_count(const struct scoreboard *b, const struct in6_addr *client,
                          const char *ident)
{
    const uint32_t want = client_hash(client, ident ? ident : "");
    const uint32_t mask = ident ? 0xffffffff : 0xffff0000;
    unsigned found = 0;
    for (unsigned i = 0, n = slots_in_use(b); i < n; i++) {
        uint32_t h = atomic_load_explicit(&b->hash[i], memory_order_relaxed);
        if (((h ^ want) & mask) == 0 && is_of(&b->slots[i], client, ident))
            found++;
    }
    return found;
}

bool scoreboard_is_upstream(const struct scoreboard *b, const struct in6_addr *address,
                            uint16_t port)
{
    const uint32_t want = upstream_hash(address, port);
    for (unsigned i = 0, n = slots_in_use(b); i < n; i++) {
        const struct session_slot *s = &b->slots[i];
        if (atomic_load_explicit(&b->upstream[i], memory_order_relaxed) == want &&
            s->upstream_local_port == port &&
            memcmp(&s->upstream_local, address, sizeof *address) == 0)
            return true;
    }
    return false;
}

uint64_t scoreboard_spool_disk(const struct scoreboard *b)
{
    uint64_t sum = 0;
    for (unsigned i = 0, n = workers_in_use(b); i < n; i++)
        sum += atomic_load_explicit(&b->workers[i].spool_disk, memory_order_relaxed);
    return sum;
}

uint64_t scoreboard_sum(const struct scoreboard *b, enum counter counter)
{
    uint64_t sum = 0;
    for (unsigned i = 0, n = workers_in_use(b); i < n; i++)
        sum += atomic_load_explicit(&b->workers[i].counters[counter], memory_order_relaxed);
    return sum;
}
