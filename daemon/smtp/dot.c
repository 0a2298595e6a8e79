/* The DATA phase.  What stands between two places that need a decision goes by
 * in one run, looked through in blocks and, around what is not clean, line by
 * line with memchr(); a byte is looked at a bounded number of times.  What
 * cannot be decided yet (a CR, a dot at the start of a line, both) is held back
 * as a state, not as a byte, and comes out of a constant later: so nothing is
 * ever on the wire that would have to be taken back.
 *
 * A dot after CRLF is stuffing, unless a bare LF follows: the line is then a
 * dot and nothing else, which stuffing cannot have made.  A dot after a bare LF
 * was not stuffed by anybody who follows the standard; it is the line's first
 * character.  Both go on as "..", so that a strict and a lenient MTA read the
 * same, and no MTA an end of data.
 *
 * An MTA that drops NUL, or for which a line is a string of C, takes NUL "." or
 * "." NUL for that, too.  There is no spelling of such a line that every MTA reads
 * the same way, and no honest mail has one. */
#include "dot.h"

enum state {
    LINE_START, /* after CRLF, or at the very start: a dot may be the end */
    AFTER_LF,   /* after a bare LF: a dot is text */
    AFTER_NUL,  /* nothing but NUL since the line began */
    IN_LINE,
    HELD_CR,     /* a CR inside or at the end of a line */
    HELD_DOT,    /* "." after CRLF */
    HELD_DOT_CR, /* ".CR" after CRLF */
    STATES
};

#define BLOCK 256 /* bytes */

static const struct span nothing = {"", 0};

void dot_init(struct dot *dot, bool normalise)
{
    *dot = (struct dot){.state = LINE_START, .normalise = normalise};
}

static struct dot_run step(struct dot *dot, enum state next, size_t consumed)
{
    dot->state = (unsigned char)next;
    return (struct dot_run){nothing, nothing, consumed, DOT_MORE};
}

static struct dot_run fixed(struct dot *dot, enum state next, size_t consumed, const char *wire,
                            const char *body)
{
    struct dot_run run = step(dot, next, consumed);

    run.wire = span_str(wire);
    run.body = span_str(body);
    return run;
}

static struct dot_run stop(struct dot *dot, enum dot_result result, size_t consumed)
{
    struct dot_run run = step(dot, result == DOT_END ? LINE_START : IN_LINE, consumed);

    run.result = result;
    return run;
}

/* A line that LF alone ends; what of it was held is fixed up by the caller. */
static struct dot_run bare_lf(struct dot *dot, const char *wire, const char *body)
{
    if (dot->lf_ends)
        return fixed(dot, LINE_START, 1, wire, body);
    if (!dot->normalise)
        return stop(dot, DOT_BARE_LF, 1);
    return fixed(dot, AFTER_LF, 1, wire, body);
}

/* How a line goes on from p: where its run stops, and what stops it there. */
static const char *clean_end(const char *p, const char *end, enum state *next)
{
    const char *lf = memchr(p, '\n', (size_t)(end - p));
    const char *limit = lf ? lf : end;
    const char *cr = memchr(p, '\r', (size_t)(limit - p));

    if (cr != NULL && cr + 1 == lf) {
        *next = LINE_START;
        return lf + 1;
    }
    *next = cr ? HELD_CR : IN_LINE;
    return cr ? cr : limit;
}

/* Every CR in it has its LF, every LF its CR, and no line begins with a dot or NUL, as
 * far as it and the byte before it tell.  No branch for a byte: compilers make vectors of it. */
static inline __attribute__((always_inline)) bool is_clean(const unsigned char *block)
{
    const unsigned char *before = block - 1;
    unsigned char bad = 0;

    for (unsigned i = 0; i < BLOCK; i++)
        bad |= (unsigned char)((block[i] == '\n') ^ (before[i] == '\r')) |
               (unsigned char)(((block[i] == '.') | (block[i] == '\0')) & (before[i] == '\n'));
    return !bad;
}

static inline __attribute__((always_inline)) const char *skip_clean(const char *p, const char *end)
{
    while (end - p >= BLOCK && is_clean((const unsigned char *)p))
        p += BLOCK;
    return p;
}

/* The same, in vectors twice as long where the processor has them.  DOT_NARROW: a test
 * wants to see the others. */
#if defined(__x86_64__) && !defined(DOT_NARROW)
__attribute__((target("avx2"))) static const char *skip_clean_wide(const char *p, const char *end)
{
    return skip_clean(p, end);
}

static bool has_wide(void)
{
    return __builtin_cpu_supports("avx2");
}
#else
#define skip_clean_wide skip_clean
#define has_wide() false
#endif

/* How far clean blocks reach, but for a line's end: that is where a dot may follow.
 * The first byte of text is no LF. */
static const char *clean_blocks(const char *text, const char *end)
{
    const char *p = has_wide() ? skip_clean_wide(text + 1, end) : skip_clean(text + 1, end);

    while (p > text && (p[-1] == '\r' || p[-1] == '\n'))
        p--;
    return p;
}

/* The run of clean lines that begins with wire, whose text begins with body.  There is
 * a byte of text, and it is no LF. */
static struct dot_run lines(struct dot *dot, const char *wire, const char *body, const char *end)
{
    const char *p = clean_blocks(body, end);
    enum state next = IN_LINE;
    struct dot_run run;
    size_t held;

