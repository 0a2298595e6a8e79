/* asker - a plugin for the tests of the Redis kit: what stands before the @ of a recipient
 * is a question, its words with '.' between, and what came of it is the refusal of the
 * recipient.  "incr.a" increments the key a.  "run.a.x" runs the script with the key a and
 * the argument x, "cross.a.b" with two keys; "down" and "follows" say what the kit says.  A
 * question that is answered twice, or that is delivered inside the call that asked, is a crash. */
#include <smtp-gated/kit/redis.h>
#include <smtp-gated/kit/redis_stream.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct asker {
    struct redis_options where;
    const char *follow;
    struct redis *redis;
    struct redis_stream *stream;
    int calling;
};

static const struct sg_option options[] = {
    REDIS_OPTIONS(struct asker, where),
    SG_OPT_STRING(struct asker, follow, NULL, "A stream whose entries go to the log"), SG_OPT_END};

static struct redis_script script = {
    .text = "return {KEYS[1], redis.call('INCR', KEYS[1]), ARGV[1], redis.call('TIME')[1] + 0}"};

/* A question that nobody wants any more forgets its session. */
struct asked {
    struct asker *my;
    struct redis_question *question;
    sg_ticket ticket;
};

/* A session has one at a time: a command that waits keeps the next one waiting. */
struct latest {
    struct asked *asked;
};

static size_t show(const struct redis_reply *reply, char *to, size_t size)
{
    static const char *const kinds[] = {"nil", "integer", "text", "list", "fault"};
    size_t n = (size_t)snprintf(to, size, " %s", kinds[redis_kind(reply)]);

    if (redis_kind(reply) == REDIS_INTEGER)
        return n + (size_t)snprintf(to + n, size - n, " %lld", (long long)redis_integer(reply));
    if (redis_kind(reply) != REDIS_LIST)
        return n + (size_t)snprintf(to + n, size - n, " %s", redis_text(reply, NULL));
    for (size_t i = 0; i < redis_count(reply) && n + 100 < size; i++)
        n += show(redis_item(reply, i), to + n, size - n);
    return n;
}

static void on_answer(const struct redis_answer *answer, void *arg)
{
    static const char *const outcomes[] = {"answered", "gone", "refused", "wrong"};
    struct asked *a = arg;
    char text[600], shown[500] = "";

    if (a->my->calling || !a->question)
        abort();
    a->question = NULL;
    if (answer->reply)
        show(answer->reply, shown, sizeof shown);
    snprintf(text, sizeof text, "%s%s%s%s", outcomes[answer->outcome], shown,
             answer->reason ? " " : "", answer->reason ? answer->reason : "");
    sg_resume(a->ticket, sg_answer(SG_REJECT, text));
    free(a);
}

static struct redis_question *ask(struct asked *a, char *question)
{
    const char *words[16] = {NULL};
    unsigned n = 0;
    char *rest = NULL;

    for (char *word = strtok_r(question, ".", &rest); word && n < 15;
         word = strtok_r(NULL, ".", &rest))
        words[n++] = word;
    if (n == 3 && strcmp(words[0], "run") == 0)
        return redis_run(a->my->redis, &script, (const char *[]){words[1], NULL},
                         (const char *[]){words[2], NULL}, on_answer, a);
    if (n == 3 && strcmp(words[0], "cross") == 0)
        return redis_run(a->my->redis, &script, (const char *[]){words[1], words[2], NULL},
                         (const char *[]){"x", NULL}, on_answer, a);
    return redis_ask(a->my->redis, words, n > 1, on_answer, a);
}

static struct sg_verdict asker_rcpt(struct sg_session *s, struct sg_mail *m,
                                    const char *forward_path, const char *parameters, void *self)
{
    struct asker *my = self;
    struct latest *latest = sg_session_state(s, self);
    char question[256];
    struct asked *a;

    (void)m, (void)parameters;
    snprintf(question, sizeof question, "%s", forward_path);
    question[strcspn(question, "@")] = '\0';
    if (strcmp(question, "follows") == 0)
        return sg_answer(SG_REJECT, redis_follows(my->stream) ? "it follows" : "it does not");
    if (strcmp(question, "down") == 0)
        return sg_answer(SG_REJECT, redis_is_down(my->redis) ? "it is down" : "it is up");
    a = sg_alloc(sizeof *a);
    a->my = my;
    a->ticket = sg_defer(s);
    my->calling = 1;
    a->question = ask(a, question);
    my->calling = 0;
    latest->asked = a;
    return sg_pending();
}

static void asker_cancel(struct sg_session *s, sg_ticket ticket, void *self)
{
    struct latest *latest = sg_session_state(s, self);

    (void)ticket;
    redis_cancel(latest->asked->question);
    free(latest->asked);
}

static int asker_configure(void *self)
{
    struct asker *my = self;

    return redis_configure(&my->where);
}

static void missed(void *arg)
{
    const struct asker *my = arg;

    sg_log(NULL, SG_INFO, "ASKER:MISSED", "stream=%s", my->follow);
}

static void entry(const char *id, const struct redis_reply *fields, void *arg)
{
    (void)arg;
    sg_log(NULL, SG_INFO, "ASKER:ENTRY", "id=%s, count=%u, name=%s, value=%s", id,
           (unsigned)redis_count(fields), redis_text(redis_item(fields, 0), NULL),
           redis_text(redis_item(fields, 1), NULL));
}

static int asker_start(void *self)
{
    static const struct redis_follower follower = {missed, entry};
    struct asker *my = self;

    my->redis = redis_open(&my->where);
    if (my->follow)
        my->stream = redis_follow(my->redis, my->follow, &follower, my);
    return 0;
}

static void asker_stop(void *self)
{
    struct asker *my = self;

    redis_unfollow(my->stream);
    redis_close(my->redis);
}

static void asker_release(void *self)
{
    struct asker *my = self;

    redis_release(&my->where);
}

SG_PLUGIN(asker, .summary = "asks Redis what a test wants to know", .options = options,
          .settings_size = sizeof(struct asker), .session_size = sizeof(struct latest),
          .configure = asker_configure, .start = asker_start, .stop = asker_stop,
          .release = asker_release, .rcpt = asker_rcpt, .cancel = asker_cancel)
