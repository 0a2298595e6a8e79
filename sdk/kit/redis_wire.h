/* What goes over a connection to Redis, and the connection. */
#ifndef REDIS_WIRE_H
#define REDIS_WIRE_H

#include <smtp-gated/kit/address.h>
#include <smtp-gated/kit/redis.h>
#include <stdbool.h>

struct redisReply; /* of hiredis */

/* ---------------------------------------------------------------- words -- */

/* Room for one word of n bytes, or for the head of a command. */
#define REDIS_ROOM(n) ((n) + 26)
/* Both return where they end.  before: NULL, or what the word begins with. */
char *redis_put_head(char *to, size_t words);
char *redis_put_word(char *to, const char *before, const char *word);

/* What an error of Redis asks of us, by its first word. */
enum redis_meaning {
    REDIS_MEANS_NOTHING, /* the question was wrong */
    REDIS_MEANS_GONE,
    REDIS_MEANS_REFUSED,
    REDIS_MEANS_TYPE,
    REDIS_MEANS_NOSCRIPT,
};
enum redis_meaning redis_meaning(const char *error);

/* Have they one tag?  That is what stands between braces, or all of the key. */
bool redis_one_tag(const char *const *keys);

/* ----------------------------------------------------------------- plan -- */

enum { REDIS_PLACES = 16, REDIS_REASON = 160 };

/* What the options say, read and checked. */
struct redis_plan {
    struct address_place places[REDIS_PLACES]; /* servers, or Sentinels */
    unsigned count;
    const char *user, *password; /* NULL: none */
    char *secret;                /* what password_file has */
    long database;
    const char *prefix;
    uint64_t timeout;
};

/* ------------------------------------------------------------- greeting -- */

/* What a connection begins with, all at once: who we are, which database, are you well? */
enum redis_step { REDIS_AUTH, REDIS_SELECT, REDIS_PING };
enum { REDIS_STEPS = 3 };

struct redis_greeting {
    enum redis_step steps[REDIS_STEPS];
    unsigned count;
    size_t n;
    char *text; /* sg_alloc() */
};
struct redis_greeting redis_greeting(const struct redis_plan *plan);
/* The answer to one step: NULL, or what is wrong; then *outcome is GONE or REFUSED. */
const char *redis_greeted(enum redis_step step, const struct redisReply *reply,
                          enum redis_outcome *outcome);

/* Connects, greets and waits, for a second at most.  NULL, or what Redis says against us,
 * in `why`; then *step is where. */
const char *redis_probe(const struct redis_plan *plan, const struct address_place *place,
                        enum redis_step *step, char *why, size_t size);

/* ----------------------------------------------------------------- wire -- */

/* One connection.  Its owner is called by the loop only: `opened` when it is greeted and
 * may be used, `replied` for each answer in the order of what was sent, `lost` once at the
 * end, when the wire is gone. */
struct redis_wire;
struct redis_wire_owner {
    void (*opened)(void *arg);
    void (*replied)(const struct redisReply *reply, void *arg);
    void (*lost)(enum redis_outcome outcome, const char *why, void *arg);
};
/* NULL and errno. */
struct redis_wire *redis_wire_open(const struct redis_plan *plan, const struct address_place *place,
                                   const struct redis_wire_owner *owner, void *arg);
/* Goes out at the end of this turn of the loop, with what else there is. */
void redis_wire_send(struct redis_wire *wire, const char *bytes, size_t n);
void redis_wire_close(struct redis_wire *wire); /* `lost` is not called; NULL is fine */

#endif
