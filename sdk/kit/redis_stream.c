/* See <smtp-gated/kit/redis_stream.h>.
 *
 * A new connection first asks whether the entry that was seen last is still there.  If it
 * is, nothing can be missing after it, and reading goes on.  If not, the stream was
 * cut, or is another one: the newest entry is looked up, all is read anew by whoever
 * follows, and reading goes on from there. */
#include "redis_node.h"

#include <errno.h>
#include <hiredis/hiredis.h>
#include <smtp-gated/kit/redis_stream.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 2000, FIRST = 100, MOST = 1000, MINUTE = 60000, ID = 64 };

struct redis_stream {
    LIST_ENTRY(redis_stream) all; /* of one Redis */
    struct redis *redis;
    const struct redis_follower *follower;
    void *arg;
    char *key; /* with its prefix */
    int slot;
    struct redis_wire *wire; /* NULL: waits for the timer */
    enum { LOST, CHECKING, PLACING, READING } state;
    char last[ID]; /* "": none yet */
    uint64_t backoff;
    uv_timer_t timer;
};

/* ---------------------------------------------------------- connections -- */

static void on_timer(uv_timer_t *timer);

static void wait_and_try(struct redis_stream *s)
{
    redis_wire_close(s->wire);
    s->wire = NULL;
    s->state = LOST;
    s->backoff = s->backoff < FIRST ? FIRST : 2 * s->backoff;
    s->backoff = s->backoff > MOST ? MOST : s->backoff;
    uv_timer_start(&s->timer, on_timer, redis_jitter(s->backoff), 0);
}

/* The node says that Redis is gone; that it does not let us read is said here. */
static void complain(struct redis_stream *s, const char *event, const char *why)
{
    char what[REDIS_REASON];
    snprintf(what, sizeof what, "%s %s", s->key, why);
    if (redis_may_say(s->redis, what, MINUTE))
        sg_log(NULL, SG_ERR, event, "server=%s, key=%s, result=%s",
               redis_nodes_for(redis_nodes_of(s->redis), s->slot)->place.text, s->key, why);
}

static void lost(enum redis_outcome outcome, const char *why, void *arg)
{
    struct redis_stream *s = arg;
    (void)outcome, (void)why;
    s->wire = NULL;
    wait_and_try(s);
}

/* ------------------------------------------------------------ questions -- */

static void ask(struct redis_stream *s, uint64_t patience, const char *const *words)
{
    size_t room = REDIS_ROOM(0);
    for (unsigned i = 0; words[i]; i++)
        room += REDIS_ROOM(strlen(words[i]));
    char *command = sg_alloc(room);
    redis_wire_send(s->wire, command, (size_t)(redis_put_command(command, words) - command));
    redis_wire_expect(s->wire, patience + redis_plan_of(s->redis)->timeout);
    free(command);
}

static void read_on(struct redis_stream *s)
{
    char block[16];
    snprintf(block, sizeof block, "%d", BLOCK);
    s->state = READING;
    ask(s, BLOCK,
        (const char *[]){"XREAD", "COUNT", "1000", "BLOCK", block, "STREAMS", s->key, s->last,
                         NULL});
}

static void find_newest(struct redis_stream *s)
{
    s->state = PLACING;
    ask(s, 0, (const char *[]){"XREVRANGE", s->key, "+", "-", "COUNT", "1", NULL});
}

static void opened(void *arg)
{
    struct redis_stream *s = arg;
    s->state = CHECKING;
    if (!*s->last)
        find_newest(s);
    else
        ask(s, 0, (const char *[]){"XRANGE", s->key, s->last, s->last, NULL});
}

/* -------------------------------------------------------------- answers -- */

/* Of [id, fields]; false: it is none. */
static bool take_id(struct redis_stream *s, const struct redis_reply *entry)
{
    const char *id = redis_text(redis_item(entry, 0), NULL);
    if (!*id || strlen(id) >= sizeof s->last)
        return false;
    strcpy(s->last, id);
    return true;
}

