/* How a connection to Redis begins: TLS, who we are, is it well. */
#ifndef REDIS_LOGIN_H
#define REDIS_LOGIN_H

#include <smtp-gated/kit/address.h>
#include <smtp-gated/kit/redis.h>
#include <stdbool.h>

/* Of hiredis, and of OpenSSL. */
struct redisReply;
struct redisContext;
struct ssl_st;

enum { REDIS_REASON = 160 };

/* Who we are on a connection, and whom we want there. */
struct redis_login {
    const char *user, *password; /* NULL: none */
    long database;
    bool master;                 /* no replica will do */
    uint64_t patience;           /* ms for the greeting */
    const struct redis_tls *tls; /* NULL: none */
};

/* ------------------------------------------------------------- greeting -- */

/* What a connection begins with, all at once: who we are, which database, are you well? */
enum redis_step { REDIS_TLS, REDIS_AUTH, REDIS_SELECT, REDIS_ROLE, REDIS_PING };
enum { REDIS_STEPS = 4 };

struct redis_greeting {
    enum redis_step steps[REDIS_STEPS];
    unsigned count;
    size_t n;
    char *text; /* sg_alloc() */
};
struct redis_greeting redis_greeting(const struct redis_login *login);
/* The answer to one step: NULL, or what is wrong; then *outcome is GONE or REFUSED. */
const char *redis_greeted(enum redis_step step, const struct redisReply *reply,
                          enum redis_outcome *outcome);

/* The words as a command, and where it ends; NULL-terminated. */
char *redis_put_command(char *to, const char *const *words);

/* Connects, greets and waits, for a second at most, and asks one thing more if `words` is
 * not NULL: *reply is the answer, of hiredis, or NULL.  Returns NULL, or what Redis says
 * against us, in `why`; then *step is where. */
const char *redis_probe(const struct redis_login *login, const struct address_place *place,
                        const char *const *words, struct redisReply **reply, enum redis_step *step,
                        char why[REDIS_REASON]);
/* The address that others name; names of hosts are none.  0, or -1. */
int redis_place_read(struct address_place *to, const char *ip, const char *port);
/* The same, as a Sentinel answers: a list of two. */
bool redis_place_of(const struct redisReply *reply, struct address_place *to);

/* ------------------------------------------------------------------ TLS -- */

/* NULL: sg_config_error() has said why. */
struct redis_tls *redis_tls_create(const struct redis_options *options);
void redis_tls_destroy(struct redis_tls *tls); /* NULL is fine */
/* On a context that is connected, whose this becomes; NULL: its errstr says why. */
struct ssl_st *redis_tls_begin(const struct redis_tls *tls, struct redisContext *hiredis,
                               const struct address_place *place);
/* 1: it cannot write before something comes. */
bool redis_tls_wants_to_read(const struct ssl_st *ssl);
/* NULL, or what is wrong with the certificate. */
const char *redis_tls_wrong(const struct ssl_st *ssl);

#endif
