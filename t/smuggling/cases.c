/* See cases.h. */
#include "cases.h"

static const char *const way_names[] = {"DATA_STEP",  "DATA_PIPE",  "DATA_EARLY",
                                        "DATA_BYTES", "DATA_CUT",   "BDAT_ONE",
                                        "BDAT_BYTES", "BDAT_SPLIT", "BDAT_BETWEEN"};
static const char *const site_names[] = {"start", "middle", "end"};

/* So that the look-alike stands in the midst of what the relay looks at in one block. */
#define LINE "A line of text that is neither long nor short, like any.\r\n"
static const char head[] = "Subject: look-alike\r\n\r\n" LINE "text";
static const char smuggled[] = "Subject: smuggled\r\n\r\n" LINE LINE LINE LINE;
static const char tail[] = "more text";
static const char true_end[] = "\r\n.\r\n";

const char *smuggled_marker(void)
{
    return "SG-SMUGGLED-" /* so that this file is not a find */ "MARKER";
}

/* The strings in the order of their length. */
static void add_string(struct look_alike *l, unsigned number)
{
    static const char alphabet[] = {'\r', '\n', '\0'};
    unsigned length = 0, of_length = 1;
    for (; number >= of_length; of_length *= 3, length++)
        number -= of_length;
    for (; length > 0; length--, number /= 3)
        l->p[l->n++] = alphabet[number % 3];
}

struct look_alike look_alike(unsigned number)
{
    static const char *const dots[DOTS] = {".", "..", ". "};
    struct look_alike l = {.n = 0};
    add_string(&l, number % STRINGS);
    const char *dot = dots[number / STRINGS % DOTS];
    memcpy(l.p + l.n, dot, strlen(dot));
    l.n += strlen(dot);
    add_string(&l, number / STRINGS / DOTS);
    return l;
}

/* The first of the variants that each way has; CUT and SPLIT have one for each cut. */
static const unsigned first_variant[] = {0, 1, 2, 3, 4, 13, 14, 15, 24};

bool case_make(unsigned number, struct plan_case *c)
{
    unsigned variant = number % VARIANTS, way = BDAT_BETWEEN;
    unsigned look = number / VARIANTS / SITES;
    while (first_variant[way] > variant)
        way--;
    *c = (struct plan_case){
        .number = number,
        .look = look_alike(look),
        .site = (enum site)(number / VARIANTS % SITES),
        .way = (enum way)way,
        .cut = variant - first_variant[way],
        .marked = (look + variant + number / VARIANTS) % 2 == 0,
    };
    return c->cut <= c->look.n;
}

static void add_transaction(struct bytes *b, const struct plan_case *c, char kind, const char *go)
{
    char text[120];
    snprintf(text, sizeof text, "MAIL FROM:<c%u.%c@client.test>\r\nRCPT TO:<b@server.test>\r\n%s",
             c->number, kind, go);
    bytes_text(b, text);
}

/* What a careless server would take for the next message. */
static void add_smuggled(struct bytes *b, const struct plan_case *c)
{
    add_transaction(b, c, 's', "DATA\r\n");
    bytes_text(b, smuggled);
    bytes_text(b, c->marked ? smuggled_marker() : "nothing bad");
    bytes_text(b, true_end);
}

static void add_look(struct bytes *b, const struct plan_case *c)
{
    bytes_add(b, c->look.p, c->look.n);
}

size_t case_look_at(const struct plan_case *c)
{
    return c->site == SITE_START ? 0 : sizeof head - 1;
}

void case_message(const struct plan_case *c, struct bytes *b)
{
    bytes_add(b, head, case_look_at(c));
    add_look(b, c);
    bytes_text(b, c->site == SITE_END ? true_end : "");
    add_smuggled(b, c);
}

/* ---- how it is sent ---- */

static void stop(struct script *s, size_t at, bool gate)
{
    if (s->count == STOPS)
        abort();
    s->stops[s->count++] = (struct stop){at, gate};
}

