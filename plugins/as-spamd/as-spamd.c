/* as-spamd: asks SpamAssassin's spamd for the score of each message.
 *
 * The score is spamd's, the threshold ours: what spamd itself calls spam is not
 * looked at, so that its users' preferences cannot decide about other people's
 * mail.
 *
 * As a rule the message is sent when it is complete (`whole`).  spamd begins
 * its work when it has all of it anyway, and gives a whole process to each
 * connection, of which it has five: a few slow clients, or a few who mean it,
 * would keep all others' mail from being looked at.  And a stream that breaks
 * off is a message to spamd, to be rated and learnt from.  `stream` sends while
 * the message arrives, for a spamd that is far away.
 *
 * The deadline for the verdict is the host's; `patience` is for streams, as
 * nothing is asked of the host while a message is on its way. */
#include "check.h"

static const char *const methods[] = {"whole", "stream", NULL};

static const struct sg_option options[] = {
    SG_OPT_ENDPOINT(struct spamd, socket, "127.0.0.1:783",
                    "where spamd listens: host:port, or a UNIX socket's path"),
    SG_OPT_ENUM(struct spamd, method, "whole", methods,
                "when spamd gets the message: when it is complete, or while it arrives"),
    SG_OPT_SIZE(struct spamd, max_size, "500000",
                "larger messages are not checked, see too_large; 0: all are"),
    SG_OPT_ENUM(struct spamd, too_large, "pass", scan_policies,
                "what becomes of messages larger than max_size"),
    SG_OPT_FLOAT(struct spamd, threshold, "7", "the score from which on a message is refused"),
    SG_OPT_STRING(struct spamd, message, "Message marked as SPAM, denied",
                  "what the client is told, with the score after it"),
    SG_OPT_DURATION(struct spamd, patience, "10s",
                    "how long spamd may take neither the connection nor a byte of a stream"),
    SG_OPT_INT(struct spamd, per_client, "4", 0, 65535,
               "messages of one client that spamd is asked about at one time; 0: any number"),
    SG_OPT_END};

static const struct sg_counter counters[] = {
    [ASKED] = {"asked", "messages that spamd was asked about"},
    [FINDS] = {"found", "messages that are spam"},
    [ERRORS] = {"errors", "messages that could not be checked"},
    [TIMEOUTS] = {"timeouts", "messages that spamd did not answer about in time"},
    [WAITED] = {"waited",
                "messages that waited, or could not be sent while they arrived, for per_client"},
    [DOWN_SINCE] = {"down_since",
                    "since when spamd takes no connections, as Unix time; 0: it does"},
    SG_COUNTER_END};

/* ---------------------------------------------------------------- hooks -- */

static struct check *check_of(struct sg_session *s, struct sg_mail *m, struct spamd *my)
{
    struct check *c = sg_mail_state(m, my);
    c->spamd = my;
    c->facts.session = s;
    c->facts.kind = "SPAM";
    upload_of(&c->up, s, m);
    return c;
}

static int too_big(const struct spamd *my, uint64_t size)
{
    return my->max_size && size > my->max_size;
}

static void spamd_body(struct sg_session *s, struct sg_mail *m, const char *bytes, size_t n,
                       void *self)
{
    struct spamd *my = self;
    if (my->method != STREAM || n == 0)
        return;
    struct check *c = check_of(s, m, my);
    c->up.streamed += n;
    if (c->finding)
        return;
    if (!too_big(my, c->up.streamed))
        check_stream(c, bytes, n);
    else
        upload_stop(&c->up);
}

static struct sg_verdict spamd_end(struct sg_session *s, struct sg_mail *m, void *self)
{
    struct spamd *my = self;
    struct check *c = check_of(s, m, my);
    c->facts.size = sg_mail_size(m);
    c->facts.began = sg_now();
    sg_note(s, "spam.score", NULL);
    if (too_big(my, c->facts.size))
        return scan_too_large(&c->facts, my->too_large, my->max_size);
    return check_whole(c);
}

/* Nobody waits any more: the deadline is over, the client has left, or another
 * plugin has objected. */
static void spamd_cancel(struct sg_session *s, sg_ticket ticket, void *self)
{
    struct sg_mail *m = sg_current_mail(s);
    struct check *c = m ? sg_mail_state(m, self) : NULL;
    int waits = c && turn_waits(&c->up.turn);
    if (!c || !upload_cancelled(&c->up, ticket))
        return;
    sg_count(self, TIMEOUTS, 1);
    scan_timeout(&c->facts, waits ? "it was not its turn with spamd before the check was given up"
                                  : "spamd had not answered when the check was given up");
}

static void spamd_mail_done(struct sg_session *s, struct sg_mail *m, void *self)
{
    struct check *c = sg_mail_state(m, self);
    (void)s;
    upload_drop(&c->up);
}

/* ----------------------------------------------------------------- life -- */

static int spamd_configure(void *self)
{
    struct spamd *my = self;
    sg_spool_up_to(my->max_size);
    return turns_prepare(&my->turns, my->per_client);
}

static void spamd_release(void *self)
{
    struct spamd *my = self;
    turns_release(my->turns);
}

static int spamd_start(void *self)
{
    struct spamd *my = self;
    my->peer = (struct dialogue_peer){.at = &my->socket,
                                      .self = my,
                                      .down_since = DOWN_SINCE,
                                      .until = DIALOGUE_EOF,
                                      .half_close = 1,
                                      .answer_max = CHECK_ANSWER_MAX,
                                      .patience = my->method == STREAM ? my->patience : 0};
    return turns_start(my->turns);
}

static void spamd_stop(void *self)
{
    struct spamd *my = self;
    dialogue_peer_close(&my->peer);
    turns_stop(my->turns);
}

SG_PLUGIN(as_spamd, .summary = "ask SpamAssassin's spamd for the score of each message",
          .options = options, .counters = counters, .settings_size = sizeof(struct spamd),
          .mail_size = sizeof(struct check), .want = SG_WANT_SPOOL, .configure = spamd_configure,
          .start = spamd_start, .stop = spamd_stop, .release = spamd_release, .body = spamd_body,
          .end = spamd_end, .cancel = spamd_cancel, .mail_done = spamd_mail_done)
