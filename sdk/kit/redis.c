/* See <smtp-gated/kit/redis.h>.  Questions and their time.
 *
 * All questions of one Redis are given the same time, so those that wait stand in the order
 * in which they are due.  One timer looks at the first of them; it also delivers what is
 * known at once, since nobody is called back from inside a call. */
#include "redis_node.h"

#include <sha1.h>
#include <smtp-gated/kit/expiring.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SAID = 256, SAID_BYTES = 65536 }; /* errors that are remembered, so as not to repeat them */

struct redis {
    const struct redis_plan *plan;
    struct redis_nodes *nodes;
    struct redis_questions ready, by_due;
    struct redis_streams streams;
    struct expiring *said;
    uv_timer_t timer;
    uint64_t armed; /* sg_now() of the timer; UINT64_MAX: it does not run */
    uint64_t turn;
};

const struct redis_plan *redis_plan_of(const struct redis *redis)
{
    return redis->plan;
}

struct redis_streams *redis_streams_of(struct redis *redis)
{
    return &redis->streams;
}

struct redis_nodes *redis_nodes_of(const struct redis *redis)
{
    return redis->nodes;
}

bool redis_may_say(struct redis *redis, const char *what, uint64_t period)
{
    return expiring_first(redis->said, what, period, sg_now());
}

/* --------------------------------------------------------------- queues -- */

static struct redis_questions *queue_of(const struct redis_question *q)
{
    if (!q->node)
        return &q->redis->ready;
    return q->sent ? &q->node->sent : &q->node->waiting;
}

void redis_question_move(struct redis_question *q, struct redis_node *node, bool sent)
{
    TAILQ_REMOVE(queue_of(q), q, among);
    q->node = node;
    q->sent = sent;
    TAILQ_INSERT_TAIL(queue_of(q), q, among);
}

void redis_question_untime(struct redis_question *q)
{
    if (q->timed)
        TAILQ_REMOVE(&q->redis->by_due, q, by_due);
    q->timed = false;
}

void redis_question_drop(struct redis_question *q)
{
    TAILQ_REMOVE(queue_of(q), q, among);
    redis_question_untime(q);
    free(q);
}

void redis_question_fail(struct redis_question *q, enum redis_outcome outcome, const char *reason)
{
    redis_question_move(q, NULL, false);
    redis_question_untime(q);
    q->outcome = outcome;
    q->reason = reason;
    q->turn = q->redis->turn;
    redis_arm(q->redis, sg_now());
}

void redis_question_end(struct redis_question *q, const struct redis_answer *answer)
{
    redis_done *done = q->done;
    void *arg = q->arg;
    redis_question_drop(q);
    if (done)
        done(answer, arg);
}

/* ------------------------------------------------------------- the loop -- */

/* What became ready in this turn is for the next one: `done` may ask again. */
static void deliver(struct redis *redis)
{
    struct redis_question *q;
    const uint64_t turn = redis->turn++;
    while ((q = TAILQ_FIRST(&redis->ready)) && q->turn <= turn) {
        char reason[REDIS_REASON]; /* the node's may change in `done` */
        snprintf(reason, sizeof reason, "%s", q->reason);
        const struct redis_answer answer = {q->outcome, reason, NULL};
        redis_question_end(q, &answer);
    }
}

static void on_timer(uv_timer_t *timer)
{
    struct redis *redis = timer->data;
    struct redis_question *q;
    redis->armed = UINT64_MAX;
    while ((q = TAILQ_FIRST(&redis->by_due)) && q->due <= sg_now())
        redis_node_overdue(q->node, q);
    deliver(redis);
    redis_arm(redis, redis_nodes_look(redis->nodes));
    if ((q = TAILQ_FIRST(&redis->by_due)))
        redis_arm(redis, q->due);
    if (!TAILQ_EMPTY(&redis->ready))
        redis_arm(redis, sg_now());
}

void redis_arm(struct redis *redis, uint64_t due)
{
    const uint64_t now = sg_now();
    if (due >= redis->armed)
        return;
    redis->armed = due;
    uv_timer_start(&redis->timer, on_timer, due > now ? due - now : 0, 0);
}

/* --------------------------------------------------------------- asking -- */

static struct redis_question *create(struct redis *redis, size_t room, redis_done *done, void *arg)
{
    struct redis_question *q = sg_alloc(sizeof *q + room);
    q->redis = redis;
    q->done = done;
    q->arg = arg;
    q->due = sg_now() + redis->plan->timeout;
    q->timed = true;
    q->slot = -1;
    TAILQ_INSERT_TAIL(&redis->ready, q, among);
    TAILQ_INSERT_TAIL(&redis->by_due, q, by_due);
    return q;
}

