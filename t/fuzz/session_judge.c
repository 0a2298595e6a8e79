/* The client's side.  What the client sent is read once more beside the replies it
 * got: each is the next command's, and either what the server said to that very
 * command, or the relay's own, where it may have one.  A message that the server
 * took is what the client sent.
 *
 * Not judged: which reply of its own the relay chose (the campaign in t/stress does
 * that); what follows an odd server; what a 421 that nobody asked for is met by. */
#include "session_mta.h"

#include "../../daemon/smtp/bdat.h"
#include "../../daemon/smtp/ehlo.h"
#include "../../daemon/smtp/path.h"
#include "../../daemon/smtp/reply.h"
#include "../unit/naive_dot.h"

#include <smtp-gated/plugin.h>

/* How far the reading has come. */
static struct {
    struct span sent, heard; /* what is left of each */
    unsigned item, messages; /* the next of the server's */
    struct buffer chunks;    /* of this transaction */
    bool own_before;         /* the relay has had a reply of its own: it may have taken over */
    bool taken;              /* it has: the server is out of it */
    bool answer_next;        /* the next line answers a 334 */
    bool in_message;         /* its end has not come, or its answer */
    bool owes_answer;        /* its end has */
    bool chunk_refused;
    bool over;   /* the last reply has been given */
    bool tunnel; /* TLS */
    bool lost;   /* from here on nothing can be told apart */
} at;

/* One thing of the client's that gets a reply. */
struct request {
    struct span line; /* without its end */
    struct command command;
    bool whole; /* it has its end */
};

/* ---- whose reply is it? ---- */

static bool is_next_reply(const struct reply *r)
{
    return at.item < mta.answered && reply_is(r, mta_reply(&mta.items[at.item]));
}

/* The one that does not bear our name: of a takeover, to NOOP and RSET.  The server may have
 * said the same words in the banner's place, so in a takeover they are ours all the same. */
static bool is_own_ok(const struct reply *r, enum verb verb)
{
    return at.own_before && (verb == VERB_NOOP || verb == VERB_RSET) && r->code == 250 &&
           span_eq(reply_words(r), span_str("OK")) && (at.taken || !is_next_reply(r));
}

/* ---- the server's replies ---- */

static const struct item *next_item(void)
{
    check(at.item < mta.answered);
    return &mta.items[at.item++];
}

static void same_reply(const struct item *item, const struct reply *r)
{
    struct buffer filtered = {0};
    struct ehlo_policy policy = {.forbid_starttls = stage.core->starttls == STARTTLS_FORBID,
                                 .size_limit = stage.core->size_limit,
                                 .max_recipients = (uint64_t)stage.core->max_recipients};
    struct span said = mta_reply(item);
    if (item->verb == VERB_EHLO && item->code == 250) {
        ehlo_filter(said, &policy, &filtered);
        said = bytes_of(&filtered);
    }
    check(reply_is(r, said));
    buffer_finish(&filtered);
}

static void same_path(struct span ours, struct span theirs, const char *keyword)
{
    struct path client, server;
    struct buffer rooms[2] = {{0}, {0}};
    check(path_parse(ours, keyword, true, &client, &rooms[0]) == PATH_FINE);
    check(path_parse(theirs, keyword, false, &server, &rooms[1]) == PATH_FINE && server.canonical);
    check(span_eq(client.mailbox.address, server.mailbox.address));
    buffer_finish(&rooms[0]);
    buffer_finish(&rooms[1]);
}

static struct span without_lead(struct span line)
{
    while (line.n && (*line.p == ' ' || *line.p == '\t'))
        line = span_skip(line, 1);
    return line;
}

/* Is this line the client's, as the server got it? */
static void same_command(const struct item *item, const struct request *q)
{
    struct command theirs = command_parse(mta_line(item));
    check(item->kind == ITEM_COMMAND && theirs.verb == q->command.verb);
    if (theirs.verb == VERB_MAIL)
        same_path(q->command.arg, theirs.arg, "FROM");
    else if (theirs.verb == VERB_RCPT)
        same_path(q->command.arg, theirs.arg, "TO");
    else if (theirs.verb != VERB_BDAT)
        check(span_eq(mta_line(item), without_lead(q->line)));
}

/* ---- messages ---- */

/* The server has taken, or refused, a whole message. */
static void same_message(struct span body)
{
    const struct buffer *passed = verdicts_passed(at.messages++);
    check(passed && buffer_len(passed) >= body.n);
    size_t header = buffer_len(passed) - body.n;
    check(header == 0 || header == sizeof HEADER - 1);
    check(span_eq(span_skip(bytes_of(passed), header), body));
}

