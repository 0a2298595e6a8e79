/* The verdict: the whole message is here, its end is withheld until every
 * `end` hook agrees.  Where one of them takes its time, what came in one read
 * with the end waits with it: that is one system call less, and a server that is
 * woken once. */
#include "../../net/conn.h"
#include "../hooks/deciders.h"
#include "../talk/log_session.h"
#include "../talk/replies_out.h"
#include "steps.h"

static void send_end(struct session *s)
{
    const char *end = s->mail->bdat ? "BDAT 0 LAST\r\n" : ".\r\n";
    struct buffer *tail = &s->mail->tail;
    if (buffer_len(tail) == 0) {
        conn_write(&s->server, end, strlen(end));
        return;
    }
    buffer_append(tail, end, strlen(end));
    conn_write(&s->server, buffer_head(tail), buffer_len(tail));
    buffer_finish(tail);
}

/* The message is never completed: it gets the server's words, or ours. */
static void give_up(struct session *s)
{
    session_lose_server(s);
    session_count(COUNTER_mails_refused);
    if (words_answer(s))
        return;
    mail_answered(s->mail, true, 451, span_str(service.core->msg_connect_failed));
    mail_finish(s);
    takeover(s, 451, "4.4.2", service.core->msg_connect_failed);
}

/* A server that has spoken did not wait for the end, and is not to have it. */
static void release(struct session *s)
{
    if (s->server_left) {
        s->mail->passed = true;
        conn_again(&s->server);
        return;
    }
    struct slot slot = {.verb = s->mail->bdat ? VERB_BDAT : VERB_DATA, .mark = MARK_FINAL};
    mail_leave_spool(s->mail, NULL, false);
    send_end(s);
    slots_push(&s->replies, slot);
    s->chunk.unfinished = 0;
    s->sync = SYNC_REPLIES; /* the transaction ends with this reply */
    session_step(s, STEP_relay);
}

static void withhold(struct session *s, const struct decision *d)
{
    session_count(COUNTER_mails_refused);
    /* Before the event, whose observers may want its name. */
    mail_leave_spool(s->mail, d->event, d->failed);
    struct objection o = hook_refused(s, HOOK_end);
    session_lose_server(s);
    mail_answered(s->mail, true, o.code, span_str(o.text));
    mail_finish(s);
    takeover(s, o.code, o.enhanced, o.text);
}

void verdict_decided(struct session *s)
{
    const struct decision *d = chain_decision(&s->chain);
    if (decision_objects(d))
        withhold(s, d);
    else
        release(s);
}

void verdict_begin(struct session *s)
{
    session_step(s, STEP_verdict);
    journal_scanning(s, s->mail->size);
    if (ask(s, HOOK_end, NULL, NULL))
        verdict_decided(s);
    else
        conn_recall(&s->server, &s->mail->tail);
}

/* Heard when the checks have decided: what they find counts more. */
size_t verdict_server(struct session *s, const char *bytes, size_t n)
{
    if (!s->mail->passed || words_take(s, span_of(bytes, n)) == REPLY_PARTIAL)
        return 0;
    give_up(s);
    return n;
}

/* The server is gone while the checks go on: they no longer matter. */
void verdict_server_end(struct session *s)
{
    chain_stop(&s->chain);
    words_take(s, conn_peek(&s->server));
    give_up(s);
}
