/* The inside of the Redis kit.  redis.c (questions and their time) asks redis_node.c (one
 * server: is it there?), by redis_nodes.c (which of them), which sends by redis_wire.c (one
 * connection, greeted). redis_words.c writes what is asked and reads what an error means,
 * redis_greeting.c is how a connection begins, redis_config.c what people write, redis_probe.c asks
 * once before workers are there. */
#ifndef REDIS_INNER_H
#define REDIS_INNER_H

#include "redis_wire.h"

#include <sys/queue.h>
#include <uv.h>

/* ------------------------------------------------------------ questions -- */

TAILQ_HEAD(redis_questions, redis_question);

/* A question is in one queue: ready (the loop will deliver `outcome`), or a node's, waiting
 * for the connection or sent.  What was sent stays until its answer, also when nobody
 * waits for that any more: then `done` is NULL.  While it is timed, its time runs. */
struct redis_question {
    TAILQ_ENTRY(redis_question) among, by_due;
    struct redis *redis;
    struct redis_node *node; /* NULL: ready */
    redis_done *done;
    void *arg;
    uint64_t due, turn; /* turn: of the loop, in which it became ready */
    bool sent, timed;
    enum redis_outcome outcome;
    const char *reason;
    const struct redis_script *script; /* NULL: a command */
    bool whole;                        /* the script is sent as text */
    int slot;                          /* of a cluster; -1: any */
    unsigned hops;                     /* so often sent from server to server */
    bool asking;                       /* the next server takes it by ASKING only */
    unsigned words, key, keys;         /* of the text: how many, which is the first key */
    size_t n;
    char text[]; /* of a script without its first two words */
};

/* To the end of a queue of the node, or NULL: of those that are ready. */
void redis_question_move(struct redis_question *q, struct redis_node *node, bool sent);
/* Its time no longer runs. */
void redis_question_untime(struct redis_question *q);
/* Not to be answered: the loop will deliver this.  reason: lives as long as the Redis. */
void redis_question_fail(struct redis_question *q, enum redis_outcome outcome, const char *reason);
void redis_question_drop(struct redis_question *q); /* out of its queue, and gone */
/* By the loop: tells whoever waits, and drops it. */
void redis_question_end(struct redis_question *q, const struct redis_answer *answer);
void redis_question_send(const struct redis_question *q, struct redis_wire *wire);
/* Its keys, with blanks between, as a log line has them. */
const char *redis_question_keys(const struct redis_question *q, char *to, size_t size);

LIST_HEAD(redis_streams, redis_stream);
struct redis_streams *redis_streams_of(struct redis *redis);
void redis_streams_wake(struct redis_streams *streams); /* Redis can be reached again */

const struct redis_plan *redis_plan_of(const struct redis *redis);
/* The loop looks again at this time, sg_now(), or earlier. */
void redis_arm(struct redis *redis, uint64_t due);
uint64_t redis_jitter(uint64_t delay); /* a quarter more, or less */
/* Once in a period: what there is to say of an error. */
bool redis_may_say(struct redis *redis, const char *what, uint64_t period);

/* One of the kit's own, at this server. */
struct redis_question *redis_ask_node(struct redis *redis, struct redis_node *node,
                                      const char *const *words, redis_done *done, void *arg);
/* Nobody waits for the answer to it. */
struct redis_question *redis_question_blank(struct redis *redis);

#endif