static void placed(struct redis_stream *s, const struct redis_reply *reply)
{
    if (!take_id(s, redis_item(reply, 0)))
        strcpy(s->last, "0-0");
    s->follower->missed(s->arg);
    read_on(s);
}

/* [[key, [entry, …]]], or nothing. */
static void take_entries(struct redis_stream *s, const struct redis_reply *reply)
{
    const struct redis_reply *entries = redis_item(redis_item(reply, 0), 1);
    s->backoff = 0;
    for (size_t i = 0; i < redis_count(entries); i++)
        if (take_id(s, redis_item(entries, i)))
            s->follower->entry(s->last, redis_item(redis_item(entries, i), 1), s->arg);
    read_on(s);
}

static void take_error(struct redis_stream *s, const char *error)
{
    const enum redis_meaning meaning = redis_meaning(error);
    if (meaning == REDIS_MEANS_REFUSED)
        complain(s, "REDIS:REFUSED", error);
    else if (meaning == REDIS_MEANS_TYPE)
        complain(s, "REDIS:TYPE", error);
    else if (meaning == REDIS_MEANS_NOTHING)
        complain(s, "REDIS:ERROR", error);
    else if (meaning == REDIS_MEANS_MOVED)
        redis_nodes_learn(redis_nodes_of(s->redis));
    wait_and_try(s);
}

static void replied(const redisReply *reply, void *arg)
{
    struct redis_stream *s = arg;
    const struct redis_reply *answer = (const void *)reply;
    redis_wire_expect(s->wire, 0);
    if (reply->type == REDIS_REPLY_ERROR)
        take_error(s, reply->str);
    else if (s->state == READING)
        take_entries(s, answer);
    else if (s->state == PLACING)
        placed(s, answer);
    else if (redis_count(answer) == 1)
        read_on(s);
    else
        find_newest(s);
}

/* ----------------------------------------------------------------- life -- */

/* Where its node is connected to; a master that is yet to be found has no address. */
static void on_timer(uv_timer_t *timer)
{
    static const struct redis_wire_owner owner = {opened, replied, lost};
    struct redis_stream *s = timer->data;
    const struct redis_plan *plan = redis_plan_of(s->redis);
    const struct redis_node *node = redis_nodes_for(redis_nodes_of(s->redis), s->slot);
    if (node->open)
        s->wire = redis_wire_open(&plan->login, &node->place, &owner, s);
    if (!s->wire)
        wait_and_try(s);
}

void redis_streams_wake(struct redis_streams *streams)
{
    struct redis_stream *s;
    LIST_FOREACH(s, streams, all)
    if (!s->wire)
        uv_timer_start(&s->timer, on_timer, 0, 0);
}

struct redis_stream *redis_follow(struct redis *redis, const char *key,
                                  const struct redis_follower *follower, void *arg)
{
    const struct redis_plan *plan = redis_plan_of(redis);
    struct redis_stream *s = sg_alloc(sizeof *s);
    s->redis = redis;
    s->follower = follower;
    s->arg = arg;
    s->slot = plan->kind == REDIS_CLUSTER ? redis_slot(plan->prefix, key) : -1;
    s->key = sg_alloc(strlen(plan->prefix) + strlen(key) + 1);
    strcat(strcpy(s->key, plan->prefix), key);
    uv_timer_init(sg_loop(), &s->timer);
    s->timer.data = s;
    uv_timer_start(&s->timer, on_timer, 0, 0);
    LIST_INSERT_HEAD(redis_streams_of(redis), s, all);
    return s;
}

int redis_follows(const struct redis_stream *s)
{
    return s->state == READING;
}

static void timer_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void redis_unfollow(struct redis_stream *s)
{
    if (!s)
        return;
    LIST_REMOVE(s, all);
    redis_wire_close(s->wire);
    free(s->key);
    uv_close((uv_handle_t *)&s->timer, timer_closed);
}
