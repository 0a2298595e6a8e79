/* The message, by BDAT (RFC 3030).  A chunk goes to the server as plain
 * `BDAT n`, also the last one; after the verdict `BDAT 0 LAST` completes the
 * message.  Bytes are counted exactly, also of chunks that are refused, so
 * that what follows them is read as commands again.
 *
 * A server that has chunks whose end it is not to get must not hear QUIT, which
 * Exim 4.96 takes for the end of a message of header lines only: it is left
 * without a word. */
#include "../../net/conn.h"
#include "../../smtp/bdat.h"
#include "../../smtp/reading.h"
#include "../talk/log_session.h"
#include "../talk/replies_out.h"
#include "steps.h"
#include <inttypes.h>
#include <stdio.h>

/* A chunk that goes nowhere; its answer has been given. */
void chunk_swallow(struct session *s, uint64_t size)
{
    s->chunk.left = size;
    s->chunk.last = 0;
    s->chunk.swallowed = 1;
    s->chunk.after = s->step;
    if (size)
        session_step(s, STEP_chunk);
}

void chunk_unwanted(struct session *s, const struct command *c)
{
    uint64_t size;
    bool last;
    if (bdat_parse(c->arg, &size, &last))
        chunk_swallow(s, size);
}

/* A server that refuses need not take the rest for a chunk.  One that does waits for it:
 * nothing else can be said to it. */
void chunk_refused(struct session *s, int code)
{
    uint64_t left = s->chunk.left;
    if (s->step != STEP_chunk || s->chunk.swallowed || left == 0)
        return;
    if (code == 421) { /* it leaves, and has said so */
        session_linger(s, BY_SERVER);
        return;
    }
    answers_owed(s, 503, "5.5.1", service.core->msg_proto_error);
    takeover(s, 0, NULL, service.core->msg_transaction_failed);
    chunk_swallow(s, left);
}

static bool beyond_limit(const struct session *s, uint64_t size)
{
    uint64_t limit = service.core->size_limit;
    if (size + buffer_len(&s->mail->header) > READING_NUMBER_MAX)
        return true;
    return limit && (size > limit || s->mail->size > limit - size);
}

static enum outcome refuse_size(struct session *s, uint64_t size)
{
    if (slots_awaited(&s->replies))
        return wait_for_replies(s);
    session_count(COUNTER_mails_refused);
    mail_answered(s->mail, true, 552, span_str(service.core->msg_size_limit));
    mail_finish(s);
    takeover(s, 552, "5.3.4", service.core->msg_size_limit);
    chunk_swallow(s, size);
    return DONE;
}

/* The header goes with the first chunk. */
static void announce(struct session *s, uint64_t size, bool last)
{
    char line[40];
    struct buffer *header = &s->mail->header;
    uint64_t total = size + buffer_len(header);
    if (last && total == 0)
        return; /* nothing before the verdict */
    int n = snprintf(line, sizeof line, "BDAT %" PRIu64 "\r\n", total);
    conn_write(&s->server, line, (size_t)n);
    s->chunk.unfinished = 1;
    conn_write(&s->server, buffer_head(header), buffer_len(header));
    buffer_finish(header);
    struct slot slot = {
        .verb = VERB_BDAT, .mail = s->mail_serial, .mark = last ? MARK_LAST_CHUNK : MARK_NONE};
    await_reply(s, slot);
}

/* The spool failed.  announced: the chunk has its slot, and so its answer, already. */
static void flawed(struct session *s, uint64_t size, bool announced)
{
    const char *text = service.core->msg_spool_problem;
    session_count(COUNTER_mails_refused);
    answers_owed(s, 451, "4.3.1", text);
    takeover(s, announced ? 0 : 451, "4.3.1", text);
    chunk_swallow(s, size);
}

void chunk_abandoned(struct session *s)
{
    session_lose_server(s);
    chain_stop(&s->chain);
    slots_finish(&s->replies);
    s->chunk.swallowed = 1;
}

/* Everything the chunk waits for is there: the next bytes are the chunk's. */
static void chunk_done(struct session *s)
{
    if (s->chunk.swallowed && server_is_gone(s) && !s->slot->taken_over)
        server_gone(s);
    else if (s->chunk.swallowed)
        session_step(s, (enum step)s->chunk.after);
    else if (!s->chunk.last)
        session_step(s, STEP_relay);
    else if (slots_awaited(&s->replies) == 0)
        chunk_all_answered(s);
}

/* The `data` hooks are asked at the first chunk of a message. */
enum outcome chunk_check(struct session *s, struct request *r)
{
    if (!bdat_parse(r->command.arg, &r->size, &r->last)) {
        answer(s, 501, "5.5.4", "Syntax: BDAT size [LAST]");
        return DONE;
    }
    if (!s->mail || !s->mail->rcpt_count) {
        if (s->mail && slots_awaited(&s->replies))
            return wait_for_replies(s); /* a recipient may still be accepted */
        answer(s, 503, "5.5.1", "Error: need RCPT command");
        chunk_swallow(s, r->size);
        return DONE;
    }
    bool first = !s->mail->bdat;
    if (r->last && r->size == 0 && !first && slots_awaited(&s->replies))
        return wait_for_replies(s); /* it goes nowhere: a refused chunk must not be its answer */
    if (beyond_limit(s, r->size))
        return refuse_size(s, r->size);
    if (first)
        journal_data(s, "REQUEST", 0);
    else
        r->hook = -1;
    return GO;
}

enum outcome chunk_proceed(struct session *s, struct request *r)
{
    if (!s->mail->bdat) {
        s->mail->bdat = true;
        enum flaw flaw = mail_open_message(s);
        if (flaw)
            message_flaw(s, flaw);
    }
    if (beyond_limit(s, r->size)) /* with what has been added meanwhile */
        return refuse_size(s, r->size);
    if (s->mail->flaw) {
        flawed(s, r->size, false);
        return DONE;
    }
    s->chunk.left = r->size;
    s->chunk.last = r->last;
    s->chunk.swallowed = 0;
    announce(s, r->size, r->last);
    session_step(s, STEP_chunk);
    if (r->size == 0)
        chunk_done(s);
    return DONE;
}

size_t chunk_client(struct session *s, const char *bytes, size_t n)
{
    size_t take = n < s->chunk.left ? n : (size_t)s->chunk.left;
    s->chunk.left -= take;
    if (!s->chunk.swallowed && server_is_gone(s)) { /* the spool could not take it */
        s->chunk.swallowed = 1;
    } else if (!s->chunk.swallowed) {
        conn_write(&s->server, bytes, take);
        enum flaw flaw = s->mail ? mail_body(s, span_of(bytes, take)) : FLAW_NONE;
        if (flaw) {
            message_flaw(s, flaw);
            uint64_t left = s->chunk.left;
            flawed(s, left, true);
            if (left == 0)
                return take;
        }
    }
    if (s->chunk.left == 0)
        chunk_done(s);
    return take;
}

/* A chunk before it, or the last one itself, may have been refused: then the
 * refusal was the client's answer, and there is nothing to complete. */
void chunk_all_answered(struct session *s)
{
    if (s->mail) {
        verdict_begin(s);
        return;
    }
    session_step(s, STEP_relay);
}
