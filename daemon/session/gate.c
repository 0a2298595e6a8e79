/* May the command be sent at all?  Before anything else is asked of it: whether there is a
 * second way to read it (smtp/reading.h), and whether it is one of those that are never
 * passed. */
#include "../smtp/ehlo.h"
#include "../smtp/reading.h"
#include "journal.h"
#include "speak.h"
#include "steps.h"

static void refuse(struct session *s, int code, const char *enhanced, const char *text)
{
    answer(s, code, enhanced, "%s", text);
}

/* What follows these commands, or what the server does for them, would pass unseen. */
static void refuse_never(struct session *s, const struct command *c)
{
    journal_filtered(s, verb_name(c->verb));
    refuse(s, 502, "5.5.1", service.core->msg_unimpl_command);
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
    if (verb_is_never(c->verb)) {
        refuse_never(s, c);
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
