/* What goes over a connection to Redis, and the connection. */
#ifndef REDIS_WIRE_H
#define REDIS_WIRE_H

#include "redis_login.h"

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
    REDIS_MEANS_MOVED, /* another server has it: MOVED, ASK */
    REDIS_MEANS_LATER, /* GONE, for this question only */
};
enum redis_meaning redis_meaning(const char *error);

/* Have they one tag?  That is what stands between braces, or all of the key. */
bool redis_one_tag(const char *const *keys);
/* The slot of a cluster that a key is in. */
int redis_slot(const char *prefix, const char *key);

/* ----------------------------------------------------------------- plan -- */

enum { REDIS_PLACES = 16 };

/* What the options say, read and checked. */
struct redis_plan {
    enum { REDIS_ALONE, REDIS_SENTINELS, REDIS_CLUSTER } kind;
    struct address_place places[REDIS_PLACES]; /* servers, or Sentinels */
    unsigned count;
    struct redis_login login, sentinel;
    struct redis_tls *tls;
    char *secret;       /* what password_file has */
    const char *master; /* what the Sentinels call it */
    const char *prefix;
    uint64_t timeout;
};

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
struct redis_wire *redis_wire_open(const struct redis_login *login,
                                   const struct address_place *place,
                                   const struct redis_wire_owner *owner, void *arg);
/* An answer is to come within so many ms, or the wire is lost; 0: it need not. */
void redis_wire_expect(struct redis_wire *wire, uint64_t patience);
/* Goes out at the end of this turn of the loop, with what else there is. */
void redis_wire_send(struct redis_wire *wire, const char *bytes, size_t n);
void redis_wire_close(struct redis_wire *wire); /* `lost` is not called; NULL is fine */

#endif
