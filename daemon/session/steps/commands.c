/* What each verb has of its own: a check before its hook is asked, and what is done after it.
 * How a command goes from one to the other stands in relay.c. */
#include "../../base/check.h"
#include "../../net/conn.h"
#include "../../smtp/bdat.h"
#include "../../smtp/ehlo.h"
#include "../../smtp/reading.h"
#include "../model/client_told.h"
#include "envelope.h"
#include "../talk/log_session.h"
#include "../model/mail.h"
#include "../talk/replies_out.h"
#include "steps.h"
#include <stdlib.h>

static enum outcome refuse(struct session *s, int code, const char *enhanced, const char *text)
{
    answer(s, code, enhanced, "%s", text);
    return DONE;
}

enum outcome wait_for_replies(struct session *s)
{
    s->sync = SYNC_REPLIES;
    return WAIT;
}

static enum outcome pass_on(struct session *s, struct request *r)
{
    forward(s, &r->line, &r->command, NULL);
    return DONE;
}

/* ---- HELO, EHLO, RSET, QUIT ---- */

static enum outcome check_helo(struct session *s, struct request *r)
{
    free(s->helo);
    s->helo = span_dup(r->command.arg);
    r->first = span_str(s->helo);
    return GO;
}

static enum outcome proceed_helo(struct session *s, struct request *r)
{
    mail_finish(s);
    forward(s, &r->line, &r->command, xstrdup(s->helo));
    return DONE;
}

static enum outcome proceed_rset(struct session *s, struct request *r)
{
    mail_finish(s);
    return pass_on(s, r);
}

/* It might complete a message of which no check has seen the end: see chunk.c. */
static enum outcome check_quit(struct session *s, struct request *r)
{
    (void)r;
    if (!s->chunk.unfinished)
        return GO;
    if (slots_awaited(&s->replies))
        return wait_for_replies(s);
    answer(s, 221, "2.0.0", "%s", service.core->msg_sign_off);
    session_finish(s, BY_CLIENT);
    return DONE;
}

static enum outcome proceed_quit(struct session *s, struct request *r)
{
    s->quitting = 1;
    return pass_on(s, r);
}

/* ---- MAIL, RCPT ---- */

static bool too_large(uint64_t size)
{
    return size > READING_NUMBER_MAX ||
           (service.core->size_limit && size > service.core->size_limit);
}

/* False: not a number (RFC 1870, 6), or one of more than 19 digits. */
static bool parse_size(const struct request *r, uint64_t *declared)
{
    struct span value;
    unsigned long long n = 0;
    if (parameter_find(r->path.parameters, "SIZE", &value) && !span_number(value, &n))
        return false;
    *declared = n;
    return true;
}

static enum outcome check_mail(struct session *s, struct request *r)
{
    uint64_t declared;
    if (s->mail && !s->mail->confirmed && slots_awaited(&s->replies))
        return wait_for_replies(s);
    if (s->mail)
        return refuse(s, 503, "5.5.1", "Error: nested MAIL command");
    if (!envelope_take(s, r) || told_refuses(s))
        return DONE;
    if (!parse_size(r, &declared))
        return refuse(s, 501, "5.5.4", "Syntax: SIZE=number");
    if (too_large(declared))
        return refuse(s, 552, "5.3.4", service.core->msg_size_limit);
    mail_begin(s, &r->path, declared);
    return GO;
}

static bool recipients_full(const struct session *s, const struct request *r)
{
    const struct core *core = service.core;
    return s->mail->rcpt_open >= (unsigned long)core->max_recipients ||
           s->rcpts_named >= (unsigned long)core->max_session_recipients ||
           buffer_len(&s->mail->rcpts) + r->command.arg.n > core->max_envelope;
}

static enum outcome check_rcpt(struct session *s, struct request *r)
{
    if (!s->mail)
        return refuse(s, 503, "5.5.1", "Error: need MAIL command");
    if (recipients_full(s, r)) {
        if (slots_owe(&s->replies, VERB_RCPT))
            return wait_for_replies(s); /* some may yet be refused */
        session_count(COUNTER_refused_recipients);
        return refuse(s, 452, "4.5.3", "Too many recipients");
    }
    s->rcpts_named++;
    return envelope_take(s, r) ? GO : DONE;
}

static enum outcome proceed_mail(struct session *s, struct request *r)
{
    envelope_forward(s, r);
    return DONE;
}

static enum outcome proceed_rcpt(struct session *s, struct request *r)
{
    if (!s->mail) /* MAIL was refused while a hook was pending */
        return refuse(s, 503, "5.5.1", "Error: need MAIL command");
    s->mail->rcpt_open++;
    envelope_forward(s, r);
    return DONE;
}

/* ---- DATA, BDAT ---- */

static enum outcome check_data(struct session *s, struct request *r)
{
    if (r->more && slots_awaited(&s->replies))
        return wait_for_replies(s); /* before it may come to message_unawaited() */
    journal_data(s, "REQUEST", 0);
    if (!s->mail)
        return refuse(s, 503, "5.5.1", "Error: need RCPT command");
    return s->mail->bdat ? refuse(s, 503, "5.5.1", "Error: DATA after BDAT") : GO;
}

static enum outcome proceed_data(struct session *s, struct request *r)
{
    s->sync = SYNC_DATA;
    return pass_on(s, r);
}

/* ---- AUTH, STARTTLS ---- */

/* The mechanism only: what stands after it may be a password. */
static enum outcome check_auth(struct session *s, struct request *r)
{
    struct span rest = r->command.arg;
    (void)s;
    r->first = span_word(&rest);
    return GO;
}

static enum outcome proceed_auth(struct session *s, struct request *r)
{
    s->sync = SYNC_AUTH;
    return pass_on(s, r);
}

static enum outcome check_starttls(struct session *s, struct request *r)
{
    if (!r->more)
        return GO;
    if (slots_awaited(&s->replies))
        return wait_for_replies(s);
    answer(s, 554, "5.5.1", "%s: plaintext after STARTTLS", service.core->msg_proto_error);
    session_linger(s, BY_CLIENT);
    return DONE;
}

static enum outcome proceed_starttls(struct session *s, struct request *r)
{
    s->sync = SYNC_STARTTLS;
    return pass_on(s, r);
}

const struct verb_rule verb_rules[VERB_COUNT] = {
    [VERB_UNKNOWN] = {NULL, -1, pass_on},
    [VERB_HELO] = {check_helo, HOOK_helo, proceed_helo},
    [VERB_EHLO] = {check_helo, HOOK_helo, proceed_helo},
    [VERB_MAIL] = {check_mail, HOOK_mail, proceed_mail},
    [VERB_RCPT] = {check_rcpt, HOOK_rcpt, proceed_rcpt},
    [VERB_DATA] = {check_data, HOOK_data, proceed_data},
    [VERB_BDAT] = {chunk_check, HOOK_data, chunk_proceed},
    [VERB_RSET] = {NULL, -1, proceed_rset},
    [VERB_NOOP] = {NULL, -1, pass_on},
    [VERB_VRFY] = {NULL, -1, pass_on},
    [VERB_EXPN] = {NULL, -1, pass_on},
    [VERB_HELP] = {NULL, -1, pass_on},
    [VERB_QUIT] = {check_quit, -1, proceed_quit},
    [VERB_AUTH] = {check_auth, HOOK_auth, proceed_auth},
    [VERB_STARTTLS] = {check_starttls, -1, proceed_starttls},
    [VERB_ETRN] = {NULL, -1, pass_on},
};
