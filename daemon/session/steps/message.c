/* The message, by DATA: bytes go to the server, to the observers and to the
 * spool; its end is withheld.  A message that is flawed in itself loses its
 * server at once, is swallowed to its end, and then gets its answer. */
#include "../../net/conn.h"
#include "../talk/log_session.h"
#include "../talk/replies_out.h"
#include "steps.h"

void message_begin(struct session *s)
{
    struct mail *m = s->mail;
    dot_init(&m->dot, service.core->bare_newline == BARE_NORMALISE);
    m->dot.lf_ends = takes_bare_lf(s);
    session_step(s, STEP_message);
    enum flaw flaw = mail_open_message(s);
    if (flaw)
        message_flaw(s, flaw);
    else
        conn_write(&s->server, buffer_head(&m->header), buffer_len(&m->header));
}

void message_flaw(struct session *s, enum flaw flaw)
{
    s->mail->flaw = (uint8_t)flaw;
    s->mail->dot.discard = true;
    session_lose_server(s);
}

/* What came after a DATA that is refused was meant as a message: it must not become
 * commands.  All replies have been given. */
void message_unawaited(struct session *s)
{
    answer(s, 421, "4.5.0", "%s: message before 354", service.core->msg_proto_error);
    session_linger(s, BY_CLIENT);
}

static void answer_flaw(struct session *s)
{
    const struct core *core = service.core;
    const struct {
        int code;
        const char *enhanced, *text;
    } rows[] = {
        [FLAW_SIZE] = {552, "5.3.4", core->msg_size_limit},
        [FLAW_BARE_CR] = {550, "5.6.11", "Bare CR in the message"},
        [FLAW_BARE_LF] = {550, "5.6.11", "Bare LF in the message"},
        [FLAW_NUL] = {550, "5.6.0", "NUL beside a dot that begins a line"},
        [FLAW_SPOOL] = {451, "4.3.1", core->msg_spool_problem},
        [FLAW_SERVER] = {451, "4.4.2", core->msg_connect_failed},
    };
    unsigned flaw = s->mail->flaw;
    session_count(COUNTER_mails_refused);
    mail_leave_spool(s->mail, NULL, flaw == FLAW_SPOOL);
    if (flaw == FLAW_SERVER && words_answer(s))
        return;
    mail_answered(s->mail, true, rows[flaw].code, span_str(rows[flaw].text));
    mail_finish(s);
    takeover(s, rows[flaw].code, rows[flaw].enhanced, rows[flaw].text);
}

static void message_complete(struct session *s)
{
    if (s->mail->flaw)
        answer_flaw(s);
    else
        verdict_begin(s);
}

static void take_run(struct session *s, const struct dot_run *run)
{
    static const enum flaw flaws[] = {
        [DOT_MORE] = FLAW_NONE,       [DOT_END] = FLAW_NONE, [DOT_BARE_CR] = FLAW_BARE_CR,
        [DOT_BARE_LF] = FLAW_BARE_LF, [DOT_NUL] = FLAW_NUL,
    };
    conn_write(&s->server, run->wire.p, run->wire.n);
    enum flaw flaw = mail_body(s, run->body);
    if (!flaw)
        flaw = flaws[run->result];
    if (flaw)
        message_flaw(s, flaw);
}

size_t message_client(struct session *s, const char *bytes, size_t n)
{
    size_t used = 0;
    struct mail *m = s->mail;
    while (used < n && !m->pauses) {
        struct dot_run run = dot_feed(&m->dot, bytes + used, n - used);
        used += run.consumed;
        if (!m->flaw)
            take_run(s, &run);
        if (run.result != DOT_END)
            continue;
        message_complete(s);
        return used;
    }
    return used;
}

/* The client is gone in mid-message: the server never gets the end. */
void message_client_end(struct session *s)
{
    session_close(s, BY_CLIENT);
}

/* The server speaks before the message has ended: then it will not take it, and what it
 * makes of the rest is uncertain.  It is left, and the client hears it after the end. */
size_t message_server(struct session *s, const char *bytes, size_t n)
{
    if (words_take(s, span_of(bytes, n)) == REPLY_PARTIAL)
        return 0;
    message_flaw(s, FLAW_SERVER);
    return n;
}

void message_server_end(struct session *s)
{
    if (!s->mail->flaw)
        message_flaw(s, FLAW_SERVER);
}
