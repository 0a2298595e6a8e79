/* later - what the interface promises of answers that come later, and of threads. */
#include <smtp-gated/plugin.h>

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { TRIES = 600, STEP_US = 10000 };

struct later {
    _Atomic int *shared; /* works that have begun, of all workers: made by configure */
    atomic_int open;     /* works whose `done` has not come */
};

struct errand {
    struct later *later;
    struct sg_mail *mail;
    sg_ticket ticket;
    int met; /* the other work runs while this one does */
};

static int later_configure(void *self)
{
    struct later *my = self;

    my->shared =
        mmap(NULL, sizeof *my->shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return my->shared == MAP_FAILED ? -1 : 0;
}

static void later_release(void *self)
{
    struct later *my = self;

    sg_log(NULL, SG_NOTICE, "LATER:RELEASE", "works=%d", atomic_load(my->shared));
    munmap(my->shared, sizeof *my->shared);
}

static void later_stop(void *self)
{
    struct later *my = self;

    sg_log(NULL, SG_NOTICE, "LATER:STOP", "open=%d", atomic_load(&my->open));
}

/* Begins, and waits until a second one has begun. */
static void work(void *arg)
{
    struct errand *e = arg;

    atomic_fetch_add(e->later->shared, 1);
    for (int i = 0; i < TRIES && atomic_load(e->later->shared) < 2; i++)
        usleep(STEP_US);
    e->met = atomic_load(e->later->shared) >= 2;
}

static void done(void *arg)
{
    struct errand *e = arg;

    atomic_fetch_sub(&e->later->open, 1);
    if (e->mail && sg_ticket_alive(e->ticket))
        sg_add_header(e->mail, "X-Later: yes\r\n");
    if (e->ticket) {
        sg_resume(e->ticket, e->met ? sg_pass() : sg_failed("one work waits for the other"));
        sg_resume(e->ticket, sg_answer(SG_REJECT, "The second answer"));
    }
    free(e);
}

static void begin(struct later *my, struct sg_mail *m, sg_ticket ticket)
{
    struct errand *e = sg_alloc(sizeof *e);

    e->later = my;
    e->mail = m;
    e->ticket = ticket;
    atomic_fetch_add(&my->open, 1);
    if (sg_offload(work, done, e) < 0)
        abort();
}

static struct sg_verdict later_mail(struct sg_session *s, struct sg_mail *m,
                                    const char *reverse_path, const char *parameters, void *self)
{
    (void)parameters;
    begin(self, m, sg_defer(s));
    if (strncmp(reverse_path, "both", 4) == 0)
        begin(self, NULL, 0);
    return sg_pending();
}

/* A work that nobody waits for, when the session ends. */
static void later_close(struct sg_session *s, void *self)
{
    (void)s;
    begin(self, NULL, 0);
}

SG_PLUGIN(later, .summary = "answers later", .settings_size = sizeof(struct later),
          .configure = later_configure, .stop = later_stop, .release = later_release,
          .mail = later_mail, .close = later_close)
