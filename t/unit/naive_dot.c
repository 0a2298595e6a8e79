/* The reference for dot.c.  It sees the whole input and looks at it a line at a
 * time; nothing is held back but by looking ahead. */
#include "naive_dot.h"

#include "../../daemon/base/check.h"

#include <sys/types.h>

enum ending { OPEN, OPEN_CR, CRLF, LF, CR };

struct naive_line {
    struct span text;
    enum ending ending;
    size_t raw; /* with its end */
};

static struct naive_line line_at(struct span rest)
{
    size_t n = 0;

    while (n < rest.n && rest.p[n] != '\r' && rest.p[n] != '\n')
        n++;
    if (n == rest.n)
        return (struct naive_line){span_of(rest.p, n), OPEN, n};
    if (rest.p[n] == '\n')
        return (struct naive_line){span_of(rest.p, n), LF, n + 1};
    if (n + 1 == rest.n)
        return (struct naive_line){span_of(rest.p, n), OPEN_CR, n + 1};
    if (rest.p[n + 1] == '\n')
        return (struct naive_line){span_of(rest.p, n), CRLF, n + 2};
    return (struct naive_line){span_of(rest.p, n), CR, n + 1};
}

static void both(struct dot_outcome *o, const char *text)
{
    buffer_append(&o->wire, text, strlen(text));
    buffer_append(&o->body, text, strlen(text));
}

/* NUL and a dot in either order begin the line: where in it that is seen; else -1. */
static ssize_t nul_and_dot(struct span text, bool proper)
{
    size_t n = 0;

    while (n < text.n && text.p[n] == '\0')
        n++;
    if (n > 0)
        return n < text.n && text.p[n] == '.' ? (ssize_t)n : -1;
    return proper && text.n > 1 && text.p[0] == '.' && text.p[1] == '\0' ? 0 : -1;
}

/* proper: the line stands behind CRLF, or is the first. */
static void put_text(struct dot_outcome *o, struct span text, bool proper)
{
    bool dot = text.n > 0 && text.p[0] == '.';
    struct span body = dot && proper ? span_skip(text, 1) : text;

    if (dot && !proper)
        buffer_append(&o->wire, ".", 1);
    buffer_append(&o->wire, text.p, text.n);
    buffer_append(&o->body, body.p, body.n);
}

static void put_end(struct dot_outcome *o, enum ending ending, bool normalise)
{
    if (ending == CR)
        o->result = DOT_BARE_CR;
    else if (ending == LF && !normalise)
        o->result = DOT_BARE_LF;
    else if (ending == LF || ending == CRLF)
        both(o, "\r\n");
}

/* A line of a dot alone, behind CRLF. */
static void put_dot(struct dot_outcome *o, enum ending ending, bool normalise)
{
    if (ending == CRLF)
        o->result = DOT_END;
    else if (ending == LF && normalise) {
        buffer_append(&o->wire, ".", 1);
        both(o, ".\r\n");
    } else
        put_end(o, ending, normalise);
}

/* The end of data in bytes nobody wants. */
static struct dot_outcome naive_discard(struct span input)
{
    struct dot_outcome o = {.consumed = input.n, .result = DOT_MORE};

    for (size_t i = 0; i + 3 <= input.n; i++) {
        bool proper = i == 0 || (i >= 2 && memcmp(input.p + i - 2, "\r\n", 2) == 0);

        if (!proper || memcmp(input.p + i, ".\r\n", 3) != 0)
            continue;
        o.consumed = i + 3;
        o.result = DOT_END;
        break;
    }
    return o;
}

struct dot_outcome naive_dot(struct span input, bool normalise, bool discard)
{
    struct dot_outcome o = {.result = DOT_MORE};
    bool proper = true;

