/* How a connection begins: AUTH, SELECT, and a PING that shows whether the rest will do.
 * All is sent at once, so that greeting costs one round trip. */
#include "redis_wire.h"

#include <hiredis/hiredis.h>
#include <stdio.h>
#include <string.h>

char *redis_put_command(char *to, const char *const *words)
{
    size_t count = 0;
    while (words[count])
        count++;
    to = redis_put_head(to, count);
    for (; *words; words++)
        to = redis_put_word(to, NULL, *words);
    return to;
}

static size_t length(const char *text)
{
    return text ? strlen(text) : 0;
}

struct redis_greeting redis_greeting(const struct redis_login *login)
{
    enum { WORDS = 12, LONGEST = 24 }; /* of our own */
    struct redis_greeting g = {.text = sg_alloc(length(login->user) + length(login->password) +
                                                WORDS * REDIS_ROOM(LONGEST) + 1)};
    char number[LONGEST], *end = g.text;
    snprintf(number, sizeof number, "%ld", login->database);
    if (login->password && login->user) {
        end = redis_put_command(end, (const char *[]){"AUTH", login->user, login->password, NULL});
        g.steps[g.count++] = REDIS_AUTH;
    } else if (login->password) {
        end = redis_put_command(end, (const char *[]){"AUTH", login->password, NULL});
        g.steps[g.count++] = REDIS_AUTH;
    }
    if (login->database) {
        end = redis_put_command(end, (const char *[]){"SELECT", number, NULL});
        g.steps[g.count++] = REDIS_SELECT;
    }
    if (login->master) {
        end = redis_put_command(end, (const char *[]){"ROLE", NULL});
        g.steps[g.count++] = REDIS_ROLE;
    }
    end = redis_put_command(end, (const char *[]){"PING", NULL});
    g.steps[g.count++] = REDIS_PING;
    g.n = (size_t)(end - g.text);
    return g;
}

/* Who may do all we need, except PING, is welcome. */
static bool may_do_without(enum redis_step step, const char *error)
{
    return step == REDIS_PING && strncmp(error, "NOPERM", 6) == 0;
}

/* ROLE is "master" and more, or "slave", or "sentinel". */
static bool is_master(const redisReply *reply)
{
    const redisReply *first =
        reply->type == REDIS_REPLY_ARRAY && reply->elements ? reply->element[0] : reply;
    return first->type == REDIS_REPLY_STRING && strcmp(first->str, "master") == 0;
}

const char *redis_greeted(enum redis_step step, const redisReply *reply,
                          enum redis_outcome *outcome)
{
    if (step == REDIS_ROLE && reply->type != REDIS_REPLY_ERROR) {
        *outcome = REDIS_GONE;
        return is_master(reply) ? NULL : "is not the master";
    }
    if (reply->type != REDIS_REPLY_ERROR || may_do_without(step, reply->str))
        return NULL;
    const enum redis_meaning meaning = redis_meaning(reply->str);
    /* "ERR invalid password", "ERR DB index is out of range": will not get better */
    const bool refused =
        meaning == REDIS_MEANS_REFUSED || (meaning == REDIS_MEANS_NOTHING && step != REDIS_PING);
    *outcome = refused ? REDIS_REFUSED : REDIS_GONE;
    return reply->str;
}
