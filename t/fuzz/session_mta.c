/* The server's side.  What it says comes from the script; what it understands of the
 * bytes it got is read twice, by a strict MTA (only CRLF.CRLF ends data) and by a
 * lenient one, and must be the same: the same commands, the same messages, and no
 * message but those that passed.
 *
 * Its mode follows from its own replies, as in any MTA: the n-th answers the n-th
 * thing that gets one. */
#include "session_mta.h"

#include "../../daemon/smtp/bdat.h"
#include "../../daemon/smtp/reply.h"
#include "../unit/naive_dot.h"

#include <smtp-gated/plugin.h>
#include <stdio.h>
#include <stdlib.h>

struct mta mta;

static struct span wire_from(size_t at)
{
    return span_skip(bytes_of(&mta.wire), at);
}

struct span mta_line(const struct item *item)
{
    return span_of(buffer_head(&mta.wire) + item->at, item->n);
}

struct span mta_reply(const struct item *item)
{
    return span_of(buffer_head(&mta.said) + item->reply_at, item->reply_n);
}

void mta_begin(void)
{
    mta = (struct mta){.obliging = true};
}

void mta_end(void)
{
    free(mta.items);
    buffer_finish(&mta.wire);
    buffer_finish(&mta.said);
    buffer_finish(&mta.chunks);
    buffer_finish(&mta.words);
}

/* ---- messages ---- */

/* Its end has come: then it is the next of those that passed, byte for byte. */
static void message_complete(struct span message)
{
    const struct buffer *passed = verdicts_passed(mta.messages++);
    check(passed);
    check(span_eq(bytes_of(passed), message));
}

/* No MTA, however lenient, may see a line end that is none. */
static void line_ends_are_crlf(struct span body)
{
    for (size_t i = 0; i < body.n; i++) {
        check(body.p[i] != '\n' || (i > 0 && body.p[i - 1] == '\r'));
        check(body.p[i] != '\r' || i + 1 == body.n || body.p[i + 1] == '\n');
    }
}

/* Behind CRLF.CRLF or a first .CRLF; 0: it has not come. */
static size_t strict_end(struct span body)
{
    const char *dot = memmem(body.p, body.n, "\r\n.\r\n", 5);
    if (body.n >= 3 && memcmp(body.p, ".\r\n", 3) == 0)
        return 3;
    return dot ? (size_t)(dot - body.p) + 5 : 0;
}

/* ---- what gets a reply ---- */

static void effect(struct item *item);

static void answered(struct item *item, int code, size_t at, size_t n)
{
    item->answered = true;
    item->code = code;
    item->reply_at = at;
    item->reply_n = n;
    mta.answered++;
    effect(item);
}

static struct item *item_new(enum item_kind kind, enum verb verb, struct span line)
{
    mta.items = xrealloc(mta.items, (mta.count + 1) * sizeof *mta.items);
    struct item *item = &mta.items[mta.count++];
    *item = (struct item){.kind = kind, .verb = verb, .n = line.n};
    if (line.n)
        item->at = (size_t)(line.p - buffer_head(&mta.wire));
    return item;
}

void mta_connected(void)
{
    item_new(ITEM_BANNER, VERB_UNKNOWN, span_of("", 0));
}

/* Behind these the relay must wait for the reply. */
static bool awaits(void)
{
    const struct item *last = mta.count ? &mta.items[mta.count - 1] : NULL;
    return last && !last->answered &&
           (last->kind == ITEM_BANNER || last->kind == ITEM_ANSWER || last->verb == VERB_DATA ||
            last->verb == VERB_AUTH || last->verb == VERB_STARTTLS || careless_waits(last));
}

/* ---- the wire ---- */

static bool read_body(void)
{
    struct span body = wire_from(mta.body);
    struct buffer lenient = {0};
    size_t end = strict_end(body), lenient_end = lenient_read(body, &lenient);
    line_ends_are_crlf(span_of(body.p, end ? end : body.n));
    check(end == lenient_end);
    if (end) {
        message_complete(bytes_of(&lenient));
        mta.read = mta.body + end;
        mta.mode = MTA_LINES;
        struct item *item = item_new(ITEM_END, VERB_UNKNOWN, span_of("", 0));
        if (mta.early.is)
            answered(item, mta.early.code, mta.early.at, mta.early.n);
        mta.early.is = false;
    }
    buffer_finish(&lenient);
    return end > 0;
}