/* What the server said in mid-message; then it is out of it. */
static void early_reply(const struct reply *r)
{
    check(reply_is(r, span_of(buffer_head(&mta.said) + mta.early.at, mta.early.n)));
    check(r->code >= 400);
    at.over = r->code == 421;
    at.taken = at.own_before = true;
}

static bool next_reply(struct reply *r);

static void message_reply(const struct reply *r, const struct dot_outcome *message)
{
    if (reply_is_own(r)) {
        check(r->code >= 400);
        at.over = r->code == 421;
        at.taken = at.own_before = true;
        return;
    }
    bool ended = at.item < mta.answered && mta.items[at.item].kind == ITEM_END;
    if (mta.early.is && !ended) { /* it never got the end of this one */
        early_reply(r);
        return;
    }
    const struct item *item = next_item();
    check(item->kind == ITEM_END && message->result == DOT_END);
    same_reply(item, r);
    same_message(bytes_of(&message->body));
}

/* discard: only its end. */
static struct dot_outcome read_message(bool discard)
{
    if (stage.core->bare_lf_from)
        return naive_lf_dot(at.sent, discard);
    return naive_dot(at.sent, stage.core->bare_newline == BARE_NORMALISE, discard);
}

static void message(void)
{
    struct dot_outcome body = read_message(false), end = read_message(true);
    struct reply r;
    at.sent = span_skip(at.sent, end.consumed);
    at.in_message = end.result != DOT_END;
    if (next_reply(&r)) {
        check(!at.in_message || (reply_is_own(&r) && r.code == 421));
        message_reply(&r, &body);
    } else {
        at.owes_answer = !at.in_message;
        at.in_message = true;
    }
    dot_outcome_finish(&body);
    dot_outcome_finish(&end);
}

/* What of it was sent. */
static struct span take_chunk(const struct request *q)
{
    uint64_t n;
    bool last;
    struct span chunk = span_of(at.sent.p, 0);
    if (bdat_parse(q->command.arg, &n, &last))
        chunk.n = at.sent.n < n ? at.sent.n : (size_t)n;
    at.sent = span_skip(at.sent, chunk.n);
    return chunk;
}

/* The last chunk's own reply is the client's only if it refuses. */
static void chunk_reply(const struct item *item, const struct request *q, const struct reply *r)
{
    uint64_t n, forwarded;
    bool last, completes;
    check(bdat_parse(q->command.arg, &n, &last));
    struct span chunk = take_chunk(q);
    buffer_append(&at.chunks, chunk.p, chunk.n);
    bdat_parse(command_parse(mta_line(item)).arg, &forwarded, &completes);
    check(completes || forwarded == n || forwarded == n + sizeof HEADER - 1);
    if (last && !completes && item->code / 100 == 2) {
        item = next_item();
        completes = true;
        check(span_eq(mta_line(item), span_str("BDAT 0 LAST")));
    }
    same_reply(item, r);
    at.chunk_refused = at.chunk_refused || r->code / 100 != 2;
    at.own_before = at.own_before || at.chunk_refused; /* it may have come midway */
    if (!completes)
        return;
    check(last);
    same_message(bytes_of(&at.chunks));
    buffer_finish(&at.chunks);
}

/* ---- one reply ---- */

static bool may_please(enum verb verb)
{
    return verb == VERB_HELO || verb == VERB_EHLO || verb == VERB_NOOP || verb == VERB_RSET ||
           verb == VERB_QUIT;
}

static void own_reply(const struct request *q, const struct reply *r)
{
    enum verb verb = q->command.verb;
    check(r->code / 100 >= 4 || r->code == 221 ||
          (r->code / 100 == 2 && may_please(verb) && at.own_before));
    check(r->code != 221 || verb == VERB_QUIT); /* also instead of a server that has chunks */
    check(q->whole || r->code == 500);
    at.taken = at.taken || r->code / 100 == 2;
    at.over = r->code == 221;
    at.own_before = true;
    if (verb != VERB_BDAT || !q->whole || r->code == 500)
        return;
    at.lost = at.chunk_refused; /* was it forwarded before that, or not at all? */
    take_chunk(q);
}

static void answer_reply(const struct request *q, const struct reply *r)
{
    const struct item *item = next_item();
    struct span line = mta_line(item);
    at.answer_next = r->code == 334;
    check(item->kind == ITEM_ANSWER);
    check(span_eq(line, q->line) || span_eq(line, span_str("*")));
    same_reply(item, r);
}

static void server_reply(const struct request *q, const struct reply *r)
{
    const struct item *item = next_item();
    enum verb verb = q->command.verb;
    check(!at.taken && q->whole);
    same_command(item, q);
    if (verb == VERB_BDAT) {
        chunk_reply(item, q, r);
        return;
    }
    same_reply(item, r);
    at.answer_next = verb == VERB_AUTH && r->code == 334;
    at.tunnel = verb == VERB_STARTTLS && r->code == 220;
    if (verb == VERB_MAIL) {
        buffer_finish(&at.chunks);
        at.chunk_refused = false;
    }
    if (verb == VERB_DATA && r->code == 354)
        message();
}

