/* The server's replies: each goes to the command at the head of the queue, is
 * looked at as that command needs, and goes on to the client in its place. */
#include "../../net/conn.h"
#include "../../smtp/ehlo.h"
#include "../model/client_told.h"
#include "../hooks/observers.h"
#include "../talk/log_session.h"
#include "../model/mail.h"
#include "../talk/replies_out.h"
#include "steps.h"
#include <stdlib.h>

/* The server does what no relay can follow: nothing more goes either way. */
static void server_unfit(struct session *s)
{
    session_hang_up(s, "4.5.0", service.core->msg_connect_failed, BY_SERVER);
}

/* Where no 3xx can be meant: the server waits for something that nobody will send, or that
 * nobody would look at. */
static bool out_of_place(struct session *s, const struct reply *r)
{
    if (r->code / 100 != 3)
        return false;
    server_unfit(s);
    return true;
}

static void reply_other(struct session *s, struct slot *slot, const struct reply *r)
{
    (void)slot;
    if (!out_of_place(s, r))
        pass_reply(s, r);
}

static void reply_helo(struct session *s, struct slot *slot, const struct reply *r)
{
    s->offers = 0;
    journal_helo(s, verb_name((enum verb)slot->verb), slot->note ? slot->note : "");
    if (slot->verb == VERB_HELO || r->code != 250) {
        reply_other(s, slot, r);
        return;
    }
    struct buffer filtered = {0};
    struct ehlo_policy policy = {
        .forbid_starttls = service.core->starttls == STARTTLS_FORBID,
        .not_offered = service.plugins->not_offered,
        .tells = told_is_trusted(s),
        .size_limit = service.core->size_limit,
        .max_recipients = (uint64_t)service.core->max_recipients,
        .passes = service.core->commands == COMMANDS_ANY ? NULL : verb_is_allowed};
    s->offers = ehlo_filter(r->raw, &policy, &filtered);
    if (s->slot->auth != 'A')
        s->slot->auth = s->offers & EHLO_AUTH ? 'a' : '.';
    pass_lines(s, span_of(buffer_head(&filtered), buffer_len(&filtered)));
    buffer_finish(&filtered);
}

/* Is it about the transaction that is open now? */
static bool is_current(const struct session *s, const struct slot *slot)
{
    return s->mail && slot->mail == s->mail_serial;
}

static void reply_mail(struct session *s, struct slot *slot, const struct reply *r)
{
    journal_mail(s, slot->note ? slot->note : "", r->code);
    if (is_current(s, slot) && r->code / 100 == 2)
        s->mail->confirmed = true;
    reply_other(s, slot, r);
    if (is_current(s, slot) && r->code / 100 != 2)
        mail_finish(s);
}

static void reply_rcpt(struct session *s, struct slot *slot, const struct reply *r)
{
    const char *address = slot->note ? slot->note : "";
    journal_rcpt(s, address, r->code);
    if (r->code / 100 == 2) {
        s->rcpts++;
        if (is_current(s, slot))
            mail_add_rcpt(s->mail, address);
    } else if (is_current(s, slot))
        s->mail->rcpt_open--;
    reply_other(s, slot, r);
}

/* A message is complete at the server, or refused by it. */
static void message_outcome(struct session *s, const struct reply *r)
{
    if (out_of_place(s, r))
        return;
    journal_data(s, "FINISHED", r->code);
    mail_answered(s->mail, false, r->code, r->last);
    if (r->code / 100 == 2)
        session_count(COUNTER_mails_passed);
    pass_reply(s, r);
    conn_flush(
        &s->client); /* first: a plugin that falls over mail_done must not cost a second copy */
    mail_finish(s);
}

/* A server that says 2xx to DATA answers something else: it has said more than it was
 * asked. */
static void data_refused(struct session *s, const struct reply *r)
{
    if (r->code / 100 < 4) {
        server_unfit(s);
        return;
    }
    s->sync = SYNC_NONE;
    journal_data(s, "CANCELLED", r->code);
    pass_reply(s, r);
    if (conn_kept(&s->client))
        message_unawaited(s);
}

static void reply_data(struct session *s, struct slot *slot, const struct reply *r)
{
    if (slot->mark == MARK_FINAL)
        message_outcome(s, r);
    else if (r->code != 354)
        data_refused(s, r);
    else if (!s->mail) /* MAIL was refused: whose message would it be? */
        server_unfit(s);
    else {
        pass_reply(s, r);
        s->sync = SYNC_NONE;
        message_begin(s);
    }
}

/* The reply to the chunk before the verdict is the relay's: the client gets one
 * for its last chunk, after the verdict, unless this one already refuses. */
static void reply_bdat(struct session *s, struct slot *slot, const struct reply *r)
{
    bool good = r->code / 100 == 2;
    if (slot->mark != MARK_FINAL && out_of_place(s, r))
        return;
    if (slot->mark == MARK_FINAL)
        message_outcome(s, r);
    else if (good && slot->mark == MARK_LAST_CHUNK && is_current(s, slot))
        return;
    else if (good && slot->mark == MARK_LAST_CHUNK)
        answer(s, 503, "5.5.1", "%s", service.core->msg_proto_error);
    else
        pass_reply(s, r);
    if (good || slot->mark == MARK_FINAL)
        return;
    journal_data(s, "CANCELLED", r->code);
    if (is_current(s, slot)) {
        mail_answered(s->mail, false, r->code, r->last);
        mail_finish(s);
    }
    chunk_refused(s, r->code);
}

