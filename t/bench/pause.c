/* pause - a plugin for the bench: lets each message wait on a thread for as long as a
 * scan takes, and does nothing.  What it costs is what relaying costs at the pace of a
 * scanner, where verdicts come one by one. */
#include <smtp-gated/plugin.h>

#include <stdlib.h>
#include <time.h>

struct pause {
    long us;
};

static const struct sg_option options[] = {
    SG_OPT_INT(struct pause, us, "500", 1, 999999, "how long, in microseconds"), SG_OPT_END};

struct wait {
    long us;
    sg_ticket ticket;
};

static void work(void *arg)
{
    const struct wait *w = arg;
    const struct timespec t = {0, w->us * 1000};

    nanosleep(&t, NULL);
}

static void done(void *arg)
{
    struct wait *w = arg;

    sg_resume(w->ticket, sg_pass());
    free(w);
}

static struct sg_verdict pause_end(struct sg_session *s, struct sg_mail *m, void *self)
{
    const struct pause *my = self;
    struct wait *w = malloc(sizeof *w);

    (void)m;
    if (!w)
        return sg_failed("out of memory");
    w->us = my->us;
    if (sg_offload(work, done, w) < 0) {
        free(w);
        return sg_failed("no thread takes it");
    }
    w->ticket = sg_defer(s);
    return sg_pending();
}

SG_PLUGIN(pause, .summary = "let each message wait", .options = options,
          .settings_size = sizeof(struct pause), .want = SG_WANT_SPOOL, .end = pause_end)
