/* May the command be sent at all?  Before anything else is asked of it: whether there is a
 * second way to read it (smtp/reading.h), whether it is one of those that are never passed,
 * and whether the administrator lets it. */
#include "../../smtp/ehlo.h"
#include "../../smtp/reading.h"
#include "../talk/log_session.h"
#include "../talk/replies_out.h"
#include "steps.h"

static void refuse(struct session *s, int code, const char *enhanced, const char *text)
{
    answer(s, code, enhanced, "%s", text);
}

static bool is_listed(struct span word)
{
    const char *const *at = (const char *const *)service.core->allow_commands;
    while (at && *at && !span_is(word, *at))
        at++;
    return at && *at;
}

static bool is_allowed(enum verb verb, struct span word)
{
    if (verb == VERB_STARTTLS && service.core->starttls == STARTTLS_FORBID)
        return false;
    if (service.core->commands == COMMANDS_ANY)
        return true;
    if (service.core->commands == COMMANDS_KNOWN && verb != VERB_UNKNOWN)
        return true;
    return is_listed(word);
}

bool verb_is_allowed(enum verb verb)
{
    return is_allowed(verb, span_str(verb_name(verb)));
}

/* What follows a command that is never passed, or what the server does for it, would pass
 * unseen.  The log has the first of a session, and how many were refused when it ends. */
static void refuse_verb(struct session *s, const struct command *c)
{
    if (c->verb != VERB_UNKNOWN && !s->filtered)
        journal_filtered(s, verb_name(c->verb));
    s->filtered = s->filtered || c->verb != VERB_UNKNOWN;
    refuse(s, 502, "5.5.1", service.core->msg_unimpl_command);
    if (c->verb == VERB_BDAT)
        chunk_unwanted(s, c);
}

/* Whoever goes on sending what is refused gets no more answers than these. */
bool gate_shut(struct session *s)
{
    long most = service.core->max_refused;
    if (s->step != STEP_relay || most == 0 || s->refused_row < (uint64_t)most)
        return false;
    if (slots_awaited(&s->replies)) {
        s->sync = SYNC_REPLIES;
        return true;
    }
    session_count(COUNTER_refused_sessions);
    answer(s, 421, "4.7.0", "Too many refused commands");
    session_linger(s, BY_CLIENT);
    return true;
}

/* Its chunk comes all the same. */
static void refuse_unoffered(struct session *s, const struct command *c)
{
    answer(s, 503, "5.5.1", "Error: %s is not offered", verb_name(c->verb));
    if (c->verb == VERB_BDAT)
        chunk_unwanted(s, c);
}

static bool offers_unknown(const struct session *s)
{
    return slots_owe(&s->replies, VERB_EHLO) || slots_owe(&s->replies, VERB_HELO);
}

enum outcome gate(struct session *s, const struct line *line, const struct command *c, bool *alone)
{
    if (verb_is_never(c->verb) || !is_allowed(c->verb, c->word)) {
        refuse_verb(s, c);
        return DONE;
    }
    if (command_needs_offers(c, line->raw) && offers_unknown(s)) {
        s->sync = SYNC_REPLIES;
        return WAIT;
    }
    enum reading reading = command_reading(c, line->raw, s->offers);
    *alone = reading == READING_ALONE;
    switch (reading) {
    case READING_ONE:
    case READING_ALONE:
        return GO;
    case READING_NO_VERB:
        refuse(s, 500, "5.5.2", "Command not recognised");
        break;
    case READING_TOO_LONG:
        refuse(s, 500, "5.5.2", "Line too long");
        break;
    case READING_NOT_OFFERED:
        refuse_unoffered(s, c);
        break;
    }
    return DONE;
}
