/* Takeover: the server is out of it, and the relay plays its part until the
 * client goes, within limits.  The replies are those of 1.4. */
#include "../base/check.h"
#include "../net/conn.h"
#include "events.h"
#include "journal.h"
#include "speak.h"
#include "steps.h"
#include <stdlib.h>

void takeover(struct session *s, int code, const char *enhanced, const char *text)
{
    if (conn_is_open(&s->server) && !s->chunks_open) {
        conn_write(&s->server, "QUIT\r\n", 6);
        conn_flush(&s->server);
    }
    session_lose_server(s);
    slots_finish(&s->replies);
    free(s->reason);
    s->reason = xstrdup(text);
    s->taken_over = 1;
    s->slot->taken_over = true;
    s->takeover_commands = 0;
    s->sync = SYNC_NONE;
    s->auth_line = 0;
    session_count(COUNTER_takeovers);
    mail_finish(s);
    session_step(s, STEP_takeover);
    if (code)
        answer(s, code, enhanced, "%s", text);
    journal_taken(s);
}

static void reply_quit(struct session *s, const struct command *c)
{
    (void)c;
    answer(s, 221, "2.0.0", "%s", service.core->msg_sign_off);
    session_finish(s, BY_CLIENT); /* who says QUIT sends nothing more to be lost */
}

static void reply_ok(struct session *s, const struct command *c)
{
    (void)c;
    answer_plain(s, 250, "2.0.0", "OK");
}

static void reply_hello(struct session *s, const struct command *c)
{
    (void)c;
    answer(s, 250, "2.0.0", "%s", service.core->msg_hello);
}

static void reply_reason(struct session *s, const struct command *c)
{
    (void)c;
    answer(s, 451, "4.3.2", "%s", s->reason);
}

static void reply_order(struct session *s, const struct command *c)
{
    (void)c;
    answer(s, 503, "5.5.1", "%s", service.core->msg_proto_error);
}

static void reply_bdat(struct session *s, const struct command *c)
{
    reply_order(s, c);
    chunk_unwanted(s, c);
}

static void reply_unknown(struct session *s, const struct command *c)
{
    (void)c;
    answer(s, 502, "5.5.2", "%s", service.core->msg_unimpl_command);
}

static void (*const replies[VERB_COUNT])(struct session *, const struct command *) = {
    [VERB_QUIT] = reply_quit,  [VERB_NOOP] = reply_ok,    [VERB_RSET] = reply_ok,
    [VERB_HELO] = reply_hello, [VERB_EHLO] = reply_hello, [VERB_MAIL] = reply_reason,
    [VERB_RCPT] = reply_order, [VERB_DATA] = reply_order, [VERB_BDAT] = reply_bdat,
};

static void take(struct session *s, const struct line *line)
{
    struct command c = command_parse(line->text);
    if (c.verb != VERB_QUIT && s->takeover_commands++ >= service.core->on_takeover_cmds) {
        s->ended_with = service.core->msg_transaction_failed;
        answer(s, 554, "5.5.0", "%s", s->ended_with);
        session_linger(s, BY_CLIENT);
        return;
    }
    (replies[c.verb] ? replies[c.verb] : reply_unknown)(s, &c);
}

size_t takeover_client(struct session *s, const char *bytes, size_t n)
{
    size_t used = 0;
    while (used < n && s->step == STEP_takeover && conn_backlog(&s->client) == 0) {
        struct line line;
        size_t eaten = 0;
        enum outcome o = line_take(s, bytes + used, n - used, &line, &eaten);
        if (o == WAIT)
            return used;
        if (o == GO) {
            eaten = line.raw;
            take(s, &line);
        }
        used += eaten;
    }
    return used;
}

void takeover_expired(struct session *s)
{
    s->ended_with = service.core->msg_session_timeout;
    answer(s, 421, "4.4.2", "%s", s->ended_with);
    session_linger(s, BY_TIMEOUT);
}
