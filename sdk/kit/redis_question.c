/* What a question says: sent, and read again for the log. */
#include "redis_inner.h"

#include <stdlib.h>
#include <string.h>

static char *put_script(char *to, size_t words, const char *command, const char *what)
{
    to = redis_put_head(to, words);
    to = redis_put_word(to, NULL, command);
    return redis_put_word(to, NULL, what);
}

/* A script's text is long, and sent only where Redis does not know it. */
static void send_text(const struct redis_question *q, struct redis_wire *wire)
{
    char *head = sg_alloc(2 * REDIS_ROOM(8) + REDIS_ROOM(strlen(q->script->text)));
    const char *end = put_script(head, q->words, "EVAL", q->script->text);
    redis_wire_send(wire, head, (size_t)(end - head));
    free(head);
}

static void send_digest(const struct redis_question *q, struct redis_wire *wire)
{
    char head[2 * REDIS_ROOM(8) + REDIS_ROOM(sizeof q->script->digest)];
    const char *end = put_script(head, q->words, "EVALSHA", q->script->digest);
    redis_wire_send(wire, head, (size_t)(end - head));
}

void redis_question_send(const struct redis_question *q, struct redis_wire *wire)
{
    char head[REDIS_ROOM(0)];
    if (q->script && q->whole)
        send_text(q, wire);
    else if (q->script)
        send_digest(q, wire);
    else
        redis_wire_send(wire, head, (size_t)(redis_put_head(head, q->words) - head));
    redis_wire_send(wire, q->text, q->n);
}

/* "$3\r\nGET\r\n": the word, and after it the next one. */
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
