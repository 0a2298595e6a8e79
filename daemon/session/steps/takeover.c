/* Takeover: the server is out of it, and the relay plays its part until the
 * client goes, within limits.  The replies are those of 1.4. */
#include "../../base/check.h"
#include "../../net/conn.h"
#include "../talk/log_session.h"
#include "../talk/replies_out.h"
#include "steps.h"
#include <stdlib.h>

void takeover(struct session *s, int code, const char *enhanced, const char *text)
{
    if (conn_is_open(&s->server) && !s->chunk.unfinished) {
        conn_write(&s->server, "QUIT\r\n", 6);
        conn_flush(&s->server);
    }
    session_lose_server(s);
    slots_finish(&s->replies);
    free(s->reason);
    s->reason = xstrdup(text);
    s->slot->taken_over = true;
    s->takeover_commands = 0;
    s->sync = SYNC_NONE;
    s->input.auth_answer = 0;
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

static void end_takeover(struct session *s, int code, const char *enhanced, const char *text)
{
    s->ended_with = text;
    answer(s, code, enhanced, "%s", text);
    session_linger(s, BY_CLIENT);
}

/* The next mail has nothing to do with the one that was refused: with a new connection it
 * gets its own server.  With `refuse` it is told the other one's fault, as by 1.4. */
static void reply_mail(struct session *s, const struct command *c)
{
    (void)c;
    if (service.core->on_takeover_mail == TAKEOVER_MAIL_REFUSE)
        answer(s, 451, "4.3.2", "%s", s->reason);
    else
        end_takeover(s, 421, "4.3.2", service.core->msg_next_mail);
}

/* The server might well have done it; clients that insist on either must not give up. */
static void reply_auth(struct session *s, const struct command *c)
{
    (void)c;
    answer(s, 454, "4.7.0", "%s", service.core->msg_temp_unavail);
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

static void reply_starttls(struct session *s, const struct command *c)
{
    if (service.core->starttls == STARTTLS_FORBID)
        reply_unknown(s, c);
    else
        reply_auth(s, c);
}

static void (*const replies[VERB_COUNT])(struct session *, const struct command *) = {
    [VERB_QUIT] = reply_quit,  [VERB_NOOP] = reply_ok,           [VERB_RSET] = reply_ok,
    [VERB_HELO] = reply_hello, [VERB_EHLO] = reply_hello,        [VERB_MAIL] = reply_mail,
    [VERB_RCPT] = reply_order, [VERB_DATA] = reply_order,        [VERB_BDAT] = reply_bdat,
    [VERB_AUTH] = reply_auth,  [VERB_STARTTLS] = reply_starttls,
};

/* A client that keeps a connection asks now and then whether it is there, and will want to
 * send again: 421.  1.4 said 554, which bounces what it has then. */
static void used_up(struct session *s)
{
    if (service.core->on_takeover_mail == TAKEOVER_MAIL_REFUSE)
        end_takeover(s, 554, "5.5.0", service.core->msg_transaction_failed);
    else
        end_takeover(s, 421, "4.5.0", service.core->msg_transaction_failed);
}

static enum outcome take(struct session *s, const struct line *line, bool more)
{
    struct command c = command_parse(line->text);
    (void)more;
    if (c.verb != VERB_QUIT && s->takeover_commands++ >= service.core->on_takeover_cmds)
        used_up(s);
    else
        (replies[c.verb] ? replies[c.verb] : reply_unknown)(s, &c);
    return DONE;
}

size_t takeover_client(struct session *s, const char *bytes, size_t n)
{
    return lines_feed(s, bytes, n, take);
}

void takeover_expired(struct session *s)
{
    s->ended_with = service.core->msg_session_timeout;
    answer(s, 421, "4.4.2", "%s", s->ended_with);
    session_linger(s, BY_TIMEOUT);
}
