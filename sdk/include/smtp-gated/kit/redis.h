/* smtp-gated/kit/redis.h - asking Redis, or Valkey, without waiting for it.
 *
 *     REDIS_OPTIONS()    in the table of options: where Redis is, who we are
 *     redis_configure()  in `configure`: is that right?
 *     redis_open()       in `start`
 *     redis_is_down()    before a question: nobody is there, do without
 *     redis_ask()        a command, redis_run() a script; `done` is called once, by the loop
 *     redis_close()      in `stop`; redis_release() in `release`
 *
 * <smtp-gated/kit/redis_stream.h> follows a stream besides.
 *
 * What is asked in one turn of the loop goes out together.  A question has its answer within
 * redis_timeout or none.  A server that is not there, that leaves three questions in a row
 * without an answer, or that says it cannot serve (READONLY, LOADING, MASTERDOWN, CLUSTERDOWN,
 * OOM, BUSY), is down: questions fail at once, and about once a second it is tried: first
 * by the kit, then by one question.  The log says so once (REDIS:DOWN), and when it is back
 * (REDIS:UP).  One that refuses us (NOAUTH, WRONGPASS, NOPERM) is down as well; the log says
 * so at each try, the tries get rarer (REDIS:REFUSED).  A key of another type (WRONGTYPE) is
 * logged once an hour (REDIS:TYPE), any other error once a minute (REDIS:ERROR).
 *
 * All of it runs on the loop of sg_loop(), on its thread, except redis_configure(),
 * redis_release() and what only reads.  Needs libuv, hiredis, libmd and
 * <smtp-gated/plugin.h>.  Compile redis*.c, address.c and expiring.c into the plugin.
 */
#ifndef SMTP_GATED_KIT_REDIS_H
#define SMTP_GATED_KIT_REDIS_H

#include <smtp-gated/kit/redis_options.h>
#include <smtp-gated/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One Redis, alone, found by Sentinels, or a cluster; and a question that is open. */
struct redis;
struct redis_question;

/* Begins to connect.  The options must outlive it. */
struct redis *redis_open(const struct redis_options *options);
/* Questions that are open are dropped: their `done` is not called.  Not inside one. */
void redis_close(struct redis *redis); /* NULL is fine */

/* 1: a question would fail at once. */
int redis_is_down(const struct redis *redis);

/* ------------------------------------------------------------ questions -- */

/* What came of it. */
enum redis_outcome {
    REDIS_ANSWERED,
    REDIS_GONE,    /* nobody there, or not in time, or it cannot serve; it may have been done */
    REDIS_REFUSED, /* it may not be asked that: user, password or ACL are wrong */
    REDIS_WRONG    /* it does not understand; or the keys have more than one tag */
};

/* Valid during `done`. */
struct redis_reply;
struct redis_answer {
    enum redis_outcome outcome;
    const char *reason;              /* except for ANSWERED: for the log */
    const struct redis_reply *reply; /* of ANSWERED; otherwise NULL */
};

/* New questions may be asked, and others cancelled, inside. */
typedef void redis_done(const struct redis_answer *answer, void *arg);

/* One command: its words, NULL-terminated.  The prefix is put before word number `key`,
 * which says to which server of a cluster it goes; 0: it has no key.  Words are copied.
 * `done` is never called from inside a call of the plugin's; when it is, or after
 * redis_cancel(), the question is gone. */
struct redis_question *redis_ask(struct redis *redis, const char *const *words, unsigned key,
                                 redis_done *done, void *arg);

/* A script in Lua, usually static.  `digest` is the kit's, empty at first. */
struct redis_script {
    const char *text;
    char digest[41];
};

/* Runs it with these keys and arguments, both NULL-terminated: by EVALSHA, and where Redis
 * does not know it, by EVAL.  The prefix is put before each key.  All keys of one call have
 * one {tag} between braces, or there is only one: so that all are on one server of a
 * cluster.  What strangers choose stands after the tag, or has no braces. */
struct redis_question *redis_run(struct redis *redis, struct redis_script *script,
                                 const char *const *keys, const char *const *args, redis_done *done,
                                 void *arg);
/* Nobody wants the answer; it may be done nevertheless. */
void redis_cancel(struct redis_question *question); /* NULL is fine */

/* -------------------------------------------------------------- replies -- */

/* What a reply is.  REDIS_FAULT: an error within a list. */
enum redis_kind { REDIS_NIL, REDIS_INTEGER, REDIS_TEXT, REDIS_LIST, REDIS_FAULT };

/* Of NULL all is NIL, 0 and "".  A text may hold any byte, and a NUL follows; n may be NULL.
 * A number that came as text is one, too.  An item beyond the end is NULL. */
enum redis_kind redis_kind(const struct redis_reply *reply);
int64_t redis_integer(const struct redis_reply *reply);
const char *redis_text(const struct redis_reply *reply, size_t *n);
size_t redis_count(const struct redis_reply *reply);
const struct redis_reply *redis_item(const struct redis_reply *reply, size_t i);

#ifdef __cplusplus
}
#endif
#endif
