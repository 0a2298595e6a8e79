/* Every look-alike at every site through dot.c, whole, in single bytes, and cut at
 * every one and two of its bytes: it comes out as the slow reference says, and no
 * MTA finds an end of data in it but the one we release.  Speaks TAP. */
#include "cases.h"
#include "models.h"
#include "../unit/naive_dot.h"

enum { SHOWN = 20 };

static unsigned long fed, complaints;
static size_t cut_one, cut_two; /* lengths of the first pieces; 0: single bytes */
static unsigned cuts_made;

static size_t next_cut(size_t left)
{
    size_t n = cut_one == 0 ? 1 : cuts_made == 0 ? cut_one : cuts_made == 1 ? cut_two : left;
    cuts_made++;
    return n > 0 && n < left ? n : left;
}

static void complain(const struct plan_case *c, bool normalise, const char *what, const char *who)
{
    if (complaints++ < SHOWN)
        printf("# %s, %s: %s%s\n", case_name(c), normalise ? "normalise" : "reject", what, who);
}

static bool same(const struct bytes *a, const struct buffer *b)
{
    return a->n == buffer_len(b) && (a->n == 0 || memcmp(a->p, buffer_head(b), a->n) == 0);
}

static void read_by_everybody(const struct plan_case *c, bool normalise, struct dot_outcome *o)
{
    struct bytes body = {0};
    buffer_append(&o->wire, ".\r\n", 3);
    for (unsigned i = 0; i < MODELS; i++) {
        const struct model *m = &models[i];
        size_t end = model_read(m, buffer_head(&o->wire), buffer_len(&o->wire), &body);
        if (end != buffer_len(&o->wire))
            complain(c, normalise, "another end is found by: ", m->name);
        else if (m->nul == NUL_KEPT && !same(&body, &o->body))
            complain(c, normalise, "another message is read by: ", m->name);
    }
    bytes_finish(&body);
}

static void feed(const struct plan_case *c, bool normalise, struct span input,
                 const struct dot_outcome *wanted)
{
    cuts_made = 0;
    struct dot_outcome found = fed_dot(input, normalise, false, next_cut);
    fed++;
    if (!dot_outcome_eq(wanted, &found))
        complain(c, normalise, "differs from the reference", "");
    dot_outcome_finish(&found);
}

static void cut_everywhere(const struct plan_case *c, bool normalise, struct span input,
                           const struct dot_outcome *wanted)
{
    size_t look = case_look_at(c);
    cut_one = 0; /* single bytes */
    feed(c, normalise, input, wanted);
    cut_one = input.n;
    feed(c, normalise, input, wanted);
    for (cut_one = look ? look : 1; cut_one <= look + c->look.n + 2; cut_one++)
        for (cut_two = 0; cut_two <= c->look.n; cut_two++)
            feed(c, normalise, input, wanted);
}

static void try(unsigned number, bool normalise)
{
    struct plan_case c;
    struct bytes message = {0};
    case_make(number, &c);
    case_message(&c, &message);
    struct span input = span_of(message.p, message.n);
    struct dot_outcome wanted = naive_dot(input, normalise, false);
    cut_everywhere(&c, normalise, input, &wanted);
    if (wanted.result == DOT_END)
        read_by_everybody(&c, normalise, &wanted);
    dot_outcome_finish(&wanted);
    bytes_finish(&message);
}

int main(void)
{
    for (unsigned number = 0; number < CASES; number += VARIANTS) {
        try(number, true);
        try(number, false);
    }
    printf("# %u look-alikes at %u sites, fed %lu times, read by %u MTAs\n", LOOK_ALIKES, SITES,
           fed, MODELS);
    printf("%sok 1 - no look-alike is an end of data to any MTA, wherever it is cut\n1..1\n",
           complaints ? "not " : "");
    return complaints > 0;
}