/* Once it is refused no more of it comes. */
static bool read_chunk(void)
{
    struct span rest = wire_from(mta.read);
    const struct item *item = &mta.items[mta.count - 1];
    check(rest.n == 0 || mta.chunk_left == 0 || !item->answered || item->code / 100 == 2);
    size_t take = rest.n < mta.chunk_left ? rest.n : (size_t)mta.chunk_left;
    buffer_append(&mta.chunks, rest.p, take);
    mta.read += take;
    mta.chunk_left -= take;
    if (mta.chunk_left == 0)
        mta.mode = MTA_LINES;
    return take > 0 || mta.chunk_left == 0;
}

/* The relay says LAST by itself, with no bytes, and only when each chunk was taken. */
static void bdat(struct span arg)
{
    bool last;
    check(bdat_parse(arg, &mta.chunk_left, &last));
    mta.mode = MTA_CHUNK;
    if (!last)
        return;
    check(mta.chunk_left == 0 && mta.answered + 1 == mta.count && !mta.chunk_refused);
    message_complete(bytes_of(&mta.chunks));
    buffer_finish(&mta.chunks);
}

static bool is_proxy_line(struct span line)
{
    return mta.count == 1 && mta.read == 0 && stage.route_flags & SG_ROUTE_PROXY && line.n > 6 &&
           memcmp(line.p, "PROXY ", 6) == 0;
}

static void read_line(struct span line)
{
    struct command c = command_parse(line);
    enum item_kind kind = mta.answer_next ? ITEM_ANSWER : ITEM_COMMAND;
    mta.answer_next = false;
    if (is_proxy_line(line))
        return;
    item_new(kind, kind == ITEM_ANSWER ? VERB_UNKNOWN : c.verb, line);
    if (kind == ITEM_COMMAND)
        careless_command(line);
    if (kind == ITEM_COMMAND && c.verb == VERB_BDAT)
        bdat(c.arg);
}

/* Lines end in CRLF, and hold no control byte that might end one. */
static bool read_lines(void)
{
    struct span rest = wire_from(mta.read);
    const char *lf = rest.n ? memchr(rest.p, '\n', rest.n) : NULL;
    check(rest.n == 0 || !awaits() || (mta.count == 1 && stage.route_flags & SG_ROUTE_PROXY));
    if (!lf)
        return false;
    size_t n = (size_t)(lf - rest.p);
    check(n > 0 && lf[-1] == '\r');
    struct span line = span_of(rest.p, n - 1);
    check(line.n == 0 || (!memchr(line.p, '\r', line.n) && !memchr(line.p, 0, line.n)));
    read_line(line);
    mta.read += n + 1;
    return true;
}

static bool read_tunnel(void)
{
    careless_tunnel(wire_from(mta.tunnel));
    mta.read = buffer_len(&mta.wire);
    return false;
}

/* It might take what comes for a message, or not: nothing comes. */
static bool read_nothing(void)
{
    check(mta.read == buffer_len(&mta.wire));
    return false;
}

static bool read_rest(void)
{
    mta.read = buffer_len(&mta.wire);
    return false;
}

void mta_read(void)
{
    static bool (*const readers[])(void) = {
        [MTA_LINES] = read_lines,   [MTA_BODY] = read_body,     [MTA_CHUNK] = read_chunk,
        [MTA_TUNNEL] = read_tunnel, [MTA_TAKEN] = read_nothing, [MTA_ODD] = read_rest};
    while (readers[mta.mode]())
        ;
}

/* ---- its words ---- */

static void grow_odd(void)
{
    mta.odd = true;
    mta.mode = MTA_ODD;
}

static void effect_of_verb(struct item *item)
{
    bool good = item->code / 100 == 2;
    if (item->verb == VERB_BDAT && !good)
        mta.chunk_refused = true;
    if (item->verb == VERB_DATA && good)
        mta.mode = MTA_TAKEN;
    if (item->verb == VERB_STARTTLS && item->code == 220) {
        mta.mode = MTA_TUNNEL;
        mta.tunnel = mta.read;
    }
    if (good && (item->verb == VERB_MAIL || item->verb == VERB_RSET || item->verb == VERB_HELO ||
                 item->verb == VERB_EHLO)) {
        buffer_finish(&mta.chunks);
        mta.chunk_refused = false;
    }
}