static struct request next_request(void)
{
    const char *lf = at.sent.n ? memchr(at.sent.p, '\n', at.sent.n) : NULL;
    size_t n = lf ? (size_t)(lf - at.sent.p) : at.sent.n;
    struct request q = {.line = span_of(at.sent.p, n), .whole = lf != NULL};
    check(at.sent.n > 0);
    at.sent = span_skip(at.sent, n + (lf != NULL));
    if (n > 0 && q.line.p[n - 1] == '\r')
        q.line.n--;
    q.command = command_parse(q.line);
    return q;
}

static bool next_reply(struct reply *r)
{
    if (at.heard.n == 0 || reply_scan(at.heard.p, at.heard.n, r) != REPLY_WHOLE)
        return false;
    at.heard = span_skip(at.heard, r->raw.n);
    return true;
}

static void take_reply(const struct reply *r)
{
    check(!at.over && !at.in_message);
    if (reply_is_own(r) && r->code == 421) {
        at.over = true;
        return;
    }
    struct request q = next_request();
    if (at.answer_next)
        answer_reply(&q, r);
    else if (reply_is_own(r) || is_own_ok(r, q.command.verb))
        own_reply(&q, r);
    else
        server_reply(&q, r);
}

/* A server that refuses the client while it is handed over greets it so. */
static bool refuses_client(const struct item *item)
{
    return item->code / 100 == 4 || item->code == 521 || item->code == 554;
}

/* The banner, EHLO and XCLIENT come first where the client is handed over. */
static void greeting(const struct reply *r)
{
    const unsigned last = stage.route_flags & SG_ROUTE_XCLIENT ? 2 : 0;
    if (reply_is_own(r)) {
        at.taken = at.own_before = r->code == 220;
        at.over = !at.taken;
        return;
    }
    at.item = 0;
    while (at.item < last && !refuses_client(&mta.items[at.item]))
        at.item++;
    check(at.item < 2 || mta.items[at.item].verb == VERB_XCLIENT);
    same_reply(next_item(), r);
}

/* ---- the whole ---- */

static bool is_prefix(struct span part, struct span whole)
{
    return part.n <= whole.n && span_eq(part, span_of(whole.p, part.n));
}

static bool is_tls(struct span s, const char *types)
{
    return s.n == 0 || (s.n > 1 && strchr(types, s.p[0]) && s.p[1] == 3);
}

/* Nothing goes either way that does not begin as TLS does. */
static void tunnelled(void)
{
    struct span up = span_skip(bytes_of(&mta.wire), mta.tunnel), down = reply_before_421(at.heard);
    check(is_tls(up, "\x16") && is_tls(down, "\x15\x16"));
    check(is_prefix(up, at.sent));
    check(is_prefix(down, span_skip(bytes_of(&mta.said), mta.heard)));
}

/* The relay waits for the rest. */
static bool server_has_begun_a_reply(void)
{
    struct span said = bytes_of(&mta.said);
    struct reply r;
    while (said.n > 0 && reply_scan(said.p, said.n, &r) == REPLY_WHOLE)
        said = span_skip(said, r.raw.n);
    return said.n > 0;
}

/* Nothing is on its way, and nobody is being waited for: then nothing is owed. */
static void nothing_owed(void)
{
    check(!at.in_message || mta.mode == MTA_BODY);
    check(!at.owes_answer || server_has_begun_a_reply());
    if (at.in_message || mta.mode != MTA_LINES || server_has_begun_a_reply())
        return;
    check(at.taken || stage.server_left || at.item == mta.answered);
    check(at.sent.n == 0 || !memchr(at.sent.p, '\n', at.sent.n));
}

static bool can_judge(void)
{
    struct span said = bytes_of(&mta.said);
    return !mta.odd && !mta.blurred && buffer_len(&stage.heard) > 0 &&
           !memmem(said.p, said.n, PROXY_NAME, sizeof PROXY_NAME - 1);
}

void judge(bool settled)
{
    struct reply r;
    if (!can_judge())
        return;
    memset(&at, 0, sizeof at);
    at.sent = bytes_of(&stage.sent);
    at.heard = bytes_of(&stage.heard);
    if (next_reply(&r))
        greeting(&r);
    while (!at.tunnel && !at.lost && next_reply(&r))
        take_reply(&r);
    if (at.tunnel)
        tunnelled();
    else if (!at.lost)
        check(at.heard.n == 0 || stage.was_deaf);
    if (settled && !at.tunnel && !at.lost && !at.over)
        nothing_owed();
    buffer_finish(&at.chunks);
}
