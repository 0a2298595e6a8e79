/* few-mails - refuse a client's mails beyond so many in an hour, which all gateways
 * count together, in Redis.
 *
 * Where Redis is not there, mail passes: the plugin is a limit, not a check. */
#include <smtp-gated/kit/redis.h>
#include <stdlib.h>

struct few_mails {
    struct redis_options where;
    long most;
    /* Below the options is room for the plugin's own. */
    struct redis *redis;
};

static const struct sg_option options[] = {
    REDIS_OPTIONS(struct few_mails, where),
    SG_OPT_INT(struct few_mails, most, "10", 1, 1000000, "How many mails an hour"), SG_OPT_END};

/* Counts one, and says how many there are.  A key never stays without an end. */
static struct redis_script count = {
    .text = "local n = redis.call('INCR', KEYS[1])\n"
            "if n == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end\n"
            "return n\n"};

/* What a session keeps: the question that is open. */
struct asked {
    struct few_mails *my;
    struct redis_question *question;
    sg_ticket ticket;
};

static void on_answer(const struct redis_answer *answer, void *arg)
{
    struct asked *a = arg;
    int over = redis_integer(answer->reply) > a->my->most;

    a->question = NULL;
    sg_resume(a->ticket, over ? sg_answer(SG_TEMPFAIL, "Too many mails in this hour") : sg_pass());
}

static struct sg_verdict few_mails_mail(struct sg_session *s, struct sg_mail *m,
                                        const char *reverse_path, const char *parameters,
                                        void *self)
{
    struct few_mails *my = self;
    struct asked *a = sg_session_state(s, self);
    const char *const keys[] = {sg_client_ip(s), NULL};
    const char *const args[] = {"3600", NULL};

    (void)m, (void)reverse_path, (void)parameters;
    if (redis_is_down(my->redis))
        return sg_pass();
    a->my = my;
    a->ticket = sg_defer(s);
    a->question = redis_run(my->redis, &count, keys, args, on_answer, a);
    return sg_pending();
}

static void few_mails_cancel(struct sg_session *s, sg_ticket ticket, void *self)
{
    struct asked *a = sg_session_state(s, self);

    (void)ticket;
    redis_cancel(a->question);
    a->question = NULL;
}

static int few_mails_configure(void *self)
{
    struct few_mails *my = self;

    return redis_configure(&my->where);
}

static int few_mails_start(void *self)
{
    struct few_mails *my = self;

    my->redis = redis_open(&my->where);
    return 0;
}

static void few_mails_stop(void *self)
{
    struct few_mails *my = self;

    redis_close(my->redis);
}

static void few_mails_release(void *self)
{
    struct few_mails *my = self;

    redis_release(&my->where);
}

SG_PLUGIN(few_mails, .summary = "refuse clients' mails beyond so many in an hour",
          .options = options, .settings_size = sizeof(struct few_mails),
          .session_size = sizeof(struct asked), .configure = few_mails_configure,
          .start = few_mails_start, .stop = few_mails_stop, .release = few_mails_release,
          .mail = few_mails_mail, .cancel = few_mails_cancel)
