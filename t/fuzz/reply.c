/* Replies: a whole one is partial at every byte before its end, and says the same
 * whatever follows it. */
#include "fuzz.h"

#include "../../daemon/smtp/reply.h"

#define ENOUGH 512u

static void whole(struct span bytes, const struct reply *reply)
{
    struct reply part;
    size_t ahead = reply_complete_lines(bytes.p, bytes.n);
    struct span final = span_skip(reply->raw, ahead);

    check(reply->code >= 100 && reply->code <= 999 && reply->lines > 0);
    check(reply->raw.p == bytes.p && within(reply->raw, bytes) && within(reply->last, final));
    while (final.n > 0 && memchr(" \t\r\n", final.p[0], 4))
        final = span_skip(final, 1);
    check(final.n >= 4 && memchr(final.p, '\n', final.n) == final.p + final.n - 1);
    check((reply->lines == 1) == (ahead == 0));
    for (size_t n = 0; n < reply->raw.n; n++)
        check(reply_scan(bytes.p, n, &part) == REPLY_PARTIAL);
    check(reply_scan(bytes.p, reply->raw.n, &part) == REPLY_WHOLE);
    check(part.code == reply->code && span_eq(part.raw, reply->raw));
    check(within(reply_enhanced(reply->last), reply->last));
}

/* What is written is one reply to readers that know CR, LF or both for line ends. */
static void plain(const struct reply *reply)
{
    struct buffer out = {0};
    struct reply again;

    if (reply->mixed)
        reply_write_agreed(reply, &out);
    else
        reply_write_plain(reply->raw, &out);
    struct span text = span_of(buffer_head(&out), buffer_len(&out));
    check(reply_is_plain(text));
    check((reply_is_plain(reply->raw) && !reply->mixed) == span_eq(text, reply->raw));
    check(reply_scan(text.p, text.n, &again) == REPLY_WHOLE && !again.mixed);
    check(again.raw.n == text.n && again.code == reply->code && again.lines == reply->lines);
    buffer_finish(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span bytes = span_of((const char *)data, size < ENOUGH ? size : ENOUGH);
    struct reply reply;
    enum reply_state state = reply_scan(bytes.p, bytes.n, &reply);

    if (state == REPLY_WHOLE) {
        whole(bytes, &reply);
        plain(&reply);
    }
    check(reply_complete_lines(bytes.p, bytes.n) <= bytes.n);
    reply_enhanced(bytes);
    return 0;
}
