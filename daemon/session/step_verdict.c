/* The verdict: the whole message is here, its end is withheld until every
 * `end` hook agrees. */
#include "../net/conn.h"
#include "events.h"
#include "journal.h"
#include "speak.h"
#include "steps.h"

static void release(struct session *s)
{
    static const char dot[] = ".\r\n", last[] = "BDAT 0 LAST\r\n";
    struct slot slot = {.verb = s->mail->bdat ? VERB_BDAT : VERB_DATA, .mark = MARK_FINAL};
    mail_leave_spool(s->mail, NULL, false);
    if (s->mail->bdat)
        conn_write(&s->server, last, sizeof last - 1);
    else
        conn_write(&s->server, dot, sizeof dot - 1);
    slots_push(&s->replies, slot);
    s->chunks_open = 0;
    s->sync = SYNC_REPLIES; /* the transaction ends with this reply */
    session_step(s, STEP_relay);
    conn_again(&s->server); /* it may have spoken in mid-message */
}

static void withhold(struct session *s, const struct decision *d)
{
    struct objection o = objection_of(d, HOOK_end);
    journal_verdict(s, HOOK_end, d, o.code, o.text);
    session_count(COUNTER_mails_refused);
    /* Before the event, whose observers may want its name. */
    mail_leave_spool(s->mail, d->event, d->failed);
    if (d->event)
        observe_event(s, d->event, d->detail);
    session_lose_server(s);
    mail_finish(s);
    takeover(s, o.code, o.enhanced, o.text);
}

void verdict_decided(struct session *s)
{
    const struct decision *d = chain_decision(&s->chain);
    s->chain.answered = false;
    if (d->answer != SG_PASS && d->answer != SG_ACCEPT)
        withhold(s, d);
    else
        release(s);
    if (s->client_left)
        conn_again(&s->client);
}

void verdict_begin(struct session *s)
{
    session_step(s, STEP_verdict);
    journal_scanning(s, s->mail->size);
    if (ask(s, HOOK_end, NULL, NULL))
        verdict_decided(s);
}

/* The server is gone while the checks go on: they no longer matter. */
void verdict_server_end(struct session *s)
{
    chain_stop(&s->chain);
    session_count(COUNTER_mails_refused);
    mail_finish(s);
    takeover(s, 451, "4.4.2", service.core->msg_connect_failed);
    if (s->client_left)
        conn_again(&s->client);
}