    if (discard)
        return naive_discard(input);
    while (o.consumed < input.n && o.result == DOT_MORE) {
        struct naive_line line = line_at(span_skip(input, o.consumed));
        ssize_t nul = nul_and_dot(line.text, proper);

        if (nul >= 0) {
            put_text(&o, span_of(line.text.p, (size_t)nul), proper);
            o.consumed += nul ? (size_t)nul : 1;
            o.result = DOT_NUL;
            break;
        }
        o.consumed += line.raw;
        if (proper && span_eq(line.text, span_str(".")))
            put_dot(&o, line.ending, normalise);
        else {
            put_text(&o, line.text, proper);
            put_end(&o, line.ending, normalise);
        }
        proper = line.ending == CRLF;
    }
    return o;
}

static struct dot_outcome fed(struct dot dot, struct span input, size_t (*next_cut)(size_t left))
{
    struct dot_outcome o = {.result = DOT_MORE};
    unsigned idle = 0;

    while (o.consumed < input.n && o.result == DOT_MORE) {
        struct span piece = span_of(input.p + o.consumed, next_cut(input.n - o.consumed));

        while (piece.n > 0 && o.result == DOT_MORE) {
            struct dot_run run = dot_feed(&dot, piece.p, piece.n);

            check(run.consumed <= piece.n);
            idle = run.consumed ? 0 : idle + 1;
            check(idle < 2);
            buffer_append(&o.wire, run.wire.p, run.wire.n);
            buffer_append(&o.body, run.body.p, run.body.n);
            piece = span_skip(piece, run.consumed);
            o.consumed += run.consumed;
            o.result = run.result;
        }
    }
    return o;
}

struct dot_outcome fed_dot(struct span input, bool normalise, bool discard,
                           size_t (*next_cut)(size_t left))
{
    struct dot dot;

    dot_init(&dot, normalise);
    dot.discard = discard;
    return fed(dot, input, next_cut);
}

struct dot_outcome fed_lf_dot(struct span input, bool discard, size_t (*next_cut)(size_t left))
{
    struct dot dot;

    dot_init(&dot, false);
    dot.lf_ends = true;
    dot.discard = discard;
    return fed(dot, input, next_cut);
}

static void with_crlf(struct span input, struct buffer *out)
{
    for (size_t i = 0; i < input.n; i++)
        if (input.p[i] == '\n' && (i == 0 || input.p[i - 1] != '\r'))
            buffer_append(out, "\r\n", 2);
        else
            buffer_append(out, input.p + i, 1);
}

struct dot_outcome naive_lf_dot(struct span input, bool discard)
{
    struct buffer all = {0}, taken = {0};

    with_crlf(input, &all);
    struct dot_outcome o = naive_dot(span_of(buffer_head(&all), buffer_len(&all)), false, discard);
    for (size_t n = 0; n <= input.n; n++) { /* as much of the input as that is of the other */
        buffer_cut(&taken, 0);
        with_crlf(span_of(input.p, n), &taken);
        if (buffer_len(&taken) >= o.consumed) {
            o.consumed = n;
            break;
        }
    }
    buffer_finish(&all);
    buffer_finish(&taken);
    return o;
}

static bool same(const struct buffer *a, const struct buffer *b)
{
    return span_eq(span_of(buffer_head(a), buffer_len(a)), span_of(buffer_head(b), buffer_len(b)));
}

bool dot_outcome_eq(const struct dot_outcome *a, const struct dot_outcome *b)
{
    return a->result == b->result && a->consumed == b->consumed && same(&a->wire, &b->wire) &&
           same(&a->body, &b->body);
}

void dot_outcome_finish(struct dot_outcome *o)
{
    buffer_finish(&o->wire);
    buffer_finish(&o->body);
}

size_t lenient_read(struct span wire, struct buffer *body)
{
    size_t at = 0;

    while (at < wire.n) {
        const char *lf = memchr(wire.p + at, '\n', wire.n - at);
        struct span line = span_of(wire.p + at, lf ? (size_t)(lf - wire.p) - at : wire.n - at);

        if (!lf)
            return 0;
        at += line.n + 1;
        if (line.n > 0 && line.p[line.n - 1] == '\r')
            line.n--;
        if (span_eq(line, span_str(".")))
            return at;
        if (line.n > 0 && line.p[0] == '.')
            line = span_skip(line, 1);
        buffer_append(body, line.p, line.n);
        buffer_append(body, "\r\n", 2);
    }
    return 0;
}
