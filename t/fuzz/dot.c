/* dot_feed() in arbitrary pieces against the slow reference; and what went on the
 * wire, ended by our own dot, read by the most lenient server. */
#include "fuzz.h"

#include "../unit/naive_dot.h"

static uint32_t cuts;

/* Half of the pieces are one byte, where the states are; some are of many blocks. */
static size_t next_cut(size_t left)
{
    size_t n;

    cuts = cuts * 1664525u + 1013904223u;
    n = cuts >> 31 ? 1 : 1 + (cuts >> 18) % (cuts >> 29 & 1 ? 64 : 2048);
    return n < left ? n : left;
}

static struct span bytes_of(const struct buffer *b)
{
    return span_of(buffer_head(b), buffer_len(b));
}

static void read_by_a_server(struct dot_outcome *o)
{
    struct buffer read = {0};

    buffer_append(&o->wire, ".\r\n", 3);
    check(lenient_read(bytes_of(&o->wire), &read) == buffer_len(&o->wire));
    check(span_eq(bytes_of(&read), bytes_of(&o->body)));
    buffer_finish(&read);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dot_outcome wanted, found;
    struct span input;
    bool normalise, discard;

    if (size < 2)
        return 0;
    normalise = data[0] & 1;
    discard = (data[0] & 6) == 6;
    cuts = data[1];
    input = span_of((const char *)data + 2, size - 2);
    if (data[0] & 8) { /* the reference is slow */
        input.n = input.n < 400 ? input.n : 400;
        wanted = naive_lf_dot(input, discard);
        found = fed_lf_dot(input, discard, next_cut);
    } else {
        wanted = naive_dot(input, normalise, discard);
        found = fed_dot(input, normalise, discard, next_cut);
    }
    check(dot_outcome_eq(&wanted, &found));
    if (found.result == DOT_END && !discard)
        read_by_a_server(&found);
    dot_outcome_finish(&wanted);
    dot_outcome_finish(&found);
    return 0;
}
