/* See <smtp-gated/kit/turns.h>.
 *
 * Workers share a table: a row for each of them, in which a client has a place, where it
 * stands how much of that client's the worker has with the server, and how much waits.  A
 * worker has its row as long as it holds the row's lock, which the kernel gives back when it
 * dies; so the next one that starts finds the row, and empties it.
 *
 * Clients may share a place, and then the bound, but nobody can choose to: which place it
 * is depends on a secret.
 *
 * What comes stands behind what waits.  What waits in one worker goes on when something
 * there has ended, unless something of the same client waits in another: no worker can wake
 * the other, and the one that is always first would get all; so each looks every AGAIN, and
 * whoever looks next takes what is free. */
#include <smtp-gated/kit/turns.h>

#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <uv.h>

enum { ROWS = 256, PLACE_BITS = 9, PLACES = 1 << PLACE_BITS, AGAIN = 10 /* ms */ };

struct row {
    atomic_ushort has[PLACES], waits[PLACES];
};

struct turns_shared {
    uint64_t secret[2];
    atomic_uint count; /* of rows that have been used */
    pthread_mutex_t alive[ROWS];
    struct row rows[ROWS];
};

struct turns {
    struct turns_shared *shared;
    unsigned most, row;
    uv_timer_t timer;
    TAILQ_HEAD(, turn) waiting;
};

/* ----------------------------------------------------------------- life -- */

static int init_locks(struct turns_shared *shared)
{
    pthread_mutexattr_t kind;
    int error = pthread_mutexattr_init(&kind);

    if (error)
        return error;
    pthread_mutexattr_setpshared(&kind, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&kind, PTHREAD_MUTEX_ROBUST);
    for (unsigned i = 0; i < ROWS && !error; i++)
        error = pthread_mutex_init(&shared->alive[i], &kind);
    pthread_mutexattr_destroy(&kind);
    return error;
}

static int cannot_share(int error)
{
    sg_config_error("per_client", "no memory for the counts of all workers: %s", strerror(error));
    return -1;
}

static int share(struct turns *turns)
{
    struct turns_shared *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (shared == MAP_FAILED)
        return errno;
    turns->shared = shared;
    return getrandom(shared->secret, sizeof shared->secret, 0) < 0 ? errno : init_locks(shared);
}

int turns_prepare(struct turns **turns, long most)
{
    int error;

    *turns = most ? sg_alloc(sizeof **turns) : NULL;
    if (!most)
        return 0;
    error = share(*turns);
    if (error) {
        turns_release(*turns);
        return cannot_share(error);
    }
    (*turns)->most = (unsigned)most;
    return 0;
}

void turns_release(struct turns *turns)
{
    if (turns && turns->shared)
        munmap(turns->shared, sizeof *turns->shared);
    free(turns);
}

/* 1: the row is ours, and empty. */
static int have_row(struct turns_shared *shared, unsigned row)
{
    const int rc = pthread_mutex_trylock(&shared->alive[row]);

    if (rc == EOWNERDEAD) {
        pthread_mutex_consistent(&shared->alive[row]);
        memset(&shared->rows[row], 0, sizeof shared->rows[row]);
    }
    return rc == 0 || rc == EOWNERDEAD;
}

int turns_start(struct turns *turns)
{
    struct turns_shared *shared = turns ? turns->shared : NULL;
    unsigned row = 0, used;

    if (!shared)
        return 0;
    while (row < ROWS && !have_row(shared, row))
        row++;
    if (row == ROWS) {
        sg_log(NULL, SG_ERR, "TURNS:FULL", "workers=%d", ROWS);
        return -1;
    }
    turns->row = row;
    TAILQ_INIT(&turns->waiting);
    used = atomic_load(&shared->count);
    while (used <= row && !atomic_compare_exchange_weak(&shared->count, &used, row + 1))
        ;
    uv_timer_init(sg_loop(), &turns->timer);
    turns->timer.data = turns;
    uv_unref((uv_handle_t *)&turns->timer);
    return 0;
}

void turns_stop(struct turns *turns)
{
    if (!turns)
        return;
    uv_close((uv_handle_t *)&turns->timer, NULL);
    pthread_mutex_unlock(&turns->shared->alive[turns->row]);
}

/* --------------------------------------------------------------- places -- */

