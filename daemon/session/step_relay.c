/* Relay: commands one way, replies the other.  A command is consumed when it
 * has been decided; until then it stays in the connection's buffer, and is
 * looked at again. */
#include "../net/conn.h"
#include "../smtp/reading.h"
#include "speak.h"
#include "steps.h"

void await_reply(struct session *s, struct slot slot)
{
    s->refused_row = 0;
    slots_push(&s->replies, slot);
}

/* The client's answer to a 334 (RFC 4954, 4). */
void auth_answer(struct session *s, struct span text)
{
    struct slot slot = {.verb = VERB_AUTH};
    conn_write(&s->server, text.p, text.n);
    conn_write(&s->server, "\r\n", 2);
    await_reply(s, slot);
    s->auth_line = 0;
    s->sync = SYNC_AUTH;
}

static bool more_wanted(const struct session *s)
{
    return !s->dead && !s->closing && s->step == STEP_relay && s->sync == SYNC_NONE &&
           !s->chain.pending && s->replies.count < service.core->pipeline_size &&
           conn_backlog(&s->client) == 0;
}

size_t relay_client(struct session *s, const char *bytes, size_t n)
{
    size_t used = 0;
    while (used < n && more_wanted(s)) {
        struct line line;
        size_t eaten = 0;
        if (gate_shut(s))
            return used;
        enum outcome o = line_take(s, bytes + used, n - used, &line, &eaten);
        if (o == WAIT)
            return used;
        if (o == GO) {
            eaten = line.raw;
            if (s->auth_line)
                auth_answer(s, answer_is_plain(line.text) ? line.text : span_str("*"));
            else if (command_take(s, &line, n - used - eaten) == WAIT)
                return used;
        }
        used += eaten;
    }
    if (used < n && s->replies.count >= service.core->pipeline_size)
        session_count(COUNTER_errors_pipeline);
    return used;
}

/* The client sends no more: what it is owed it still gets. */
void relay_client_end(struct session *s)
{
    if (!slots_head(&s->replies))
        session_finish(s, BY_CLIENT);
}

void forward(struct session *s, const struct line *line, const struct command *c, char *note)
{
    size_t lead = (size_t)(c->word.p - line->text.p);
    struct span text = span_skip(line->text, lead);
    struct slot slot = {.verb = (uint8_t)c->verb, .mail = s->mail_serial, .note = note};
    if (line->flaw == LINE_FINE)
        conn_write(&s->server, text.p, line->raw - lead);
    else {
        conn_write(&s->server, text.p, text.n);
        conn_write(&s->server, "\r\n", 2);
    }
    await_reply(s, slot);
}
