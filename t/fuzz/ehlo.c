/* The EHLO filter: from a whole 250 reply comes a whole 250 reply, with nothing in
 * it that a second filtering would take out. */
#include "fuzz.h"

#include "../../daemon/smtp/ehlo.h"
#include "../../daemon/smtp/reply.h"

static struct span bytes_of(const struct buffer *b)
{
    return span_of(buffer_head(b), buffer_len(b));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ehlo_policy policy;
    struct buffer once = {0}, twice = {0};
    struct reply in, out;
    unsigned offered, left;

    if (size < 1 || reply_scan((const char *)data + 1, size - 1, &in) != REPLY_WHOLE ||
        in.code != 250)
        return 0;
    policy = (struct ehlo_policy){.forbid_starttls = data[0] & 1,
                                  .size_limit = data[0] & 2 ? 1000 : 0,
                                  .max_recipients = data[0] & 4 ? 200 : 0};
    offered = ehlo_filter(in.raw, &policy, &once);
    check(reply_scan(buffer_head(&once), buffer_len(&once), &out) == REPLY_WHOLE);
    check(out.code == 250 && out.raw.n == buffer_len(&once) && out.lines <= in.lines);
    left = ehlo_filter(bytes_of(&once), &policy, &twice);
    check(span_eq(bytes_of(&once), bytes_of(&twice)));
    check((left & ~offered) == 0);
    check(!(left & EHLO_XCLIENT) && !(policy.forbid_starttls && (left & EHLO_STARTTLS)));
    check((left & EHLO_SIZE) == (offered & EHLO_SIZE));
    buffer_finish(&once);
    buffer_finish(&twice);
    return 0;
}
