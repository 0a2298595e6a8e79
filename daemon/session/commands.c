/* The client's commands: check → hooks → proceed, one row for each verb.
 *
 * A check may answer by itself; then the hook is asked; then the command goes
 * on.  When a hook is pending or replies must come first, the whole is done
 * again later with the same line: checks are skipped then (chain.answered). */
#include "../base/check.h"
#include "../net/conn.h"
#include "../smtp/command.h"
#include "../smtp/reading.h"
#include "../smtp/ehlo.h"
#include "client_told.h"
#include "envelope.h"
#include "events.h"
#include "journal.h"
#include "mail.h"
#include "speak.h"
#include "steps.h"
#include <stdlib.h>

struct request { /* the command that is being looked at */
    const struct line *line;
    struct command command;
    struct path path;        /* MAIL, RCPT */
    size_t behind;           /* bytes that came behind it */
    const char *what, *more; /* the hook's arguments, NUL-terminated */
};

struct verb_rule {
    enum outcome (*inspect)(struct session *s, struct request *r); /* NULL: nothing to check */
    int hook;                                                      /* -1: none */
    enum outcome (*proceed)(struct session *s, struct request *r);
};

/* Arguments for plugins: valid until the next command. */
static const char *cstr(struct span s, unsigned which)
{
    static char room[2][4200];
    size_t n = s.n < sizeof room[0] ? s.n : sizeof room[0] - 1;
    memcpy(room[which], s.p, n);
    room[which][n] = '\0';
    return room[which];
}

static enum outcome refuse(struct session *s, int code, const char *enhanced, const char *text)
{
    answer(s, code, enhanced, "%s", text);
    return DONE;
}

static enum outcome wait_for_replies(struct session *s)
{
    s->sync = SYNC_REPLIES;
    return WAIT;
}

static enum outcome pass_on(struct session *s, struct request *r)
{
    forward(s, r->line, &r->command, NULL);
    return DONE;
}

/* ---- HELO, EHLO, RSET, QUIT ---- */

static enum outcome check_helo(struct session *s, struct request *r)
{
    free(s->helo);
    s->helo = span_dup(r->command.arg);
    r->what = s->helo;
    return GO;
}

static enum outcome proceed_helo(struct session *s, struct request *r)
{
    mail_finish(s);
    forward(s, r->line, &r->command, xstrdup(s->helo));
    return DONE;
}

static enum outcome proceed_rset(struct session *s, struct request *r)
{
    mail_finish(s);
    return pass_on(s, r);
}

/* It might complete a message of which no check has seen the end: see step_chunk.c. */
static enum outcome check_quit(struct session *s, struct request *r)
{
    (void)r;
    if (!s->chunks_open)
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
    if (!envelope_take(s, &r->command, &r->path) || told_refuses(s))
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
    return envelope_take(s, &r->command, &r->path) ? GO : DONE;
}

static enum outcome proceed_mail(struct session *s, struct request *r)
{
    envelope_forward(s, r->line, &r->command, &r->path);
    return DONE;
}

static enum outcome proceed_rcpt(struct session *s, struct request *r)
{
    if (!s->mail) /* MAIL was refused while a hook was pending */
        return refuse(s, 503, "5.5.1", "Error: need MAIL command");
    s->mail->rcpt_open++;
    envelope_forward(s, r->line, &r->command, &r->path);
    return DONE;
}

/* ---- DATA, BDAT ---- */

static enum outcome check_data(struct session *s, struct request *r)
{
    if (r->behind && slots_awaited(&s->replies))
        return wait_for_replies(s); /* before it may come to message_unawaited() */
    journal_data(s, "REQUEST", 0);
    if (!s->mail)
        return refuse(s, 503, "5.5.1", "Error: need RCPT command");
    return s->mail->bdat ? refuse(s, 503, "5.5.1", "Error: DATA behind BDAT") : GO;
}

static enum outcome proceed_data(struct session *s, struct request *r)
{
    s->sync = SYNC_DATA;
    return pass_on(s, r);
}

static enum outcome proceed_bdat(struct session *s, struct request *r)
{
    return bdat_command(s, &r->command);
}

/* ---- AUTH, STARTTLS ---- */

/* The mechanism only: what stands behind it may be a password. */
static enum outcome check_auth(struct session *s, struct request *r)
{
    struct span rest = r->command.arg;
    (void)s;
    r->what = cstr(span_word(&rest), 0);
    return GO;
}

