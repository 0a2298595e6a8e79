/* Blocking work leaves the loop's thread here and its result comes back here.
 *
 * One thread works, as long as that is enough.  Threads of a process are in each
 * other's way (locks of libraries; memory that is given back interrupts the processors
 * the others run on), and a worker has other processes beside it.  But nobody waits
 * after long work: a job that has lasted OFFLOAD_LONG_MS does not count any more, and
 * the next thread begins; so it does for a job that has waited that long.  Threads are
 * created when first needed, and the first of them is called first, so that most
 * workers have one.
 *
 * Clients take turns: a job stands in line after those that each of the others had before
 * its client's next one, and no client has all threads, so that slow work of one does not
 * stop everybody's.
 *
 * While jobs wait, results are not told one by one: the loop looks every
 * LOOP_COLLECT_MS, and sessions go on together.  To wake it for each costs more than to relay a
 * mail. */
#include "offload.h"
#include "loop.h"
#include "../base/check.h"
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <uv.h>

#define TICK_MS 10 /* how exactly OFFLOAD_LONG_MS is kept */

struct job {
    struct job *next;
    void (*work)(void *);
    void (*done)(void *);
    void *arg;
    uint64_t since;  /* ms; when it came */
    uint64_t client; /* 0: nobody's */
    uint64_t turn;   /* the lowest is next */
    bool held;       /* it would have begun, if its client had not its share */
};

struct queue {
    struct job *first, **end;
};

struct thread {
    pthread_t id;
    pthread_cond_t called;
    uint64_t began;  /* ms; its job, or when it was called */
    uint64_t client; /* whose job it does, 0: nobody's */
    bool created;
    bool busy;  /* not waiting to be called */
    bool brief; /* busy, and not for long yet */
};

/* Of the loop's thread. */
static struct {
    bool open;
    unsigned running;
    struct watch results;
    uv_timer_t *timer;
} here = {.results.fd = -1};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of all below */
static struct queue waiting, finished;                   /* waiting: by turn */
static uint64_t turn_now;                                /* of the last that was begun */
static struct thread threads[OFFLOAD_THREADS];
static bool ending;
static bool told, planned; /* the loop: to look at once, and to look soon by itself */
static unsigned share = OFFLOAD_SHARE;
static _Atomic uint64_t *held;

static void queue_add(struct queue *q, struct job *job)
{
    job->next = NULL;
    *(q->first ? q->end : &q->first) = job;
    q->end = &job->next;
}

/* The turn after its client's last one, or now. */
static uint64_t next_turn(uint64_t client)
{
    uint64_t last = turn_now;
    for (const struct job *w = waiting.first; w; w = w->next)
        if (client && w->client == client)
            last = w->turn;
    return last + 1;
}

static void stand_in_line(struct job *job)
{
    struct job **at = &waiting.first;
    job->turn = next_turn(job->client);
    while (*at && (*at)->turn <= job->turn)
        at = &(*at)->next;
    job->next = *at;
    *at = job;
}

static uint64_t now_ms(void)
{
    return uv_hrtime() / 1000000;
}

/* -------------------------------------------------------------- threads -- */

static bool one_is_brief(void)
{
    for (unsigned i = 0; i < OFFLOAD_THREADS; i++)
        if (threads[i].brief)
            return true;
    return false;
}

static bool has_its_share(uint64_t client)
{
    unsigned busy = 0;
    for (unsigned i = 0; client && i < OFFLOAD_THREADS; i++)
        busy += threads[i].client == client;
    return busy >= share;
}

static bool is_held_back(struct job *job)
{
    if (!has_its_share(job->client))
        return false;
    if (!job->held && held)
        atomic_fetch_add_explicit(held, 1, memory_order_relaxed);
    job->held = true;
    return true;
}

/* The place of the job that is next; of NULL, if none may begin. */
static struct job **next_job(void)
{
    struct job **at = &waiting.first;
    while (*at && is_held_back(*at))
        at = &(*at)->next;
    return at;
}

static struct job *take_job(void)
{
    struct job **at = next_job(), *job = *at;
    if (!job)
        return NULL;
    *at = job->next;
    turn_now = job->turn;
    return job;
}

/* Whether one more thread should take what waits. */
static bool one_more_wanted(void)
{
    const struct job *job = *next_job();
    return job && (!one_is_brief() || now_ms() - job->since >= OFFLOAD_LONG_MS);
}

/* The counter is never read: each time it grows is an event of its own. */
static void tell(void)
{
    if (told || (planned && waiting.first))
        return;
    told = true;
    check(eventfd_write(here.results.fd, 1) == 0);
}

static void run_job(struct thread *t, struct job *job)
{
    t->began = now_ms();
    t->client = job->client;
    t->brief = true;
    pthread_mutex_unlock(&lock);
    job->work(job->arg);
    pthread_mutex_lock(&lock);
    t->brief = false;
    t->client = 0;
    queue_add(&finished, job);
    tell();
}

