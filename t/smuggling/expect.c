/* See expect.h.  The relay, the checks and a strict MTA in one, over a script that
 * is all there: no state but where we are.  The message itself is read by the
 * reference of the unit tests. */
#include "expect.h"
#include "../unit/naive_dot.h"
#include <strings.h>

struct reader {
    const char *p;
    size_t n, at;
    bool normalise, real, mail, rcpt, chunks, taken_over, over;
    char kind;
    struct bytes body;
    struct expected *x;
};

static void answer(struct reader *r, char digit)
{
    if (r->x->count == ANSWERS)
        abort();
    r->x->answers[r->x->count++] = (struct answer){digit, r->at};
}

static void forget(struct reader *r)
{
    r->mail = r->rcpt = r->chunks = false;
    r->body.n = 0;
}

/* The message is whole: what the checks say to it. */
static void complete(struct reader *r)
{
    const char *marker = smuggled_marker();
    bool marked = memmem(r->body.p, r->body.n, marker, strlen(marker)) != NULL;
    if (r->x->message_count == MESSAGES)
        abort();
    r->x->messages[r->x->message_count++] = (struct message){
        .kind = r->kind,
        .marked = marked,
        .optional = r->x->loose,
        .hash = hash_of(r->body.p, r->body.n),
    };
    r->taken_over = marked;
    answer(r, marked ? '5' : '2');
    forget(r);
}

static void read_message(struct reader *r)
{
    struct span rest = span_of(r->p + r->at, r->n - r->at);
    struct dot_outcome o = naive_dot(rest, r->normalise, false);
    bool flawed = o.result != DOT_END;
    bytes_add(&r->body, buffer_head(&o.body), buffer_len(&o.body));
    if (flawed) {
        dot_outcome_finish(&o);
        o = naive_dot(rest, r->normalise, true);
    }
    r->at += o.consumed;
    dot_outcome_finish(&o);
    if (!flawed) {
        complete(r);
        return;
    }
    r->taken_over = true;
    answer(r, '5');
    forget(r);
}

static void on_mail(struct reader *r, const char *line)
{
    const char *dot = strchr(line, '.');
    bool good = !r->taken_over && !r->mail;
    answer(r, good ? '2' : r->taken_over ? '4' : '5');
    if (!good)
        return;
    r->mail = true;
    r->kind = dot ? dot[1] : '?';
}

/* What one MTA answers like this and another like that, or ends the session. */
static void loosen(struct reader *r, bool if_so)
{
    if (!if_so || r->taken_over || r->x->loose)
        return;
    r->x->loose = true;
    r->x->loose_from = r->x->count;
}

static void on_rcpt(struct reader *r, const char *line)
{
    (void)line;
    loosen(r, r->real && r->chunks);
    r->rcpt = r->mail;
    answer(r, r->mail ? '2' : '5');
}

static void on_data(struct reader *r, const char *line)
{
    (void)line;
    bool good = r->rcpt && !r->chunks;
    answer(r, good ? '3' : '5');
    loosen(r, !good);
    if (good)
        read_message(r);
}

static void on_bdat(struct reader *r, const char *line)
{
    char *end;
    size_t size = strtoul(line + 5, &end, 10);
    const char *bytes = r->p + r->at;
    r->at += size;
    if (!r->rcpt) {
        r->at -= size; /* the answer does not wait for the chunk */
        answer(r, '5');
        r->at += size;
        return;
    }
    loosen(r, r->real && size == 0);
    r->chunks = true;
    bytes_add(&r->body, bytes, size);
    if (strcasecmp(end, " LAST") == 0)
        complete(r);
    else
        answer(r, '2');
}

static void on_quit(struct reader *r, const char *line)
{
    (void)line;
    answer(r, '2');
    r->over = true;
}

static const struct {
    const char *verb;
    void (*take)(struct reader *r, const char *line);
} verbs[] = {{"MAIL ", on_mail},
             {"RCPT ", on_rcpt},
             {"DATA", on_data},
             {"BDAT ", on_bdat},
             {"QUIT", on_quit}};

static void take_line(struct reader *r, const char *line)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strncmp(line, verbs[i].verb, strlen(verbs[i].verb)) == 0) {
            verbs[i].take(r, line);
            return;
        }
    loosen(r, r->real);
    answer(r, '5');
}

/* Nothing that a command may have in it. */
static bool unfit(const struct reader *r, const char *text, size_t n, bool bare)
{
    return memchr(text, '\r', n) || memchr(text, '\0', n) || (bare && !r->normalise);
}

static void next_line(struct reader *r)
{
    char line[1024];
    const char *text = r->p + r->at, *lf = memchr(text, '\n', r->n - r->at);
    size_t n = (size_t)(lf - text);
    bool bare = n == 0 || lf[-1] != '\r';
    r->at += n + 1;
    n -= !bare;
    if (unfit(r, text, n, bare)) {
        answer(r, '5');
        return;
    }
    snprintf(line, sizeof line, "%.*s", (int)n, text);
    take_line(r, line);
}

void expect(const struct bytes *wire, bool normalise, bool real, struct expected *x)
{
    struct reader r = {.p = wire->p, .n = wire->n, .normalise = normalise, .real = real, .x = x};
    *x = (struct expected){.count = 0};
    while (!r.over && r.at < r.n && memchr(r.p + r.at, '\n', r.n - r.at))
        next_line(&r);
    bytes_finish(&r.body);
}