static enum outcome proceed_auth(struct session *s, struct request *r)
{
    s->sync = SYNC_AUTH;
    return pass_on(s, r);
}

static enum outcome check_starttls(struct session *s, struct request *r)
{
    if (!r->behind)
        return GO;
    if (slots_awaited(&s->replies))
        return wait_for_replies(s);
    answer(s, 554, "5.5.1", "%s: plaintext behind STARTTLS", service.core->msg_proto_error);
    session_linger(s, BY_CLIENT);
    return DONE;
}

static enum outcome proceed_starttls(struct session *s, struct request *r)
{
    s->sync = SYNC_STARTTLS;
    return pass_on(s, r);
}

static const struct verb_rule rules[VERB_COUNT] = {
    [VERB_UNKNOWN] = {NULL, -1, pass_on},
    [VERB_HELO] = {check_helo, HOOK_helo, proceed_helo},
    [VERB_EHLO] = {check_helo, HOOK_helo, proceed_helo},
    [VERB_MAIL] = {check_mail, HOOK_mail, proceed_mail},
    [VERB_RCPT] = {check_rcpt, HOOK_rcpt, proceed_rcpt},
    [VERB_DATA] = {check_data, HOOK_data, proceed_data},
    [VERB_BDAT] = {NULL, -1, proceed_bdat},
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

/* A hook objected to a command.  Leaving the server has to wait for what it owes. */
static enum outcome objected(struct session *s, enum hook hook)
{
    const struct decision *d = chain_decision(&s->chain);
    if (d->answer == SG_TAKEOVER && slots_awaited(&s->replies)) {
        s->chain.answered = true;
        return wait_for_replies(s);
    }
    struct objection o = objection_of(s, d, hook);
    journal_verdict(s, hook, d, o.code, o.text);
    if (d->event)
        observe_event(s, d->event, d->detail);
    if (hook == HOOK_mail)
        mail_finish(s);
    if (d->answer == SG_TAKEOVER)
        takeover(s, o.code, o.enhanced, o.text);
    else
        answer(s, o.code, o.enhanced, "%s", o.text);
    if (hook == HOOK_rcpt)
        s->refused_row = 0; /* an honest client may name many recipients that a check refuses */
    return DONE;
}

/* Asks the hook of a command, or takes the answer it has given meanwhile. */
enum outcome command_ask(struct session *s, enum hook hook, const char *what, const char *more)
{
    if (s->chain.answered)
        s->chain.answered = false;
    else if (!ask(s, hook, what, more))
        return WAIT;
    const struct decision *d = chain_decision(&s->chain);
    return d->answer == SG_PASS || d->answer == SG_ACCEPT ? GO : objected(s, hook);
}

/* The parts of a line a second look needs although the check is not repeated. */
static void reparse(struct session *s, struct request *r)
{
    enum verb verb = r->command.verb;
    if (verb == VERB_MAIL || verb == VERB_RCPT) {
        if (!r->path.mailbox.sent.p)
            envelope_read(&r->command, &r->path);
        r->what = cstr(r->path.mailbox.address, 0);
        r->more = cstr(r->path.parameters, 1);
    } else if (verb == VERB_HELO || verb == VERB_EHLO)
        r->what = s->helo;
}

static enum outcome decide(struct session *s, struct request *r)
{
    const struct verb_rule *rule = &rules[r->command.verb];
    enum outcome o = GO;
    if (rule->inspect && !s->chain.answered)
        o = rule->inspect(s, r);
    if (o != GO)
        return o;
    reparse(s, r);
    if (rule->hook >= 0)
        o = command_ask(s, (enum hook)rule->hook, r->what, r->more);
    return o == GO ? rule->proceed(s, r) : o;
}

enum outcome command_take(struct session *s, const struct line *line, size_t behind)
{
    struct request r = {.line = line, .command = command_parse(line->text), .behind = behind};
    bool alone = false;
    if ((r.command.verb == VERB_XCLIENT || r.command.verb == VERB_XFORWARD) && told_is_trusted(s))
        return told_take(s, &r.command);
    enum outcome o = gate(s, line, &r.command, &alone);
    if (o == GO)
        o = decide(s, &r);
    bool refused = o == DONE && s->step == STEP_relay && s->sync != SYNC_DATA;
    if (refused && r.command.verb == VERB_DATA && behind)
        message_unawaited(s);
    if (alone && o == DONE && s->sync == SYNC_NONE && slots_awaited(&s->replies))
        s->sync = SYNC_REPLIES;
    return o;
}
