/* What a question says: sent, and read again for the log. */
#include "redis_inner.h"

#include <stdlib.h>
#include <string.h>

/* A script's text is long, and sent only where Redis does not know it. */
static void send_script(const struct redis_question *q, struct redis_wire *wire)
{
    const char *command = q->whole ? "EVAL" : "EVALSHA",
               *what = q->whole ? q->script->text : q->script->digest;
    char *head = sg_alloc(REDIS_ROOM(0) + REDIS_ROOM(strlen(command)) + REDIS_ROOM(strlen(what)));
    char *end = redis_put_head(head, q->words);
    end = redis_put_word(end, NULL, command);
    end = redis_put_word(end, NULL, what);
    redis_wire_send(wire, head, (size_t)(end - head));
    free(head);
}

void redis_question_send(const struct redis_question *q, struct redis_wire *wire)
{
    char head[REDIS_ROOM(0)];
    if (q->script)
        send_script(q, wire);
    else
        redis_wire_send(wire, head, (size_t)(redis_put_head(head, q->words) - head));
    redis_wire_send(wire, q->text, q->n);
}

/* "$3\r\nGET\r\n": the word, and behind it the next one. */
static const char *next_word(const char **at, size_t *n)
{
    char *end;
    *n = strtoul(*at + 1, &end, 10);
    const char *word = end + 2;
    *at = word + *n + 2;
    return word;
}

const char *redis_question_keys(const struct redis_question *q, char *to, size_t size)
{
    const char *at = q->text;
    size_t used = 0, n;
    for (unsigned i = 0; i < q->key + q->keys; i++) {
        const char *word = next_word(&at, &n);
        if (i < q->key || used + n + 2 > size)
            continue;
        if (used > 0)
            to[used++] = ' ';
        memcpy(to + used, word, n);
        used += n;
    }
    to[used] = '\0';
    return to;
}
