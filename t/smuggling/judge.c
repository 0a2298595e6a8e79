/* Three accounts of the same messages: what was expected, what the checks wrote down,
 * what the MTA took.  Each is held to the others when a batch of cases is over. */
#include "talk.h"
#include <inttypes.h>
#include <stdarg.h>

enum { ROWS = 8192, SHOWN = 40 };

struct figures figures;
static struct talk *rows[ROWS];

void complain(const struct talk *t, const char *format, ...)
{
    va_list ap;
    if (figures.complaints++ >= SHOWN)
        return;
    fprintf(stderr, "# %s: ", t ? case_name(&t->plan) : "MTA");
    va_start(ap, format);
    vfprintf(stderr, format, ap);
    va_end(ap);
    fputc('\n', stderr);
}

void judge_begin(struct talk *t)
{
    t->next = rows[t->plan.number % ROWS];
    rows[t->plan.number % ROWS] = t;
}

/* The message of a MAIL FROM:<cNUMBER.KIND@…>; NULL, with a complaint: nobody expects it. */
static struct message *message_of(const char *from, const char *where, struct talk **of)
{
    unsigned number;
    char kind;
    *of = NULL;
    if (sscanf(from, "c%u.%c", &number, &kind) == 2)
        for (*of = rows[number % ROWS]; *of && (*of)->plan.number != number; *of = (*of)->next)
            ;
    for (unsigned i = 0; *of && i < (*of)->expected.message_count; i++)
        if ((*of)->expected.messages[i].kind == kind)
            return &(*of)->expected.messages[i];
    complain(*of, "%s: %s is not expected there", where, from);
    return NULL;
}

void judge_taken(const char *from, uint64_t hash, bool hash_counts)
{
    struct talk *t;
    struct message *m = message_of(from, "MTA", &t);
    if (m && hash_counts && hash != m->hash)
        complain(t, "the MTA got other bytes of %s", from);
    if (m)
        m->taken++;
}

static void seen(const char *line)
{
    struct talk *t;
    char from[64], verdict[16];
    uint64_t hash;
    if (sscanf(line, "%63s %15s %" SCNx64, from, verdict, &hash) != 3) {
        complain(NULL, "the checks wrote: %s", line);
        return;
    }
    struct message *m = message_of(from, "checks", &t);
    if (m && hash != m->hash)
        complain(t, "the checks saw other bytes of %s", from);
    if (m && m->marked != (*verdict == 'r'))
        complain(t, "the checks %s %s", verdict, from);
    if (m)
        m->seen++;
}

static void close_case(const struct talk *t, bool elsewhere)
{
    const struct expected *x = &t->expected;
    figures.cases++;
    figures.loose += x->loose;
    figures.flawed += x->message_count == 0 || x->messages[0].kind != 'm';
    for (unsigned i = 0; i < x->message_count; i++) {
        const struct message *m = &x->messages[i];
        if (m->seen != 1 && (m->seen > 0 || !m->optional))
            complain(t, "the checks saw %c %u times", m->kind, m->seen);
        if (!elsewhere && m->taken != (m->marked ? 0 : m->seen))
            complain(t, "the MTA took %c %u times", m->kind, m->taken);
        figures.refused += m->marked ? m->seen : 0;
        figures.messages += m->marked ? 0 : m->seen;
    }
}

void judge_batch(FILE *notary, bool elsewhere)
{
    char line[4096];
    clearerr(notary);
    while (fgets(line, sizeof line, notary))
        seen(line);
    for (unsigned i = 0; i < ROWS; i++)
        while (rows[i]) {
            struct talk *t = rows[i];
            rows[i] = t->next;
            close_case(t, elsewhere);
            free(t);
        }
}