    do
        p = clean_end(p, end, &next);
    while (next == LINE_START && p < end && *p != '.' && *p != '\0');
    held = next == HELD_CR ? 1 : 0;
    run = step(dot, next, (size_t)(p - wire) + held);
    run.wire = span_of(wire, (size_t)(p - wire));
    run.body = span_of(body, (size_t)(p - body));
    return run;
}

/* The commonest end of a message, in one call with the lines before it. */
static struct dot_run lines_and_end(struct dot *dot, const char *bytes, size_t n)
{
    struct dot_run run = lines(dot, bytes, bytes, bytes + n);

    if (dot->state == LINE_START && n - run.consumed >= 3 &&
        memcmp(bytes + run.consumed, ".\r\n", 3) == 0) {
        run.consumed += 3;
        run.result = DOT_END;
    }
    return run;
}

static struct dot_run in_line(struct dot *dot, const char *bytes, size_t n)
{
    if (bytes[0] == '\n')
        return bare_lf(dot, "\r\n", "\r\n");
    return lines_and_end(dot, bytes, n);
}

/* They have gone by before it is known what they stand before. */
static struct dot_run leading_nul(struct dot *dot, const char *bytes, size_t n)
{
    size_t length = 1;
    struct dot_run run;

    while (length < n && bytes[length] == '\0')
        length++;
    run = step(dot, AFTER_NUL, length);
    run.wire = run.body = span_of(bytes, length);
    return run;
}

static struct dot_run after_nul(struct dot *dot, const char *bytes, size_t n)
{
    if (bytes[0] == '.')
        return stop(dot, DOT_NUL, 0);
    return bytes[0] == '\0' ? leading_nul(dot, bytes, n) : in_line(dot, bytes, n);
}

static struct dot_run after_lf(struct dot *dot, const char *bytes, size_t n)
{
    if (bytes[0] == '.')
        return fixed(dot, IN_LINE, 1, "..", ".");
    return bytes[0] == '\0' ? leading_nul(dot, bytes, n) : in_line(dot, bytes, n);
}

static struct dot_run line_start(struct dot *dot, const char *bytes, size_t n)
{
    if (bytes[0] != '.')
        return bytes[0] == '\0' ? leading_nul(dot, bytes, n) : in_line(dot, bytes, n);
    if (n == 1 || bytes[1] == '\r' || bytes[1] == '\n' || bytes[1] == '\0')
        return step(dot, HELD_DOT, 1);
    return lines(dot, bytes, bytes + 1, bytes + n);
}

static struct dot_run held_cr(struct dot *dot, const char *bytes, size_t n)
{
    (void)n;
    if (bytes[0] != '\n')
        return stop(dot, DOT_BARE_CR, 0);
    return fixed(dot, LINE_START, 1, "\r\n", "\r\n");
}

static struct dot_run held_dot(struct dot *dot, const char *bytes, size_t n)
{
    (void)n;
    if (bytes[0] == '\r')
        return step(dot, HELD_DOT_CR, 1);
    if (bytes[0] == '\n' && dot->lf_ends)
        return stop(dot, DOT_END, 1);
    if (bytes[0] == '\n')
        return bare_lf(dot, "..\r\n", ".\r\n");
    if (bytes[0] == '\0')
        return stop(dot, DOT_NUL, 0);
    return fixed(dot, IN_LINE, 0, ".", "");
}

static struct dot_run held_dot_cr(struct dot *dot, const char *bytes, size_t n)
{
    (void)n;
    return bytes[0] == '\n' ? stop(dot, DOT_END, 1) : stop(dot, DOT_BARE_CR, 0);
}

/* Discarding: what follows a byte in a state, and no byte is an error. */
static enum state skipped(enum state state, char c, bool lf_ends)
{
    if (c == '\r')
        return state == HELD_DOT ? HELD_DOT_CR : HELD_CR;
    if (c == '\n')
        return state == HELD_CR || lf_ends ? LINE_START : IN_LINE;
    return c == '.' && state == LINE_START ? HELD_DOT : IN_LINE;
}

static struct dot_run discard(struct dot *dot, const char *bytes, size_t n)
{
    enum state state = (enum state)dot->state;
    const char first = dot->lf_ends ? '\n' : '\r'; /* byte of a line end */

    for (size_t i = 0; i < n; i++) {
        bool dot_line = state == HELD_DOT_CR || (state == HELD_DOT && dot->lf_ends);

        if (dot_line && bytes[i] == '\n')
            return stop(dot, DOT_END, i + 1);
        if (state == IN_LINE) {
            const char *end = memchr(bytes + i, first, n - i);

            i = end ? (size_t)(end - bytes) : n - 1;
        }
        state = skipped(state, bytes[i], dot->lf_ends);
    }
    return step(dot, state, n);
}

struct dot_run dot_feed(struct dot *dot, const char *bytes, size_t n)
{
    static struct dot_run (*const steps[STATES])(struct dot *, const char *, size_t) = {
        [LINE_START] = line_start, [AFTER_LF] = after_lf, [IN_LINE] = in_line,
        [HELD_CR] = held_cr,       [HELD_DOT] = held_dot, [HELD_DOT_CR] = held_dot_cr,
        [AFTER_NUL] = after_nul,
    };

    if (n == 0)
        return step(dot, (enum state)dot->state, 0);
    if (dot->discard)
        return discard(dot, bytes, n);
    return steps[dot->state](dot, bytes, n);
}
