/* The DATA phase: what ends it, what goes on the wire, what the checks see. */
#include "unit.h"

#include "naive_dot.h"

#include <stdlib.h>

#define END "\r\n.\r\n"

static size_t whole(size_t left)
{
    return left;
}
static size_t one(size_t left)
{
    return left ? 1 : 0;
}
static size_t random_piece(size_t left)
{
    return 1 + random_below(left < 20 ? (uint32_t)left : 20);
}

static struct span bytes_of(const struct buffer *b)
{
    return span_of(buffer_head(b), buffer_len(b));
}

static size_t long_piece(size_t left)
{
    return left < 300 ? left : 257 + random_below(40);
}

/* The input, uncut and a byte at a time, comes out as wanted. */
static void comes_out(struct span input, bool normalise, enum dot_result result, struct span wire,
                      struct span body)
{
    size_t (*const cuts[])(size_t) = {whole, one};

    for (size_t i = 0; i < COUNT(cuts); i++) {
        struct dot_outcome o = fed_dot(input, normalise, false, cuts[i]);

        assert_spans(bytes_of(&o.wire), wire);
        assert_spans(bytes_of(&o.body), body);
        assert_int_equal(o.result, result);
        dot_outcome_finish(&o);
    }
}

static void normalised(const char *input, enum dot_result result, const char *wire,
                       const char *body)
{
    comes_out(span_str(input), true, result, span_str(wire), span_str(body));
}

static void ends_at_crlf_dot_crlf(void **state)
{
    (void)state;
    normalised("a\r\n.\r\nQUIT\r\n", DOT_END, "a\r\n", "a\r\n");
    normalised(".\r\n", DOT_END, "", "");
    normalised("\r\n.\r\n", DOT_END, "\r\n", "\r\n");
    normalised("a" END, DOT_END, "a\r\n", "a\r\n");
    normalised("a\n\r\n.\r\n", DOT_END, "a\r\n\r\n", "a\r\n\r\n");
}

