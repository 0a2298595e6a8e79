/* The DATA phase once more, line by line over the whole input, as slow as it is
 * simple: what dot.c is compared with, by the unit tests and the fuzzer. */
#ifndef SG_T_NAIVE_DOT_H
#define SG_T_NAIVE_DOT_H

#include "../../daemon/base/buffer.h"
#include "../../daemon/smtp/dot.h"

struct dot_outcome {
    struct buffer wire, body;
    size_t consumed;
    enum dot_result result;
};

/* All of the input that may be taken: up to the end of data, the refusal, or the
 * end of the input. */
struct dot_outcome naive_dot(struct span input, bool normalise, bool discard);

/* dot_feed() over the same input, in pieces: next_cut(left) says how long the
 * next one is.  Fails by check() where a call makes no progress. */
struct dot_outcome fed_dot(struct span input, bool normalise, bool discard,
                           size_t (*next_cut)(size_t left));

/* The same for clients whose lines end with LF alone: what naive_dot() finds where each of
 * them has its CR.  As slow as the square of the input. */
struct dot_outcome fed_lf_dot(struct span input, bool discard, size_t (*next_cut)(size_t left));
struct dot_outcome naive_lf_dot(struct span input, bool discard);

bool dot_outcome_eq(const struct dot_outcome *a, const struct dot_outcome *b);
void dot_outcome_finish(struct dot_outcome *o);

/* What a server that takes LF for a line end, and a dot between any two of them
 * for the end of data, makes of the bytes: unstuffed lines with CRLF in *body.
 * The bytes up to the end of data, or 0 if there is none. */
size_t lenient_read(struct span wire, struct buffer *body);

#endif
