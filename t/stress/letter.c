/* Random messages.  For DATA a line is chosen first, then what ends it, and
 * from these both forms are made: what the client sends, and what must arrive.
 * So the expectation does not come from a parser that could err like the
 * daemon's.  The rules of bare_newline = normalise: a bare LF becomes CRLF; a
 * dot behind CRLF is stuffing, but not if a bare LF follows; a dot behind a
 * bare LF is text.  A bare CR makes the message one that must be refused. */
#include "campaign.h"

enum { POOL = 1 << 16 };

static char pool[POOL]; /* text of any byte but CR and LF */

static void fill_pool(void)
{
    struct dice d = {campaign_seed};
    if (pool[0])
        return;
    for (size_t i = 0; i < POOL; i++) {
        unsigned byte = one_in(&d, 8) ? below(&d, 256) : 33 + below(&d, 94);
        pool[i] = byte == '\r' || byte == '\n' ? 'x' : (char)byte;
    }
    pool[0] = 'x';
}

static size_t letter_size(struct dice *d)
{
    unsigned which = below(d, 100);
    if (which < 5)
        return below(d, 8);
    if (which < 85)
        return below(d, 1500);
    if (which < 98)
        return below(d, 20000);
    return below(d, 200000);
}

static size_t line_length(struct dice *d)
{
    unsigned which = below(d, 100);
    if (which < 12)
        return 0;
    if (which < 90)
        return below(d, 78);
    if (which < 99)
        return below(d, 1200);
    return below(d, 20000);
}

/* The text of a line.  Its beginning is often what an end of data looks like. */
static void make_line(struct dice *d, struct bytes *line)
{
    static const char *const starts[] = {".", "..", "...", ".x", ". ", ".\t", "..x"};
    size_t n = line_length(d);
    line->n = 0;
    if (one_in(d, 6))
        bytes_text(line, starts[below(d, sizeof starts / sizeof *starts)]);
    bytes_add(line, pool + below(d, POOL / 2), n);
}

static void add_marker(struct dice *d, struct letter *l, struct bytes *line)
{
    struct bytes tail = {0};
    size_t at = below(d, (unsigned)line->n + 1);
    bytes_add(&tail, line->p + at, line->n - at);
    line->n = at;
    bytes_text(line, MARKER);
    bytes_add(line, tail.p, tail.n);
    bytes_finish(&tail);
    l->marked = true;
}

/* What is nearly the marker must pass.  The last byte keeps chance from making it one. */
static void add_lookalike(struct dice *d, struct bytes *to)
{
    bytes_add(to, MARKER, 1 + below(d, sizeof MARKER - 2));
    bytes_text(to, "!");
}

/* Bare CRs where they are most tempting. */
static void add_bare_cr(struct dice *d, struct letter *l)
{
    static const char *const places[] = {"a\rb", "\r.\r\n", "\n.\rx\r\n", "x\r\r\n",
                                         "\r\r\n.\rz\r\n"};
    bytes_text(&l->wire, places[below(d, sizeof places / sizeof *places)]);
    bytes_text(&l->wire, "\r\n");
    l->bare_cr = true;
}

/* NUL beside a dot that begins a line would be refused. */
static void part_nul_and_dot(struct bytes *line)
{
    size_t n = 0;
    bool dot = false;
    while (n < line->n && (line->p[n] == '.' || line->p[n] == '\0'))
        dot |= line->p[n++] == '.';
    for (size_t i = 0; dot && i < n; i++)
        if (line->p[i] == '\0')
            line->p[i] = 'o';
}

struct writing {
    struct letter *letter;
    struct bytes line;
    bool behind_lf; /* the line before ended with a bare LF */
};

/* A line that is a dot: stuffed, or left as it is where no end can be read into it. */
static void write_line(struct dice *d, struct writing *w, bool bare_lf)
{
    struct letter *l = w->letter;
    bool dotted = w->line.n > 0 && w->line.p[0] == '.' && !w->behind_lf;
    bool left = dotted && w->line.n == 1 && bare_lf && one_in(d, 2);
    if (dotted && !left)
        bytes_text(&l->wire, ".");
    bytes_add(&l->wire, w->line.p, w->line.n);
    bytes_text(&l->wire, bare_lf ? "\n" : "\r\n");
    bytes_add(&l->text, w->line.p, w->line.n);
    bytes_text(&l->text, "\r\n");
    w->behind_lf = bare_lf;
}

static void make_data(struct letter *l, struct dice *d, size_t size, bool marked)
{
    struct writing w = {.letter = l};
    unsigned sloppy = one_in(d, 3) ? 2 + below(d, 6) : 0;
    unsigned cr = one_in(d, 25) ? 1 + below(d, 6) : 0;
    while (l->text.n < size || marked) {
        make_line(d, &w.line);
        if (marked && (l->text.n + w.line.n >= size || one_in(d, 6))) {
            add_marker(d, l, &w.line);
            marked = false;
        } else if (one_in(d, 40))
            add_lookalike(d, &w.line);
        part_nul_and_dot(&w.line);
        write_line(d, &w, sloppy && one_in(d, sloppy));
        if (cr && --cr == 0 && !w.behind_lf)
            add_bare_cr(d, l);
    }
    if (w.behind_lf) {
        bytes_text(&l->wire, "\r\n");
        bytes_text(&l->text, "\r\n");
    }
    bytes_text(&l->wire, ".\r\n");
    bytes_finish(&w.line);
}

/* BDAT takes any byte, and gives each back. */
static void make_binary(struct letter *l, struct dice *d, size_t size, bool marked)
{
    size_t mark = below(d, (unsigned)size + 1);
    while (l->text.n < size || marked) {
        size_t n = 1 + below(d, 300);
        bytes_add(&l->text, pool + below(d, POOL / 2), n);
        if (one_in(d, 3))
            bytes_add(&l->text, "\r\n.\r\nMAIL FROM:<>\r\n\n.\n\r\0", below(d, 26));
        if (marked && l->text.n >= mark) {
            bytes_text(&l->text, MARKER);
            l->marked = true;
            marked = false;
        } else if (one_in(d, 40))
            add_lookalike(d, &l->text);
    }
}

void letter_make(struct letter *l, struct dice *d)
{
    fill_pool();
    *l = (struct letter){.bdat = one_in(d, 3)};
    bool marked = one_in(d, 6);
    size_t size = letter_size(d);
    if (l->bdat)
        make_binary(l, d, size, marked);
    else
        make_data(l, d, size, marked);
    l->early = !l->bdat && one_in(d, 12);
    l->declared = one_in(d, 3) ? l->text.n + 1 : 0;
}

void letter_finish(struct letter *l)
{
    bytes_finish(&l->text);
    bytes_finish(&l->wire);
}
