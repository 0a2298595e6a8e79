/* One server: is it there, and who waits for it.
 *
 * Trust is lost when no connection can be had, when one breaks three times in a row, when
 * three questions in a row go unanswered, and when the server says that it cannot serve.
 * Then nobody waits for it: a connection is tried in the background, and when one has been
 * greeted, one question is let through.  If that is answered, trust is back. */
#include "redis_node.h"

#include <errno.h>
#include <hiredis/hiredis.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

enum { IN_A_ROW = 3, FIRST = 100, MOST = 1000, MOST_REFUSED = 30000, SECOND = 1000 };

static void node_connect(struct redis_node *node);

/* ---------------------------------------------------------------- trust -- */

/* Not all workers of all gateways at the same time: a quarter more, or less. */
uint64_t redis_jitter(uint64_t delay)
{
    uint16_t random = 0;
    if (getrandom(&random, sizeof random, GRND_NONBLOCK) < 0)
        random = (uint16_t)sg_now();
    return delay - delay / 4 + delay / 2 * random / UINT16_MAX;
}

static void say_down(struct redis_node *node, bool was_trusted)
{
    if (was_trusted)
        node->since = sg_now();
    if (node->outcome == REDIS_REFUSED)
        sg_log(NULL, SG_ERR, "REDIS:REFUSED", "server=%s, result=%s", node->place.text, node->why);
    else if (was_trusted || node->refused)
        sg_log(NULL, SG_ERR, "REDIS:DOWN", "server=%s, result=%s", node->place.text, node->why);
    node->refused = node->outcome == REDIS_REFUSED;
}

static void fail_all(struct redis_node *node, struct redis_questions *of)
{
    struct redis_question *q;
    while ((q = TAILQ_FIRST(of)))
        if (q->done)
            redis_question_fail(q, node->outcome, node->why);
        else
            redis_question_drop(q);
}

static void drop_wire(struct redis_node *node)
{
    redis_find_close(node->find);
    redis_wire_close(node->wire);
    node->find = NULL;
    node->wire = NULL;
    node->open = node->trying = false;
    fail_all(node, &node->sent);
}

static void remember(struct redis_node *node, enum redis_outcome outcome, const char *why)
{
    char copy[sizeof node->why]; /* why may be the old one */
    snprintf(copy, sizeof copy, "%s", why);
    memcpy(node->why, copy, sizeof copy);
    node->outcome = outcome;
}

static void node_down(struct redis_node *node, enum redis_outcome outcome, const char *why)
{
    const uint64_t most = outcome == REDIS_REFUSED ? MOST_REFUSED : MOST,
                   least = outcome == REDIS_REFUSED ? SECOND : FIRST;
    const bool was_trusted = node->trusted;
    remember(node, outcome, why);
    node->trusted = false;
    node->silent = node->broken = 0;
    drop_wire(node);
    fail_all(node, &node->waiting);
    say_down(node, was_trusted);
    node->backoff = node->backoff < least ? least : 2 * node->backoff;
    node->backoff = node->backoff > most ? most : node->backoff;
    node->again = sg_now() + redis_jitter(node->backoff);
    redis_arm(node->redis, node->again);
}

/* A question has been answered as it should. */
static void node_well(struct redis_node *node)
{
    node->silent = node->broken = 0;
    node->trying = false;
    if (node->trusted)
        return;
    node->trusted = true;
    node->refused = false;
    node->backoff = 0;
    sg_log(NULL, SG_NOTICE, "REDIS:UP", "server=%s, time=%lu", node->place.text,
           (unsigned long)((sg_now() - node->since) / SECOND));
}

bool redis_node_is_down(const struct redis_node *node)
{
    return !node->trusted && (!node->open || node->trying);
}

/* ------------------------------------------------------------ questions -- */

/* The answer to ASKING is nobody's. */
static void ask_first(struct redis_node *node, struct redis_question *q)
{
    static const char asking[] = "*1\r\n$6\r\nASKING\r\n";
    redis_question_move(redis_question_blank(node->redis), node, true);
    redis_wire_send(node->wire, asking, sizeof asking - 1);
    q->asking = false;
}

static void send_now(struct redis_node *node, struct redis_question *q)
{
    if (q->asking)
        ask_first(node, q);
    redis_question_move(q, node, true);
    node->trying = !node->trusted;
    redis_question_send(q, node->wire);
}

void redis_node_take(struct redis_node *node, struct redis_question *q)
{
    if (redis_node_is_down(node)) {
        redis_question_fail(q, node->outcome, node->why);
    } else if (node->open) {
        send_now(node, q);
    } else {
        redis_question_move(q, node, false);
    }
}

void redis_node_overdue(struct redis_node *node, struct redis_question *q)
{
    static const struct redis_answer late = {REDIS_GONE, "does not answer in time", NULL},
                                     unsent = {REDIS_GONE, "cannot be reached in time", NULL};
    if (!q->sent) {
        redis_question_end(q, &unsent);
        return;
    }
    redis_done *done = q->done;
    void *arg = q->arg;
    redis_question_untime(q);
    q->done = NULL;
    if (++node->silent >= IN_A_ROW || !node->trusted)
        node_down(node, REDIS_GONE, late.reason);
    if (done) /* otherwise it was cancelled, and is late besides */
        done(&late, arg);
}

/* -------------------------------------------------------------- answers -- */

