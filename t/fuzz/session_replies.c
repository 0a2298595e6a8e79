/* Replies as the client of the whole-session target gets them: which is the relay's own,
 * which is the server's. */
#include "session_mta.h"

#include "../../daemon/smtp/reply.h"

struct span reply_words(const struct reply *r)
{
    struct span enhanced = reply_enhanced(r->last);
    return enhanced.n ? span_trim(span_skip(r->last, enhanced.n)) : r->last;
}

bool reply_is_own(const struct reply *r)
{
    struct span words = reply_words(r);
    size_t n = sizeof PROXY_NAME - 1;
    return words.n >= n && memcmp(words.p, PROXY_NAME, n) == 0;
}

/* As the client is to see it. */
static void write_mended(struct span said, struct buffer *out)
{
    struct reply r;
    if (reply_scan(said.p, said.n, &r) == REPLY_WHOLE && r.mixed)
        reply_write_agreed(&r, out);
    else
        reply_write_plain(said, out);
}

bool reply_is(const struct reply *r, struct span said)
{
    struct buffer mended = {0};
    write_mended(said, &mended);
    const bool same = span_eq(bytes_of(&mended), r->raw);
    buffer_finish(&mended);
    return same;
}

struct span reply_before_421(struct span heard)
{
    struct reply r;
    for (size_t i = 0; i < heard.n; i++)
        if (heard.p[i] == '4' && reply_scan(heard.p + i, heard.n - i, &r) == REPLY_WHOLE &&
            r.code == 421 && reply_is_own(&r) && i + r.raw.n == heard.n)
            return span_of(heard.p, i);
    return heard;
}