static void reply_auth(struct session *s, struct slot *slot, const struct reply *r)
{
    journal_auth(s, r->code);
    s->sync = SYNC_NONE;
    if (r->code == 235) {
        s->authenticated = 1;
        s->auths++;
        s->slot->auth = 'A';
        session_count(COUNTER_auth_accepted);
    } else if (r->code != 334)
        session_count(COUNTER_auth_rejected);
    s->input.auth_answer = r->code == 334;
    if (s->input.auth_answer)
        pass_reply(s, r);
    else
        reply_other(s, slot, r);
}

static void reply_starttls(struct session *s, struct slot *slot, const struct reply *r)
{
    (void)slot;
    s->sync = SYNC_NONE;
    if (out_of_place(s, r))
        return;
    if (r->code != 220 && !conn_kept(&s->client)) {
        pass_reply(s, r);
        return;
    }
    if (conn_kept(&s->client)) {
        answer(s, 554, "5.5.1", "%s: plaintext after STARTTLS", service.core->msg_proto_error);
        session_linger(s, BY_CLIENT);
        return;
    }
    pass_reply(s, r);
    tunnel_begin(s, "starttls");
}

static void (*const handlers[VERB_COUNT])(struct session *, struct slot *, const struct reply *) = {
    [VERB_HELO] = reply_helo,         [VERB_EHLO] = reply_helo, [VERB_MAIL] = reply_mail,
    [VERB_RCPT] = reply_rcpt,         [VERB_DATA] = reply_data, [VERB_BDAT] = reply_bdat,
    [VERB_STARTTLS] = reply_starttls, [VERB_AUTH] = reply_auth,
};

/* A reply nobody asked for: only the server's farewell is one. */
static void unasked(struct session *s, const struct reply *r)
{
    if (r->code != 421) {
        server_unfit(s);
        return;
    }
    s->farewell = 1;
    pass_reply(s, r);
}

/* The server has forgotten the chunks it had. */
static bool resets(const struct slot *slot, const struct reply *r)
{
    bool would = slot->verb == VERB_RSET || slot->verb == VERB_MAIL || slot->verb == VERB_HELO ||
                 slot->verb == VERB_EHLO;
    return would && r->code / 100 == 2;
}

static void take_reply(struct session *s, const struct reply *r)
{
    if (!slots_head(&s->replies)) {
        unasked(s, r);
        return;
    }
    struct slot slot = slots_pop(&s->replies);
    void (*handler)(struct session *, struct slot *, const struct reply *) = handlers[slot.verb];
    observe_reply(s, verb_name((enum verb)slot.verb), r);
    s->farewell = r->code == 421;
    if (resets(&slot, r))
        s->chunk.unfinished = 0;
    (handler ? handler : reply_other)(s, &slot, r);
    free(slot.note);
    answers_release(s);
}

/* What waited for all replies may go on. */
static void replies_settled(struct session *s)
{
    if (s->sync == SYNC_REPLIES && slots_awaited(&s->replies) == 0) {
        s->sync = SYNC_NONE;
        request_resume(s);
    }
    if (s->step == STEP_chunk && s->chunk.last && s->chunk.left == 0 &&
        slots_awaited(&s->replies) == 0)
        chunk_all_answered(s);
    if (s->step == STEP_relay && conn_has_ended(&s->client) && s->input.end_told &&
        !slots_head(&s->replies))
        session_finish(s, BY_CLIENT);
}

/* A reply longer than the buffer: its lines go on as they come. */
static size_t overlong(struct session *s, const char *bytes, size_t n)
{
    size_t lines = n < service.core->buffer_size ? 0 : reply_complete_lines(bytes, n);
    if (n >= service.core->buffer_size && lines == 0)
        server_unfit(s);
    pass_lines(s, span_of(bytes, lines));
    return lines;
}

size_t relay_server(struct session *s, const char *bytes, size_t n)
{
    size_t used = 0;
    enum step was = s->step;
    while (used < n && s->step == was && !is_dead(s) && conn_is_open(&s->server)) {
        struct reply r;
        enum reply_state state = reply_scan(bytes + used, n - used, &r);
        if (state == REPLY_PARTIAL)
            return used + overlong(s, bytes + used, n - used);
        if (state == REPLY_BROKEN) {
            server_unfit(s);
            return n;
        }
        used += r.raw.n;
        s->server_left = n - used;
        take_reply(s, &r);
        replies_settled(s);
    }
    /* after a 220 to STARTTLS nothing may stand in the clear */
    if (s->step == STEP_tunnel && used < n)
        session_close(s, BY_SERVER);
    return used;
}

/* What the client is owed becomes one 421, if the server has not said it. */
void server_gone(struct session *s)
{
    slots_finish(&s->replies);
    if (!s->farewell)
        answer(s, 421, "4.4.2", "%s", service.core->msg_connect_failed);
    session_linger(s, BY_SERVER);
}

/* In a chunk the client hears of it when it has sent the chunk, and listens.  A command that
 * is on its way must not cost it the last reply: so the connection is not cut off. */
void relay_server_end(struct session *s)
{
    bool owed = slots_head(&s->replies) || s->chain.pending;
    if (s->step == STEP_chunk && s->chunk.left)
        chunk_abandoned(s);
    else if (s->quitting && slots_awaited(&s->replies) == 0)
        session_finish(s, BY_SERVER);
    else if (owed || s->step == STEP_chunk)
        server_gone(s);
    else
        session_linger(s, BY_SERVER);
}
