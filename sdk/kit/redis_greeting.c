/* How a connection begins: AUTH, SELECT, and a PING that shows whether the rest will do.
 * All is sent at once, so that greeting costs one round trip. */
#include "redis_wire.h"

#include <hiredis/hiredis.h>
#include <stdio.h>
#include <string.h>

static char *put_command(char *to, const char *const *words)
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

struct redis_greeting redis_greeting(const struct redis_plan *plan)
{
    enum { WORDS = 8, LONGEST = 24 }; /* of our own */
    struct redis_greeting g = {.text = sg_alloc(length(plan->user) + length(plan->password) +
                                                WORDS * REDIS_ROOM(LONGEST) + 1)};
    char number[LONGEST], *end = g.text;
    snprintf(number, sizeof number, "%ld", plan->database);
    if (plan->password && plan->user) {
        end = put_command(end, (const char *[]){"AUTH", plan->user, plan->password, NULL});
        g.steps[g.count++] = REDIS_AUTH;
    } else if (plan->password) {
        end = put_command(end, (const char *[]){"AUTH", plan->password, NULL});
        g.steps[g.count++] = REDIS_AUTH;
    }
    if (plan->database) {
        end = put_command(end, (const char *[]){"SELECT", number, NULL});
        g.steps[g.count++] = REDIS_SELECT;
    }
    end = put_command(end, (const char *[]){"PING", NULL});
    g.steps[g.count++] = REDIS_PING;
    g.n = (size_t)(end - g.text);
    return g;
}

/* Who may do all we need, except PING, is welcome. */
static bool may_do_without(enum redis_step step, const char *error)
{
    return step == REDIS_PING && strncmp(error, "NOPERM", 6) == 0;
}

const char *redis_greeted(enum redis_step step, const redisReply *reply,
                          enum redis_outcome *outcome)
{
    if (reply->type != REDIS_REPLY_ERROR || may_do_without(step, reply->str))
        return NULL;
    const enum redis_meaning meaning = redis_meaning(reply->str);
    /* "ERR invalid password", "ERR DB index is out of range": will not get better */
    const bool refused =
        meaning == REDIS_MEANS_REFUSED || (meaning == REDIS_MEANS_NOTHING && step != REDIS_PING);
    *outcome = refused ? REDIS_REFUSED : REDIS_GONE;
    return reply->str;
}