static void *live(void *arg)
{
    struct thread *t = arg;
    pthread_mutex_lock(&lock);
    while (!ending) {
        struct job *job = t->busy ? take_job() : NULL;
        if (job)
            run_job(t, job);
        t->busy = job && one_more_wanted();
        if (!t->busy)
            t->brief = false;
        while (!t->busy && !ending)
            pthread_cond_wait(&t->called, &lock);
    }
    pthread_mutex_unlock(&lock);
    return NULL;
}

/* What is sent from outside is for the loop's thread; faults are one's own. */
static bool create(struct thread *t)
{
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTRAP};
    sigset_t all, before;
    sigfillset(&all);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        sigdelset(&all, faults[i]);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_cond_init(&t->called, NULL);
    t->created = pthread_create(&t->id, NULL, live, t) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return t->created;
}

/* The first that is idle takes what waits, if it should.  False: there is no thread,
 * nor can one be created. */
static bool call_one(void)
{
    if (!one_more_wanted())
        return true;
    for (unsigned i = 0; i < OFFLOAD_THREADS; i++) {
        struct thread *t = &threads[i];
        if (t->busy)
            continue;
        if (!t->created && !create(t))
            return i > 0;
        t->busy = t->brief = true;
        t->began = now_ms();
        pthread_cond_signal(&t->called);
        return true;
    }
    return true;
}

static void pass_by_long_ones(void)
{
    uint64_t now = now_ms();
    for (unsigned i = 0; i < OFFLOAD_THREADS; i++)
        if (threads[i].brief && now - threads[i].began >= OFFLOAD_LONG_MS)
            threads[i].brief = false;
    call_one();
}

/* ----------------------------------------------------------- the loop's -- */

static void finish(struct job *job)
{
    void (*done)(void *) = job->done;
    void *arg = job->arg;
    free(job);
    here.running--;
    done(arg);
}

static void look(void);

static void on_timer(uv_timer_t *timer)
{
    (void)timer;
    look();
}

static void look_again(bool soon, bool at_all)
{
    if (soon || at_all)
        uv_timer_start(here.timer, on_timer, soon ? LOOP_COLLECT_MS : TICK_MS, 0);
    else
        uv_timer_stop(here.timer);
}

static void look(void)
{
    pthread_mutex_lock(&lock);
    struct job *job = finished.first, *next;
    finished.first = NULL;
    pass_by_long_ones();
    told = false;
    planned = job && waiting.first;
    look_again(planned, waiting.first);
    pthread_mutex_unlock(&lock);
    for (; job; job = next) {
        next = job->next;
        finish(job);
    }
}

static void on_results(struct watch *w, uint32_t events)
{
    (void)w, (void)events;
    look();
}

static bool open_here(void)
{
    if (here.open || !loop_uv())
        return here.open;
    here.results = (struct watch){eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), on_results};
    if (here.results.fd < 0)
        return false;
    if (loop_watch(&here.results, EPOLLIN | EPOLLET) < 0) {
        close(here.results.fd);
        return false;
    }
    here.timer = xcalloc(1, sizeof *here.timer);
    uv_timer_init(loop_uv(), here.timer);
    here.open = true;
    return true;
}

static bool accepted(struct job *job)
{
    pthread_mutex_lock(&lock);
    stand_in_line(job);
    bool ok = call_one();
    if (!ok)
        waiting.first = NULL; /* without a thread nothing waited */
    else if (here.running > 0 && !uv_is_active((uv_handle_t *)here.timer))
        look_again(false, true);
    pthread_mutex_unlock(&lock);
    return ok;
}

int offload(void (*work)(void *), void (*done)(void *), void *arg, uint64_t client)
{
    struct job *job = xmalloc(sizeof *job);
    *job =
        (struct job){.work = work, .done = done, .arg = arg, .since = now_ms(), .client = client};
    if (!open_here() || !accepted(job)) {
        free(job);
        return -1;
    }
    here.running++;
    return 0;
}

unsigned offload_running(void)
{
    return here.running;
}

void offload_share(unsigned most, _Atomic uint64_t *count)
{
    share = most;
    held = count;
}

static void free_timer(uv_handle_t *timer)
{
    free(timer);
}

void offload_close(void)
{
    if (!here.open)
        return;
    pthread_mutex_lock(&lock);
    ending = true;
    for (unsigned i = 0; i < OFFLOAD_THREADS; i++)
        if (threads[i].created)
            pthread_cond_signal(&threads[i].called);
    pthread_mutex_unlock(&lock);
    for (unsigned i = 0; i < OFFLOAD_THREADS; i++)
        if (threads[i].created)
            pthread_join(threads[i].id, NULL);
    memset(threads, 0, sizeof threads);
    ending = told = planned = false;
    uv_close((uv_handle_t *)here.timer, free_timer);
    loop_unwatch(&here.results);
    close(here.results.fd);
    here.open = false;
}
