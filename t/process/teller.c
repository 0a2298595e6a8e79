/* teller - a plugin that logs lines which belong to no session, from wherever it may log. */
#include <smtp-gated/plugin.h>

#include <uv.h>

struct teller {
    uv_timer_t timer;
};

static void tell(const char *where)
{
    sg_log(NULL, SG_NOTICE, "TELLER", "where=%s", where);
}

static void in_work(void *arg)
{
    (void)arg; /* a thread must not log */
}

static void in_done(void *arg)
{
    (void)arg;
    tell("done");
}

static void on_timer(uv_timer_t *timer)
{
    uv_close((uv_handle_t *)timer, NULL);
    tell("timer");
}

static int teller_configure(void *self)
{
    (void)self;
    tell("configure");
    return 0;
}

static int teller_start(void *self)
{
    struct teller *t = self;

    tell("start");
    uv_timer_init(sg_loop(), &t->timer);
    uv_timer_start(&t->timer, on_timer, 0, 0);
    return sg_offload(in_work, in_done, NULL);
}

static void teller_stop(void *self)
{
    (void)self;
    tell("stop");
}

SG_PLUGIN(teller, .summary = "tell the log where it is", .settings_size = sizeof(struct teller),
          .configure = teller_configure, .start = teller_start, .stop = teller_stop)