/* SEMANTICS 13a, LESSONS 5.  Each is followed by text and the true end. */
static void look_alikes_end_nothing(void **state)
{
    static const struct {
        const char *input, *wire, *body;
    } cases[] = {
        {"a\n.\r\nb" END, "a\r\n..\r\nb\r\n", "a\r\n.\r\nb\r\n"},
        {"a\n.\nb" END, "a\r\n..\r\nb\r\n", "a\r\n.\r\nb\r\n"},
        {"a\r\n.\nb" END, "a\r\n..\r\nb\r\n", "a\r\n.\r\nb\r\n"},
        {".\nb" END, "..\r\nb\r\n", ".\r\nb\r\n"},
        {"\n.\r\nb" END, "\r\n..\r\nb\r\n", "\r\n.\r\nb\r\n"},
        {"a\r\n.\n.\r\nb" END, "a\r\n..\r\n..\r\nb\r\n", "a\r\n.\r\n.\r\nb\r\n"},
        {"a\n..\r\nb" END, "a\r\n...\r\nb\r\n", "a\r\n..\r\nb\r\n"},
        {"a. \r\nb" END, "a. \r\nb\r\n", "a. \r\nb\r\n"},
        {"a\r\n. \r\nb" END, "a\r\n. \r\nb\r\n", "a\r\n \r\nb\r\n"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        normalised(cases[i].input, DOT_END, cases[i].wire, cases[i].body);
}

static void bare_cr_is_refused(void **state)
{
    static const char *const cases[] = {"\r.\r", "\r.\rb\r\n.\r\n", "\r.\r\n", "\r\r\n.\r\n"};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct span input = span_str(cases[i]);

        comes_out(input, true, DOT_BARE_CR, span_str(""), span_str(""));
        comes_out(input, false, DOT_BARE_CR, span_str(""), span_str(""));
    }
    normalised("a\r\n.\r.\r\n", DOT_BARE_CR, "a\r\n", "a\r\n");
    normalised("a\r\n.\r\r\n", DOT_BARE_CR, "a\r\n", "a\r\n");
    normalised("a\r\nb\rc\r\n", DOT_BARE_CR, "a\r\nb", "a\r\nb");
    normalised("a\r", DOT_MORE, "a", "a");
}

static void bare_lf_can_be_refused(void **state)
{
    (void)state;
    comes_out(span_str("a\nb"), false, DOT_BARE_LF, span_str("a"), span_str("a"));
    comes_out(span_str("a\r\n.\n"), false, DOT_BARE_LF, span_str("a\r\n"), span_str("a\r\n"));
    comes_out(span_str("\n.\r\n"), false, DOT_BARE_LF, span_str(""), span_str(""));
    comes_out(span_str("a\r\n" END), false, DOT_END, span_str("a\r\n\r\n"), span_str("a\r\n\r\n"));
}

static void unstuffs(void **state)
{
    (void)state;
    normalised("..\r\n...a\r\n.b" END, DOT_END, "..\r\n...a\r\n.b\r\n", ".\r\n..a\r\nb\r\n");
    normalised("a..b\r\nc.\r\n", DOT_MORE, "a..b\r\nc.\r\n", "a..b\r\nc.\r\n");
    normalised("a\r\n.", DOT_MORE, "a\r\n", "a\r\n");
}

static void nul_and_8bit_pass(void **state)
{
    (void)state;
    comes_out(BYTES("\0a.\0\r\n\0\0\r\n.\xff\0\r\n.\r\n"), true, DOT_END,
              BYTES("\0a.\0\r\n\0\0\r\n.\xff\0\r\n"), BYTES("\0a.\0\r\n\0\0\r\n\xff\0\r\n"));
    comes_out(BYTES("a\n.\0\r\n.\r\n"), true, DOT_END, BYTES("a\r\n..\0\r\n"),
              BYTES("a\r\n.\0\r\n"));
}

/* Without the NUL, or as a string of C, these lines are a dot. */
static void nul_beside_a_dot_is_refused(void **state)
{
    (void)state;
    for (int normalise = 0; normalise < 2; normalise++) {
        comes_out(BYTES("a\r\n.\0\r\n"), normalise, DOT_NUL, BYTES("a\r\n"), BYTES("a\r\n"));
        comes_out(BYTES(".\0b\r\n"), normalise, DOT_NUL, BYTES(""), BYTES(""));
        comes_out(BYTES("\0.\r\n"), normalise, DOT_NUL, BYTES("\0"), BYTES("\0"));
        comes_out(BYTES("a\r\n\0\0.b"), normalise, DOT_NUL, BYTES("a\r\n\0\0"), BYTES("a\r\n\0\0"));
    }
    comes_out(BYTES("a\n\0.\r\n"), true, DOT_NUL, BYTES("a\r\n\0"), BYTES("a\r\n\0"));
}

/* SEMANTICS 13b: a line longer than any buffer. */
static void long_lines_pass(void **state)
{
    const size_t n = 3000000;
    struct dot_run run;
    struct dot dot;
    char *line = malloc(n);

    (void)state;
    memset(line, 'x', n);
    dot_init(&dot, true);
    run = dot_feed(&dot, line, n);
    assert_int_equal(run.consumed, n);
    assert_int_equal(run.wire.n, n);
    assert_ptr_equal(run.wire.p, line);
    assert_ptr_equal(run.body.p, line);
    free(line);
}

static void clean_lines_are_one_run(void **state)
{
    static const char mail[] = "Subject: x\r\n\r\nline\r\n..dot\r\nlast\r\n.\r\nQUIT\r\n";
    struct dot_run run;
    struct dot dot;

    (void)state;
    dot_init(&dot, true);
    run = dot_feed(&dot, mail, sizeof mail - 1);
    assert_span(run.wire, "Subject: x\r\n\r\nline\r\n");
    assert_ptr_equal(run.wire.p, mail);
    assert_span(run.body, "Subject: x\r\n\r\nline\r\n");
    run = dot_feed(&dot, mail + 20, sizeof mail - 1 - 20);
    assert_span(run.wire, "..dot\r\nlast\r\n");
    assert_span(run.body, ".dot\r\nlast\r\n");
    dot_init(&dot, true);
    run = dot_feed(&dot, "a\r\nb\r\n.\r\nQUIT", 13);
    assert_int_equal(run.result, DOT_END);
    assert_int_equal(run.consumed, 9);
    assert_span(run.wire, "a\r\nb\r\n");
}

static void refusal_resynchronises(void **state)
{
    static const char rest[] = ".\r\nstill\n.\r\n\r.\r\nbody\r\n.\r\nQUIT\r\n";
    struct dot dot;
    struct dot_run run;

    (void)state;
    dot_init(&dot, true);
    run = dot_feed(&dot, "a\r", 2);
    assert_int_equal(run.consumed, 2);
    run = dot_feed(&dot, rest, sizeof rest - 1);
    assert_int_equal(run.result, DOT_BARE_CR);
    assert_int_equal(run.consumed, 0);
    dot.discard = true;
    run = dot_feed(&dot, rest, sizeof rest - 1);
    assert_int_equal(run.result, DOT_END);
    assert_int_equal(run.wire.n + run.body.n, 0);
    assert_string_equal(rest + run.consumed, "QUIT\r\n");
}

/* Random text of the bytes that matter. */
static struct span random_input(char *room, size_t most)
{
    static const char alphabet[] = {'\r', '\n', '.', 'a', '\0', '\r', '\n', '.'};
    static const char *const pieces[] = {"\r\n", END, "\r\n.", "..", "line of text\r\n", ".\r\n"};
    size_t n = 0, wanted = random_below((uint32_t)most - 20);

    while (n < wanted) {
        const char *piece = pieces[random_below(COUNT(pieces))];

        if (random_below(2)) {
            memcpy(room + n, piece, strlen(piece));
            n += strlen(piece);
        } else {
            room[n++] = alphabet[random_below(COUNT(alphabet))];
        }
    }
    return span_of(room, n);
}

/* Clean lines, longer than what is looked through at a time, and at `at` a piece. */
static struct span clean_but_for(struct span piece, size_t at, char room[1000])
{
    for (size_t i = 0; i < 1000; i++)
        room[i] = i % 62 == 60 ? '\r' : i % 62 == 61 ? '\n' : 'a';
    memcpy(room + at, piece.p, piece.n);
    memcpy(room + 995, "\r\n.\r\n", 5);
    return span_of(room, 1000);
}

static void blocks_hide_nothing(void **state)
{
    const struct span pieces[] = {
        BYTES("\r"),          BYTES("\n"),       BYTES("\r\n"),     BYTES("\n."),
        BYTES("\r\n."),       BYTES("\r\n.."),   BYTES("\r\r\n"),   BYTES("\r\n\n"),
        BYTES("\r\n.\r\n"),   BYTES("\r.\n"),    BYTES("\r\n\r\n"), BYTES("\n\r"),
        BYTES("."),           BYTES("\0"),       BYTES("\r\n\0."),  BYTES("\r\n.\0"),
        BYTES("\r\n\0\0.\r"), BYTES("\r\n\0a."), BYTES("\n\0.")};
    char room[1000];

    (void)state;
    for (size_t i = 0; i < COUNT(pieces) * 600; i++) {
        struct span input = clean_but_for(pieces[i / 600], i % 600, room);
        bool normalise = i % 2;
        struct dot_outcome wanted = naive_dot(input, normalise, false);
        struct dot_outcome found = fed_dot(input, normalise, false, i % 3 ? whole : long_piece);

        if (!dot_outcome_eq(&found, &wanted))
            fail_msg("piece %zu at %zu: %d, wanted %d", i / 600, i % 600, found.result,
                     wanted.result);
        dot_outcome_finish(&wanted);
        dot_outcome_finish(&found);
    }
}

static void equals_the_reference(void **state)
{
    char room[200];

    (void)state;
    for (unsigned round = repeats(100000); round > 0; round--) {
        struct span input = random_input(room, sizeof room);
        bool normalise = random_below(4) > 0, discard = random_below(4) == 0;
        struct dot_outcome wanted = naive_dot(input, normalise, discard);
        struct dot_outcome found = fed_dot(input, normalise, discard, random_piece);
        struct dot_outcome uncut = fed_dot(input, normalise, discard, whole);

        if (!dot_outcome_eq(&found, &wanted) || !dot_outcome_eq(&uncut, &wanted)) {
            assert_spans(bytes_of(&found.wire), bytes_of(&wanted.wire));
            assert_spans(bytes_of(&found.body), bytes_of(&wanted.body));
            assert_spans(span_of(input.p, found.consumed), span_of(input.p, wanted.consumed));
            fail_msg("cut %d, uncut %d, wanted %d", found.result, uncut.result, wanted.result);
        }
        dot_outcome_finish(&wanted);
        dot_outcome_finish(&found);
        dot_outcome_finish(&uncut);
    }
}

static void lf_alone(void **state)
{
    char room[200];

    (void)state;
    for (unsigned round = repeats(20000); round > 0; round--) {
        struct span input = random_input(room, sizeof room);
        bool discard = random_below(4) == 0;
        struct dot_outcome wanted = naive_lf_dot(input, discard);
        struct dot_outcome found = fed_lf_dot(input, discard, random_piece);
        struct dot_outcome uncut = fed_lf_dot(input, discard, whole);

        if (!dot_outcome_eq(&found, &wanted) || !dot_outcome_eq(&uncut, &wanted))
            fail_msg("cut %d, uncut %d, wanted %d", found.result, uncut.result, wanted.result);
        dot_outcome_finish(&wanted);
        dot_outcome_finish(&found);
        dot_outcome_finish(&uncut);
    }
}

/* The wire and our own end, read by the most lenient MTA: one message, the one the
 * checks saw. */
static void no_mta_reads_another_message(void **state)
{
    char room[200];

    (void)state;
    for (unsigned round = repeats(100000); round > 0; round--) {
        struct dot_outcome o = fed_dot(random_input(room, sizeof room), true, false, random_piece);
        struct buffer read = {0};

        if (o.result == DOT_END) {
            buffer_append(&o.wire, ".\r\n", 3);
            assert_int_equal(lenient_read(bytes_of(&o.wire), &read), buffer_len(&o.wire));
            assert_spans(bytes_of(&read), bytes_of(&o.body));
        }
        buffer_finish(&read);
        dot_outcome_finish(&o);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("CRLF.CRLF ends data, and .CRLF as the first bytes", ends_at_crlf_dot_crlf),
        TEST("LF.CRLF, LF.LF and CRLF.LF end nothing and are stuffed (13a)",
             look_alikes_end_nothing),
        TEST("a bare CR is refused wherever it stands (13a)", bare_cr_is_refused),
        TEST("bare_newline = reject refuses a bare LF", bare_lf_can_be_refused),
        TEST("stuffed dots stay on the wire and leave the body", unstuffs),
        TEST("NUL and 8-bit bytes pass", nul_and_8bit_pass),
        TEST("NUL and a dot at the start of a line are refused", nul_beside_a_dot_is_refused),
        TEST("a line of 3 MB is one run (13b)", long_lines_pass),
        TEST("clean lines up to a dot are one run, uncopied", clean_lines_are_one_run),
        TEST("behind a refusal the true end is found by discarding", refusal_resynchronises),
        TEST("between clean lines nothing is overlooked, wherever it stands", blocks_hide_nothing),
        TEST("random bytes, cut at random, come out as the slow reference says",
             equals_the_reference),
        TEST("for clients that write LF alone it is what CRLF is for others", lf_alone),
        TEST("no MTA reads another message than the checks saw", no_mta_reads_another_message),
    };

    return cmocka_run_group_tests_name("dot", tests, NULL, NULL);
}
