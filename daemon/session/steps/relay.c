/* Relay: commands one way, replies the other.  Each command is checked, put to the hook of
 * its verb, and sent on; what is special about a verb stands in commands.c. */
#include "../../base/check.h"
#include "../../net/conn.h"
#include "../../smtp/reading.h"
#include "../model/client_told.h"
#include "envelope.h"
#include "../hooks/deciders.h"
#include "../talk/log_session.h"
#include "../talk/replies_out.h"
#include "steps.h"
#include <stdlib.h>

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
    s->input.auth_answer = 0;
    s->sync = SYNC_AUTH;
}

/* A hook objected to a command.  Leaving the server has to wait for what it owes. */
static enum outcome objected(struct session *s, const struct request *r)
{
    bool leave = chain_decision(&s->chain)->answer == SG_TAKEOVER;
    if (leave && slots_awaited(&s->replies))
        return wait_for_replies(s);
    struct objection o = hook_refused(s, (enum hook)r->hook);
    if (r->hook == HOOK_mail || r->command.verb == VERB_BDAT)
        mail_finish(s);
    if (leave)
        takeover(s, o.code, o.enhanced, o.text);
    else
        answer(s, o.code, o.enhanced, "%s", o.text);
    if (r->hook == HOOK_rcpt)
        s->refused_row = 0; /* an honest client may name many recipients that a check refuses */
    if (r->command.verb == VERB_BDAT)
        chunk_swallow(s, r->size);
    return DONE;
}

#define ARGUMENT_MAX 4200u

/* True: the hook has decided. */
static bool ask_hook(struct session *s, const struct request *r)
{
    char first[ARGUMENT_MAX], second[ARGUMENT_MAX];
    span_copy(r->first, first, sizeof first);
    span_copy(r->second, second, sizeof second);
    return ask(s, (enum hook)r->hook, first, second);
}

static enum outcome decide(struct session *s, struct request *r)
{
    const struct verb_rule *rule = &verb_rules[r->command.verb];
    if (r->told)
        return told_take(s, r);
    if (!r->checked) {
        enum outcome o = gate(s, &r->line, &r->command, &r->alone);
        r->hook = rule->hook;
        if (o == GO && rule->inspect)
            o = rule->inspect(s, r);
        if (o != GO)
            return o;
        r->checked = true;
        if (r->hook >= 0 && !ask_hook(s, r))
            return WAIT;
    }
    if (r->hook >= 0 && decision_objects(chain_decision(&s->chain)))
        return objected(s, r);
    return rule->proceed(s, r);
}

/* It has been answered or sent. */
static void finish(struct session *s, struct request *r)
{
    bool refused = s->step == STEP_relay && s->sync != SYNC_DATA;
    if (refused && r->command.verb == VERB_DATA && r->more)
        message_unawaited(s);
    if (r->alone && s->sync == SYNC_NONE && slots_awaited(&s->replies))
        s->sync = SYNC_REPLIES;
    buffer_finish(&r->room);
}

static void keep(struct session *s, const struct request *r)
{
    struct request *kept = xmalloc(sizeof *kept + r->line.raw);
    *kept = *r;
    memcpy(kept->text, r->line.text.p, r->line.raw);
    kept->line.text.p = kept->text;
    kept->command = command_parse(kept->line.text);
    if (kept->command.verb == VERB_MAIL || kept->command.verb == VERB_RCPT)
        envelope_read(kept);
    s->request = kept;
}

/* DONE: the line is consumed. */
static enum outcome command_take(struct session *s, const struct line *line, bool more)
{
    struct request r = {.line = *line, .command = command_parse(line->text), .more = more};
    enum verb verb = r.command.verb;
    r.told = (verb == VERB_XCLIENT || verb == VERB_XFORWARD) && told_is_trusted(s);
    enum outcome o = decide(s, &r);
    if (o == DONE)
        finish(s, &r);
    else if (r.checked)
        keep(s, &r);
    else
        buffer_finish(&r.room);
    return r.checked ? DONE : o;
}

void request_resume(struct session *s)
{
    struct request *r = s->request;
    if (!r || is_dead(s) || s->step != STEP_relay || decide(s, r) == WAIT)
        return;
    r->more = conn_kept(&s->client) > 0;
    finish(s, r);
    s->request = NULL;
    free(r);
}

static enum outcome take_line(struct session *s, const struct line *line, bool more)
{
    if (!s->input.auth_answer)
        return command_take(s, line, more);
    auth_answer(s, answer_is_plain(line->text) ? line->text : span_str("*"));
    return DONE;
}

size_t relay_client(struct session *s, const char *bytes, size_t n)
{
    size_t used = lines_feed(s, bytes, n, take_line);
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
