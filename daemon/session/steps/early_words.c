/* What the server says of a message that it does not have yet: "552 too much", "421 going
 * down".  It is the answer to that message, and comes where the client expects one, after
 * the end of it: clients that send do not read. */
#include "../../net/conn.h"
#include "../hooks/observers.h"
#include "../talk/log_session.h"
#include "../talk/replies_out.h"
#include "steps.h"
#include <stdlib.h>

enum reply_state words_take(struct session *s, struct span said)
{
    struct reply r;
    enum reply_state state = reply_scan(said.p, said.n, &r);
    if (state != REPLY_WHOLE)
        return said.n < service.core->buffer_size ? state : REPLY_BROKEN;
    if (r.code < 400)
        return REPLY_BROKEN; /* nobody can take what has not come to its end */
    buffer_append(&s->mail->words, r.raw.p, r.raw.n);
    return REPLY_WHOLE;
}

static void say(struct session *s, const struct reply *r, bool bdat)
{
    char *reason = span_dup(r->last);
    observe_reply(s, verb_name(bdat ? VERB_BDAT : VERB_DATA), r);
    journal_data(s, "CANCELLED", r->code);
    mail_answered(s->mail, false, r->code, r->last);
    pass_reply(s, r);
    mail_finish(s);
    if (r->code == 421)
        session_linger(s, BY_SERVER);
    else
        takeover(s, 0, NULL, reason);
    free(reason);
}

bool words_answer(struct session *s)
{
    struct reply r;
    struct buffer words = s->mail->words;
    if (buffer_len(&words) == 0)
        return false;
    s->mail->words = (struct buffer){0};
    if (reply_scan(buffer_head(&words), buffer_len(&words), &r) == REPLY_WHOLE)
        say(s, &r, s->mail->bdat);
    buffer_finish(&words);
    return true;
}