static void wait_here(struct script *s)
{
    stop(s, s->wire.n, true);
}

/* The commands of the transaction each waits, too. */
static void wait_at_lines(struct script *s, size_t from)
{
    for (size_t at = from; at < s->wire.n; at++)
        if (s->wire.p[at] == '\n')
            stop(s, at + 1, true);
}

/* Single bytes, from one before the look-alike to one behind it; or one cut in it. */
static void cut_at(struct script *s, const struct plan_case *c, size_t message)
{
    size_t look = message + case_look_at(c);
    if (c->way == DATA_CUT)
        stop(s, look + c->cut, false);
    for (size_t i = 0; (c->way == DATA_BYTES || c->way == BDAT_BYTES) && i <= c->look.n + 2; i++)
        stop(s, look + i, false);
}

static void honest(struct script *s, const struct plan_case *c, bool at_once)
{
    add_transaction(&s->wire, c, 'h', "DATA\r\n");
    if (!at_once)
        wait_here(s);
    bytes_text(&s->wire, "Subject: honest\r\n\r\n..\r\n..dots\r\nhonest to the end\r\n.\r\n");
    if (!at_once)
        wait_here(s);
    bytes_text(&s->wire, "QUIT\r\n");
    wait_here(s);
}

static void by_data(struct script *s, const struct plan_case *c)
{
    add_transaction(&s->wire, c, 'm', "DATA\r\n");
    if (c->way == DATA_STEP || c->way == DATA_BYTES)
        wait_at_lines(s, 0);
    else if (c->way != DATA_EARLY)
        wait_here(s);
    size_t message = s->wire.n;
    case_message(c, &s->wire);
    cut_at(s, c, message);
    if (c->way == DATA_STEP)
        wait_here(s);
    honest(s, c, c->way == DATA_EARLY);
}

static void chunk(struct script *s, const char *p, size_t n, const char *last)
{
    char line[40];
    snprintf(line, sizeof line, "BDAT %zu%s\r\n", n, last);
    bytes_text(&s->wire, line);
    bytes_add(&s->wire, p, n);
}

static void between(struct script *s, const struct plan_case *c)
{
    chunk(s, head, case_look_at(c), c->site == SITE_END ? " LAST" : "");
    add_look(&s->wire, c);
    if (c->site == SITE_END)
        add_smuggled(&s->wire, c);
    else
        chunk(s, tail, sizeof tail - 1, " LAST");
}

static void by_chunks(struct script *s, const struct plan_case *c)
{
    struct bytes message = {0};
    add_transaction(&s->wire, c, 'm', "");
    case_message(c, &message);
    size_t divide = c->cut + case_look_at(c);
    if (c->way == BDAT_BETWEEN)
        between(s, c);
    else if (c->way == BDAT_SPLIT) {
        chunk(s, message.p, divide, "");
        chunk(s, message.p + divide, message.n - divide, " LAST");
    } else {
        chunk(s, message.p, message.n, " LAST");
        cut_at(s, c, s->wire.n - message.n);
    }
    bytes_finish(&message);
    honest(s, c, false);
}

void script_make(const struct plan_case *c, struct script *s)
{
    *s = (struct script){.count = 0};
    if (c->way < BDAT_ONE)
        by_data(s, c);
    else
        by_chunks(s, c);
}

const char *case_name(const struct plan_case *c)
{
    static char name[160];
    int at = snprintf(name, sizeof name, "%u: %s %zu %s", c->number, way_names[c->way], c->cut,
                      site_names[c->site]);
    for (size_t i = 0; i < c->look.n; i++) {
        char b = c->look.p[i];
        at += snprintf(name + at, sizeof name - (size_t)at, " %s",
                       b == '\r'   ? "CR"
                       : b == '\n' ? "LF"
                       : b == '\0' ? "NUL"
                       : b == '.'  ? "."
                                   : "SP");
    }
    snprintf(name + at, sizeof name - (size_t)at, c->marked ? " marked" : "");
    return name;
}