static unsigned place_of(const struct turns_shared *shared, const struct sockaddr *client)
{
    uint64_t n = 0;

    if (client->sa_family == AF_INET)
        memcpy(&n, &((const struct sockaddr_in *)(const void *)client)->sin_addr, 4);
    else if (client->sa_family == AF_INET6)
        memcpy(&n, &((const struct sockaddr_in6 *)(const void *)client)->sin6_addr, sizeof n);
    return (unsigned)((n + shared->secret[0]) * (shared->secret[1] | 1) >> (64 - PLACE_BITS));
}

static void count(atomic_ushort *counter, int by)
{
    atomic_fetch_add(counter, (unsigned short)by);
}

static struct row *own(const struct turns *turns)
{
    return &turns->shared->rows[turns->row];
}

/* It is counted first: of two workers that try at once, both may fail, and none goes
 * beyond. */
static int take_place(const struct turns *turns, unsigned place, unsigned spare)
{
    const unsigned rows = atomic_load(&turns->shared->count);
    unsigned long sum = 0;

    count(&own(turns)->has[place], 1);
    for (unsigned i = 0; i < rows; i++)
        sum += atomic_load(&turns->shared->rows[i].has[place]);
    if (sum + spare <= turns->most)
        return 1;
    count(&own(turns)->has[place], -1);
    return 0;
}

/* but: a row that does not count, or NULL. */
static int anybody_waits(const struct turns *turns, unsigned place, const struct row *but)
{
    const unsigned rows = atomic_load(&turns->shared->count);

    for (unsigned i = 0; i < rows; i++)
        if (&turns->shared->rows[i] != but && atomic_load(&turns->shared->rows[i].waits[place]))
            return 1;
    return 0;
}

/* -------------------------------------------------------------- waiting -- */

static void serve(uv_timer_t *timer);

static struct turn *next_ready(const struct turns *turns)
{
    unsigned full = PLACES;

    for (struct turn *t = TAILQ_FIRST(&turns->waiting); t; t = TAILQ_NEXT(t, others)) {
        if (t->client != full && take_place(turns, t->client, 0))
            return t;
        full = t->client;
    }
    return NULL;
}

static void look_soon(struct turns *turns)
{
    if (!uv_is_active((uv_handle_t *)&turns->timer))
        uv_timer_start(&turns->timer, serve, AGAIN, 0);
}

static void look_now(struct turns *turns)
{
    uv_timer_start(&turns->timer, serve, 0, 0);
}

static void leave_line(struct turn *turn)
{
    TAILQ_REMOVE(&turn->of->waiting, turn, others);
    count(&own(turn->of)->waits[turn->client], -1);
    turn->waits = 0;
}

/* `ready` may end other turns, its own too. */
static void serve(uv_timer_t *timer)
{
    struct turns *turns = timer->data;
    struct turn *turn;

    while ((turn = next_ready(turns)) != NULL) {
        leave_line(turn);
        turn->ready(turn->arg);
    }
    if (!TAILQ_EMPTY(&turns->waiting))
        look_soon(turns);
}

int turn_take(struct turns *turns, struct turn *turn, const struct sockaddr *client, unsigned spare)
{
    if (!turns || (turn->of && !turn->waits))
        return 1;
    turn->client = place_of(turns->shared, client);
    if (anybody_waits(turns, turn->client, NULL) || !take_place(turns, turn->client, spare))
        return 0;
    turn->of = turns;
    return 1;
}

void turn_await(struct turns *turns, struct turn *turn, turn_ready *ready, void *arg)
{
    turn->of = turns;
    turn->waits = 1;
    turn->ready = ready;
    turn->arg = arg;
    TAILQ_INSERT_TAIL(&turns->waiting, turn, others);
    count(&own(turns)->waits[turn->client], 1);
    look_soon(turns);
}

int turn_waits(const struct turn *turn)
{
    return turn->waits;
}

void turn_end(struct turn *turn)
{
    struct turns *turns = turn->of;

    if (!turns)
        return;
    if (turn->waits)
        leave_line(turn);
    else
        count(&own(turns)->has[turn->client], -1);
    turn->of = NULL;
    if (!TAILQ_EMPTY(&turns->waiting) && !anybody_waits(turns, turn->client, own(turns)))
        look_now(turns);
}
