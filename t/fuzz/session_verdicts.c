/* What the plugins of the whole-session target decide, as the script last said; at
 * `end` a message that holds MARKER is refused by the first whatever it said.  A
 * message passes when all that are asked have let it pass; those that did are kept,
 * for the judges. */
#include "session.h"

#include <stdlib.h>

enum { TICKETS = 32 };

struct open_question {
    sg_ticket ticket;
    enum voter who;
    bool end;
};

static struct {
    char answers[VOTERS][HOOK_COUNT];
    struct open_question open[TICKETS];
    bool agreed[VOTERS]; /* to this message */
    struct buffer *passed;
    unsigned passed_count;
    char **asked; /* paths of MAIL and RCPT */
    unsigned asked_count;
    bool skipped; /* some may not have been asked about */
} v;

/* ---- what the script tells ---- */

static const struct {
    char letter;
    enum hook hook;
} hooks[] = {{'t', HOOK_route}, {'c', HOOK_connect}, {'g', HOOK_greet},
             {'h', HOOK_helo},  {'a', HOOK_auth},    {'m', HOOK_mail},
             {'r', HOOK_rcpt},  {'d', HOOK_data},    {'e', HOOK_end}};

void verdicts_told(enum voter who, char hook, char answer)
{
    for (size_t i = 0; i < sizeof hooks / sizeof *hooks; i++)
        if (hooks[i].letter == hook)
            v.answers[who][hooks[i].hook] = answer;
}

void verdicts_calm(void)
{
    memset(v.answers, 0, sizeof v.answers);
}

/* ---- messages that pass ---- */

/* An `accept` of the first speaks for the second, who is no longer asked. */
static void agree(enum voter who, enum sg_answer how)
{
    v.agreed[who] = true;
    v.agreed[SECOND] |= how == SG_ACCEPT;
    if (!v.agreed[WITNESS] || !v.agreed[SECOND])
        return;
    v.passed = xrealloc(v.passed, (v.passed_count + 1) * sizeof *v.passed);
    v.passed[v.passed_count] = (struct buffer){0};
    witness_copy(&v.passed[v.passed_count++]);
}

const struct buffer *verdicts_passed(unsigned n)
{
    return n < v.passed_count ? &v.passed[n] : NULL;
}

/* ---- paths ---- */

void verdicts_note(const char *path)
{
    v.asked = xrealloc(v.asked, (v.asked_count + 1) * sizeof *v.asked);
    v.asked[v.asked_count++] = span_dup(span_str(path));
}

bool verdicts_asked(const char *address)
{
    for (unsigned i = 0; i < v.asked_count; i++)
        if (strcasecmp(v.asked[i], address) == 0)
            return true;
    return v.skipped;
}

/* ---- questions ---- */

static struct sg_verdict marked(void)
{
    return sg_answer(SG_REJECT, "marked");
}

static struct sg_verdict defer(enum voter who, enum hook hook, struct sg_session *s)
{
    for (unsigned i = 0; i < TICKETS; i++) {
        if (v.open[i].ticket)
            continue;
        v.open[i] = (struct open_question){sg_defer(s), who, hook == HOOK_end};
        check(v.open[i].ticket);
        return sg_pending();
    }
    return sg_failed("asked too often");
}

static struct sg_verdict answer(enum voter who, enum hook hook, struct sg_session *s)
{
    struct sg_verdict taken = {.answer = SG_TAKEOVER, .code = 554, .text = "taken over"};
    struct sg_verdict found = {.answer = SG_REJECT, .text = "no", .event = EVENT, .detail = "It"};
    switch (v.answers[who][hook]) {
    case 'a':
        v.skipped = true;
        return sg_answer(SG_ACCEPT, NULL);
    case 'r':
        return sg_answer(SG_REJECT, "no");
    case 't':
        return sg_answer(SG_TEMPFAIL, "later");
    case 'k':
        return taken;
    case 'v':
        return found;
    case 'e':
        return sg_failed("broken");
    case 'd':
        return defer(who, hook, s);
    default:
        return sg_pass();
    }
}

static struct sg_verdict end(enum voter who, struct sg_session *s)
{
    if (who == WITNESS)
        memset(v.agreed, 0, sizeof v.agreed);
    if (who == WITNESS && witness_is_marked() && v.answers[who][HOOK_end] != 'd')
        return marked();
    struct sg_verdict answered = answer(who, HOOK_end, s);
    if (answered.answer == SG_PASS || answered.answer == SG_ACCEPT)
        agree(who, answered.answer);
    return answered;
}

struct sg_verdict verdict(enum voter who, enum hook hook, struct sg_session *s)
{
    return hook == HOOK_end ? end(who, s) : answer(who, hook, s);
}

static void resolve(struct open_question *q, enum sg_answer how)
{
    struct sg_verdict late = sg_answer(how, "resolved");
    v.skipped = v.skipped || how == SG_ACCEPT;
    if (q->end && sg_ticket_alive(q->ticket)) {
        if (q->who == WITNESS && witness_is_marked())
            late = marked();
        if (late.answer != SG_REJECT)
            agree(q->who, late.answer);
    }
    sg_resume(q->ticket, late);
    q->ticket = 0;
}

/* The oldest that is open; also one that has died meanwhile. */
void verdicts_resolve(enum sg_answer how)
{
    for (unsigned i = 0; i < TICKETS; i++) {
        if (!v.open[i].ticket)
            continue;
        resolve(&v.open[i], how);
        return;
    }
}

bool verdicts_pending(void)
{
    for (unsigned i = 0; i < TICKETS; i++)
        if (v.open[i].ticket && sg_ticket_alive(v.open[i].ticket))
            return true;
    return false;
}

/* ---- one input ---- */

void verdicts_begin(void)
{
    memset(&v, 0, sizeof v);
}

void verdicts_end(void)
{
    for (unsigned i = 0; i < v.passed_count; i++)
        buffer_finish(&v.passed[i]);
    free(v.passed);
    for (unsigned i = 0; i < v.asked_count; i++)
        free(v.asked[i]);
    free(v.asked);
}