static struct redis_question *begin(struct redis_question *q)
{
    redis_arm(q->redis, q->due);
    redis_node_take(redis_nodes_for(q->redis->nodes, q->slot), q);
    return q;
}

static struct redis_question *write_words(struct redis *redis, const char *const *words,
                                          unsigned key, redis_done *done, void *arg)
{
    const char *prefix = redis->plan->prefix;
    size_t room = strlen(prefix);
    unsigned count = 0;
    for (; words[count]; count++)
        room += REDIS_ROOM(strlen(words[count]));
    struct redis_question *q = create(redis, room, done, arg);
    char *end = q->text;
    for (unsigned i = 0; i < count; i++)
        end = redis_put_word(end, key && i == key ? prefix : NULL, words[i]);
    q->n = (size_t)(end - q->text);
    q->words = count;
    q->key = key;
    q->keys = key > 0 && key < count;
    if (q->keys && redis->plan->kind == REDIS_CLUSTER)
        q->slot = redis_slot(prefix, words[key]);
    return q;
}

struct redis_question *redis_ask(struct redis *redis, const char *const *words, unsigned key,
                                 redis_done *done, void *arg)
{
    return begin(write_words(redis, words, key, done, arg));
}

struct redis_question *redis_ask_node(struct redis *redis, struct redis_node *node,
                                      const char *const *words, redis_done *done, void *arg)
{
    struct redis_question *q = write_words(redis, words, 0, done, arg);
    redis_arm(redis, q->due);
    redis_node_take(node, q);
    return q;
}

struct redis_question *redis_question_blank(struct redis *redis)
{
    struct redis_question *q = create(redis, 0, NULL, NULL);
    redis_question_untime(q);
    return q;
}

struct redis_question *redis_run(struct redis *redis, struct redis_script *script,
                                 const char *const *keys, const char *const *args, redis_done *done,
                                 void *arg)
{
    const char *prefix = redis->plan->prefix;
    size_t room = REDIS_ROOM(0);
    unsigned key_count = 0, arg_count = 0;
    char number[12];
    for (; keys[key_count]; key_count++)
        room += REDIS_ROOM(strlen(prefix) + strlen(keys[key_count]));
    for (; args[arg_count]; arg_count++)
        room += REDIS_ROOM(strlen(args[arg_count]));
    struct redis_question *q = create(redis, room, done, arg);
    if (!*script->digest)
        SHA1Data((const uint8_t *)script->text, strlen(script->text), script->digest);
    snprintf(number, sizeof number, "%u", key_count);
    char *end = redis_put_word(q->text, NULL, number);
    for (unsigned i = 0; i < key_count; i++)
        end = redis_put_word(end, prefix, keys[i]);
    for (unsigned i = 0; i < arg_count; i++)
        end = redis_put_word(end, NULL, args[i]);
    q->n = (size_t)(end - q->text);
    q->script = script;
    q->words = 3 + key_count + arg_count;
    q->key = 1;
    q->keys = key_count;
    if (key_count && redis->plan->kind == REDIS_CLUSTER)
        q->slot = redis_slot(prefix, keys[0]);
    if (redis_one_tag(keys))
        return begin(q);
    redis_question_fail(q, REDIS_WRONG, "the keys of one question need one {tag}");
    return q;
}

void redis_cancel(struct redis_question *q)
{
    if (q && q->sent)
        q->done = NULL; /* its answer is still to come, and its time to be late */
    else if (q)
        redis_question_drop(q);
}

int redis_is_down(const struct redis *redis)
{
    return redis_nodes_are_down(redis->nodes);
}

/* ----------------------------------------------------------------- life -- */

struct redis *redis_open(const struct redis_options *options)
{
    struct redis *redis = sg_alloc(sizeof *redis);
    redis->plan = options->plan;
    redis->armed = UINT64_MAX;
    redis->said = expiring_create(SAID, SAID_BYTES, NULL);
    TAILQ_INIT(&redis->ready);
    TAILQ_INIT(&redis->by_due);
    uv_timer_init(sg_loop(), &redis->timer);
    redis->timer.data = redis;
    redis->nodes = redis_nodes_open(redis);
    return redis;
}

static void timer_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void redis_close(struct redis *redis)
{
    struct redis_question *q;
    if (!redis)
        return;
    redis_nodes_close(redis->nodes);
    while ((q = TAILQ_FIRST(&redis->ready)))
        redis_question_drop(q);
    expiring_destroy(redis->said);
    uv_close((uv_handle_t *)&redis->timer, timer_closed);
}
