/* av-clamd: asks a ClamAV daemon about each message.
 *
 * Three ways to show it the message.  fildes: a descriptor of it, over the UNIX
 * socket.  instream: the bytes, while they arrive, so that clamd has them when
 * the message ends.  path: a file name, as the 1.4 program did.  The first two
 * put a header field before the message, so that its first bytes cannot pass it
 * off as something else than mail (<smtp-gated/kit/scan.h>); a path cannot.
 *
 * A stream begins before anybody waits for a verdict.  If it breaks then, or
 * clamd answers before it has the whole message, that is remembered, the rest
 * of the message is not sent, and `end` tries once more from what is kept; but
 * not if clamd said that the message is too long.
 *
 * The deadline for the verdict is the host's.  Ours is only `patience`: without
 * it a clamd that takes no bytes would stop the client for ever, as nothing is
 * asked of the host while a message is on its way. */
#include "check.h"
#include "limits.h"

#define KEEP_FOR 3000 /* ms; clamd ends idle sessions after 5 s or more */

static const char *const methods[] = {"fildes", "instream", "path", NULL};

static const struct sg_option options[] = {
    SG_OPT_ENDPOINT(struct clamd, socket, "/var/run/clamav/clamd.ctl",
                    "where clamd listens: a UNIX socket's path, or host:port"),
    SG_OPT_ENUM(struct clamd, method, "fildes", methods,
                "how clamd gets the message: an open descriptor, the bytes as they arrive, or the "
                "path of a file"),
    SG_OPT_SIZE(struct clamd, max_size, "26200000",
                "larger messages are not scanned, see too_large; 0: all are"),
    SG_OPT_ENUM(struct clamd, too_large, "reject", scan_policies,
                "what becomes of messages larger than max_size"),
    SG_OPT_ENUM(struct clamd, on_unscannable, "reject", scan_policies,
                "what becomes of a message that the scanner can make nothing of"),
    SG_OPT_PATH(
        struct clamd, config, "/etc/clamav/clamd.conf",
        "clamd's own configuration, if it is on this machine: only looked at, for its limits"),
    SG_OPT_STRING(struct clamd, message, "Malware found",
                  "what the client is told, with the name of the find after it"),
    SG_OPT_DURATION(struct clamd, patience, "10s",
                    "how long clamd may take neither the connection nor a byte"),
    SG_OPT_INT(struct clamd, keep, "16", 0, 1000,
               "connections each worker keeps open between scans; 0: one connection per scan"),
    SG_OPT_INT(struct clamd, per_client, "8", 0, 65535,
               "messages of one client that clamd is asked about at one time; 0: any number"),
    SG_OPT_END};

static const struct sg_counter counters[] = {
    [ASKED] = {"asked", "messages that clamd was asked about"},
    [FINDS] = {"found", "messages in which clamd found something"},
    [ERRORS] = {"errors", "messages that could not be checked"},
    [TIMEOUTS] = {"timeouts", "messages that clamd did not answer about in time"},
    [WAITED] = {"waited",
                "messages that waited, or could not be sent while they arrived, for per_client"},
    [DOWN_SINCE] = {"down_since",
                    "since when clamd takes no connections, as Unix time; 0: it does"},
    SG_COUNTER_END};

/* ---------------------------------------------------------------- hooks -- */

static struct check *check_of(struct sg_session *s, struct sg_mail *m, struct clamd *my)
{
    struct check *c = sg_mail_state(m, my);
    c->clamd = my;
    c->facts.session = s;
    upload_of(&c->up, s, m);
    return c;
}

static int too_big(const struct clamd *my, uint64_t size)
{
    return my->max_size && size > my->max_size;
}

static void clamd_body(struct sg_session *s, struct sg_mail *m, const char *bytes, size_t n,
                       void *self)
{
    struct clamd *my = self;
    if (my->method != INSTREAM || n == 0)
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

static struct sg_verdict clamd_end(struct sg_session *s, struct sg_mail *m, void *self)
{
    struct clamd *my = self;
    struct check *c = check_of(s, m, my);
    c->facts.size = sg_mail_size(m);
    c->facts.began = sg_now();
    if (too_big(my, c->facts.size))
        return scan_too_large(&c->facts, my->too_large, my->max_size);
    return check_whole(c);
}

/* Nobody waits any more: the deadline is over, the client has left, or another
 * plugin has objected. */
static void clamd_cancel(struct sg_session *s, sg_ticket ticket, void *self)
{
    struct sg_mail *m = sg_current_mail(s);
    struct check *c = m ? sg_mail_state(m, self) : NULL;
    int waits = c && turn_waits(&c->up.turn);
    if (!c || !upload_cancelled(&c->up, ticket))
        return;
    sg_count(self, TIMEOUTS, 1);
    scan_timeout(&c->facts, waits ? "it was not its turn with clamd before the check was given up"
                                  : "clamd had not answered when the check was given up");
}

static void clamd_mail_done(struct sg_session *s, struct sg_mail *m, void *self)
{
    struct check *c = sg_mail_state(m, self);
    (void)s;
    upload_drop(&c->up);
}

/* ----------------------------------------------------------------- life -- */

static int clamd_configure(void *self)
{
    struct clamd *my = self;
    limits_compare(my);
    sg_spool_up_to(my->max_size);
    if (my->method == FILDES && my->socket.addr.ss_family != AF_UNIX) {
        sg_config_error("method",
                        "fildes hands over a descriptor, which only a UNIX socket can carry, "
                        "and socket is %s: use instream",
                        my->socket.text);
        return -1;
    }
    return turns_prepare(&my->turns, my->per_client);
}

static void clamd_release(void *self)
{
    struct clamd *my = self;
    turns_release(my->turns);
}

static int clamd_start(void *self)
{
    struct clamd *my = self;
    my->peer = (struct dialogue_peer){.at = &my->socket,
                                      .self = my,
                                      .down_since = DOWN_SINCE,
                                      .until = '\0',
                                      .answer_max = CHECK_ANSWER_MAX,
                                      .patience = my->patience,
                                      .keep = (unsigned)my->keep,
                                      .keep_for = KEEP_FOR};
    return turns_start(my->turns);
}

static void clamd_stop(void *self)
{
    struct clamd *my = self;
    dialogue_peer_close(&my->peer);
    turns_stop(my->turns);
}

SG_PLUGIN(av_clamd, .summary = "ask a ClamAV daemon about each message", .options = options,
          .counters = counters, .settings_size = sizeof(struct clamd),
          .mail_size = sizeof(struct check), .want = SG_WANT_SPOOL, .configure = clamd_configure,
          .start = clamd_start, .stop = clamd_stop, .release = clamd_release, .body = clamd_body,
          .end = clamd_end, .cancel = clamd_cancel, .mail_done = clamd_mail_done)