static void say_wrong(struct redis_node *node, const struct redis_question *q,
                      enum redis_meaning meaning, const char *error)
{
    enum { MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };
    char keys[256];
    redis_question_keys(q, keys, sizeof keys);
    if (meaning == REDIS_MEANS_TYPE && redis_may_say(node->redis, keys, HOUR))
        sg_log(NULL, SG_ERR, "REDIS:TYPE", "server=%s, key=%s, result=%s", node->place.text, keys,
               error);
    else if ((meaning == REDIS_MEANS_NOTHING || meaning == REDIS_MEANS_MOVED) &&
             redis_may_say(node->redis, error, MINUTE))
        sg_log(NULL, SG_ERR, "REDIS:ERROR", "server=%s, key=%s, result=%s", node->place.text, keys,
               error);
}

/* The script is not known there: it is sent whole, if there is time left for it. */
static void send_whole(struct redis_node *node, struct redis_question *q)
{
    q->whole = true;
    send_now(node, q);
}

/* 1: the question is dealt with, or the connection is over, and the question with it. */
static bool take_error(struct redis_node *node, struct redis_question *q, const char *error)
{
    const enum redis_meaning meaning = redis_meaning(error);
    if (meaning == REDIS_MEANS_GONE || meaning == REDIS_MEANS_REFUSED) {
        node_down(node, meaning == REDIS_MEANS_GONE ? REDIS_GONE : REDIS_REFUSED, error);
        return true;
    }
    if (meaning == REDIS_MEANS_NOSCRIPT && q->script && !q->whole && q->done) {
        send_whole(node, q);
        return true;
    }
    if (meaning == REDIS_MEANS_MOVED && q->done &&
        redis_nodes_move(redis_nodes_of(node->redis), node, q, error)) {
        node_well(node);
        return true;
    }
    say_wrong(node, q, meaning, error);
    return false;
}

static void replied(const redisReply *reply, void *arg)
{
    struct redis_node *node = arg;
    struct redis_question *q = TAILQ_FIRST(&node->sent);
    const bool error = reply->type == REDIS_REPLY_ERROR;
    if (!q) {
        node_down(node, REDIS_GONE, "speaks without being asked");
        return;
    }
    if (error && take_error(node, q, reply->str))
        return;
    if (q->timed)
        node_well(node);
    struct redis_answer answer = {REDIS_ANSWERED, NULL, (const void *)reply};
    if (error) {
        const enum redis_meaning meaning = redis_meaning(reply->str);
        const bool gone = meaning == REDIS_MEANS_TYPE || meaning == REDIS_MEANS_LATER;
        answer = (struct redis_answer){gone ? REDIS_GONE : REDIS_WRONG, reply->str, NULL};
    }
    redis_question_end(q, &answer);
}

/* ---------------------------------------------------------- connections -- */

static void opened(void *arg)
{
    struct redis_node *node = arg;
    struct redis_question *q;
    node->open = true;
    node->opened = sg_now();
    while ((q = TAILQ_FIRST(&node->waiting)))
        send_now(node, q);
    redis_streams_wake(redis_streams_of(node->redis));
}

/* A server may close what is idle, and it may be started anew: the next connection shows. */
static void lost(enum redis_outcome outcome, const char *why, void *arg)
{
    struct redis_node *node = arg;
    const bool served = node->open && node->trusted;
    node->wire = NULL;
    if (served && sg_now() - node->opened >= SECOND)
        node->broken = 0;
    if (!served || ++node->broken >= IN_A_ROW) {
        node_down(node, outcome, why);
        return;
    }
    remember(node, outcome, why);
    drop_wire(node);
    node_connect(node);
}

static void node_dial(struct redis_node *node)
{
    static const struct redis_wire_owner owner = {opened, replied, lost};
    const struct redis_plan *plan = redis_plan_of(node->redis);
    node->wire = redis_wire_open(&plan->login, &node->place, &owner, node);
    if (!node->wire)
        node_down(node, REDIS_GONE, strerror(errno));
}

static void found(const struct address_place *place, enum redis_outcome outcome, const char *why,
                  void *arg)
{
    struct redis_node *node = arg;
    node->find = NULL; /* it is over by itself */
    if (place)
        node->place = *place;
    if (place)
        node_dial(node);
    else
        node_down(node, outcome, why);
}

static void node_connect(struct redis_node *node)
{
    const struct redis_plan *plan = redis_plan_of(node->redis);
    if (plan->kind != REDIS_SENTINELS) {
        node_dial(node);
        return;
    }
    node->find = redis_find_open(plan, &node->sentinel, found, node);
    if (!node->find)
        node_down(node, REDIS_GONE, strerror(errno));
}

uint64_t redis_node_look(struct redis_node *node)
{
    if (!node->wire && !node->find && sg_now() >= node->again)
        node_connect(node);
    return node->wire || node->find ? UINT64_MAX : node->again;
}

/* ----------------------------------------------------------------- life -- */

void redis_node_init(struct redis_node *node, struct redis *redis,
                     const struct address_place *place)
{
    node->redis = redis;
    node->place = *place;
    node->trusted = true;
    node->again = 0;
    TAILQ_INIT(&node->waiting);
    TAILQ_INIT(&node->sent);
    node_connect(node);
}

void redis_node_finish(struct redis_node *node)
{
    struct redis_question *q;
    redis_find_close(node->find);
    redis_wire_close(node->wire);
    while ((q = TAILQ_FIRST(&node->sent)) || (q = TAILQ_FIRST(&node->waiting)))
        redis_question_drop(q);
}