/* A 3xx has a meaning behind DATA and in AUTH; elsewhere no relay could follow. */
static void effect(struct item *item)
{
    if (item->kind == ITEM_BANNER)
        return;
    if (item->code / 100 != 3) {
        effect_of_verb(item);
    } else if (item->verb == VERB_DATA && item->code == 354) {
        mta.mode = MTA_BODY;
        mta.body = mta.read;
    } else if ((item->verb == VERB_AUTH || item->kind == ITEM_ANSWER) && item->code == 334) {
        mta.answer_next = true;
    } else
        grow_odd();
}

/* A reply to nothing: an early one to the message, a farewell, or nonsense. */
static void unasked(const struct reply *r, size_t at)
{
    if (mta.mode == MTA_BODY && !mta.early.is)
        mta.early = (struct reply_note){true, r->code, at, r->raw.n};
    else if (r->code == 421)
        mta.blurred = true;
    else
        grow_odd();
}

void mta_spoke(void)
{
    while (!mta.odd && mta.mode != MTA_TUNNEL) {
        struct reply r;
        struct span rest = span_skip(bytes_of(&mta.said), mta.heard);
        enum reply_state state = reply_scan(rest.p, rest.n, &r);
        if (state == REPLY_BROKEN)
            grow_odd();
        if (rest.n >= stage.core->buffer_size)
            mta.blurred = true;
        if (state != REPLY_WHOLE)
            return;
        size_t at = mta.heard;
        mta.heard += r.raw.n;
        if (mta.answered < mta.count)
            answered(&mta.items[mta.answered], r.code, at, r.raw.n);
        else
            unasked(&r, at);
    }
}

/* ---- obliging ---- */

static const char *const usual[VERB_COUNT] = {
    [VERB_EHLO] = "250-mta.test\r\n250-PIPELINING\r\n250-CHUNKING\r\n250-SIZE 99999\r\n"
                  "250-AUTH PLAIN LOGIN\r\n250-STARTTLS\r\n250-XCLIENT NAME ADDR\r\n"
                  "250 ENHANCEDSTATUSCODES\r\n",
    [VERB_DATA] = "354 go on\r\n",
    [VERB_AUTH] = "334 VXNlcm5hbWU6\r\n",
    [VERB_STARTTLS] = "220 tls\r\n",
    [VERB_XCLIENT] = "220 mta.test ready\r\n",
};

static void usual_reply(const struct item *item, char *text, size_t room)
{
    static const int codes[] = {
        [ITEM_BANNER] = 220, [ITEM_COMMAND] = 250, [ITEM_ANSWER] = 235, [ITEM_END] = 250};
    struct span line = mta_line(item);
    int code = codes[item->kind];
    if (item->verb == VERB_RCPT && memmem(line.p, line.n, "nobody", 6))
        code = 550;
    if (item->verb == VERB_QUIT)
        code = 221;
    if (item->kind == ITEM_COMMAND && usual[item->verb])
        snprintf(text, room, "%s", usual[item->verb]);
    else
        snprintf(text, room, "%d mta #%u\r\n", code, mta.answered);
}

/* The script's next reply, if it has one for us. */
static bool scripted(char *text, size_t room)
{
    struct reply r;
    struct span words = bytes_of(&mta.words);
    if (reply_scan(words.p, words.n, &r) != REPLY_WHOLE || r.raw.n >= room)
        return false;
    memcpy(text, r.raw.p, r.raw.n);
    text[r.raw.n] = '\0';
    buffer_consume(&mta.words, r.raw.n);
    return true;
}

bool mta_oblige(void)
{
    char text[2048];
    bool due = mta.obliging && stage.server >= 0 && !mta.odd && mta.answered < mta.count &&
               mta.mode != MTA_TUNNEL && mta.mode != MTA_CHUNK;
    if (!due)
        return false;
    const struct item *item = &mta.items[mta.answered];
    bool farewell = item->verb == VERB_QUIT;
    if (!scripted(text, sizeof text))
        usual_reply(item, text, sizeof text);
    bool taken = server_say_now(span_str(text));
    if (farewell)
        server_leave(false);
    return taken;
}
