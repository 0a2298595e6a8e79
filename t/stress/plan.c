/* A random session: what its client will send, what goes wrong, and when.
 * Commands hold "sNUMBER.PIECE" where they can hold anything, so that the MTA
 * knows at once which piece a line is. */
#include "campaign.h"

struct temper temper;

static struct piece *begin(struct session *s, enum kind kind, bool gate)
{
    struct piece *p = &s->pieces[s->count++];
    *p = (struct piece){.kind = kind, .at = s->wire.n, .gate = gate};
    return p;
}

static void end(struct session *s, struct piece *p)
{
    p->size = s->wire.n - p->at;
    if (p->head == 0)
        p->head = p->size;
}

struct style { /* of a client */
    struct dice *d;
    unsigned gates; /* waits for replies before one command in so many; 0: never */
};

static bool waits(const struct style *y)
{
    return y->gates > 0 && one_in(y->d, y->gates);
}

/* A command with the session's number and the piece's between these two texts. */
static struct piece *token(struct session *s, enum kind kind, bool gate, const char *before,
                           const char *after)
{
    char text[48];
    snprintf(text, sizeof text, "s%u.%u", s->number, s->count);
    struct piece *p = begin(s, kind, gate);
    bytes_text(&s->wire, before);
    bytes_text(&s->wire, text);
    bytes_text(&s->wire, after);
    end(s, p);
    return p;
}

static void plain(struct session *s, enum kind kind, bool gate, const char *line)
{
    struct piece *p = begin(s, kind, gate);
    bytes_text(&s->wire, line);
    end(s, p);
}

/* ---- what stands between messages ---- */

static void hello(struct session *s, const struct style *y)
{
    if (one_in(y->d, 12))
        token(s, NOOP, waits(y), "NOOP ", "\r\n");
    token(s, HELO, waits(y), one_in(y->d, 4) ? "HELO " : "EHLO ", ".test\r\n");
}

static void other(struct session *s, const struct style *y)
{
    static const char *const verbs[] = {"VRFY ", "HELP ", "XYZZY ", "EXPN ", "FROBNICATE "};
    token(s, OTHER, waits(y), verbs[below(y->d, 5)], one_in(y->d, 8) ? "\n" : "\r\n");
}

static void noop(struct session *s, const struct style *y)
{
    token(s, NOOP, waits(y), one_in(y->d, 4) ? "noop " : "NOOP ", "\r\n");
}

static void reset(struct session *s, const struct style *y)
{
    plain(s, RSET, waits(y), "RSET\r\n");
}

static void never(struct session *s, const struct style *y)
{
    static const char *const lines[] = {"XCLIENT ADDR=10.0.0.1\r\n", "TURN\r\n", "ATRN x\r\n",
                                        "BURL imap://x LAST\r\n", "XEXCH50 5\r\n"};
    plain(s, NEVER, waits(y), lines[below(y->d, 5)]);
}

/* Too long, or with bytes that no command has. */
static void bad(struct session *s, const struct style *y)
{
    static const char *const lines[] = {"NOOP \001\r\n", "MAIL FROM:<a\033@b>\r\n", "DATA\rx\r\n",
                                        "NOOP a\r.\r\n"};
    if (!one_in(y->d, 3)) {
        plain(s, BAD, waits(y), lines[below(y->d, 4)]);
        return;
    }
    struct piece *p = begin(s, BAD, waits(y));
    size_t n = 4100 + below(y->d, 9000);
    bytes_text(&s->wire, "NOOP ");
    for (size_t i = 0; i < n; i++)
        bytes_add(&s->wire, "z", 1);
    bytes_text(&s->wire, "\r\n");
    p->head = 4096;
    end(s, p);
}

static void auth(struct session *s, const struct style *y)
{
    plain(s, AUTH, waits(y), "AUTH LOGIN\r\n");
    plain(s, AUTH_ANSWER, true, one_in(y->d, 5) ? "*\r\n" : "c2VjcmV0\r\n");
    token(s, NOOP, true, "NOOP ", "\r\n");
}

static void starttls(struct session *s, const struct style *y)
{
    plain(s, STARTTLS, waits(y), "STARTTLS\r\n");
    token(s, NOOP, true, "NOOP ", "\r\n");
}

static void noise(struct session *s, const struct style *y)
{
    static void (*const kinds[])(struct session *, const struct style *) = {
        other, noop, reset, never, bad, auth, starttls, hello, noop, other};
    while (one_in(y->d, 4) && s->count < 48)
        kinds[below(y->d, sizeof kinds / sizeof *kinds)](s, y);
}

/* ---- messages ---- */

static void recipients(struct session *s, const struct style *y, unsigned letter)
{
    static const char *const befores[] = {"RCPT TO:<", "rcpt to:<", "RCPT TO: <", "RCPT TO:<"};
    unsigned n = one_in(y->d, 20) ? 0 : 1 + below(y->d, 4);
    for (unsigned i = 0; i < n; i++) {
        token(s, RCPT, waits(y), befores[below(y->d, 4)], "@mta.test>\r\n")->letter = letter;
        if (one_in(y->d, 15))
            noop(s, y);
    }
}

static void data(struct session *s, const struct style *y, unsigned letter)
{
    struct letter *l = &s->letters[letter];
    plain(s, DATA, waits(y), "DATA\r\n");
    s->pieces[s->count - 1].letter = letter;
    l->end = s->count;
    struct piece *p = begin(s, BODY, !l->early);
    p->letter = letter;
    bytes_add(&s->wire, l->wire.p, l->wire.n);
    end(s, p);
}

static void chunk(struct session *s, const struct style *y, unsigned letter, size_t from, size_t n,
                  bool last)
{
    char line[48];
    struct letter *l = &s->letters[letter];
    if (last)
        l->end = s->count;
    struct piece *p = begin(s, last ? LAST : BDAT, waits(y));
    p->letter = letter;
    snprintf(line, sizeof line, "BDAT %zu%s\r\n", n, last ? " LAST" : "");
    bytes_text(&s->wire, line);
    p->head = strlen(line);
    bytes_add(&s->wire, l->text.p + from, n);
    end(s, p);
}

static void chunks(struct session *s, const struct style *y, unsigned letter)
{
    size_t from = 0, total = s->letters[letter].text.n;
    for (unsigned i = below(y->d, 4); i > 0; i--) {
        size_t n = below(y->d, (unsigned)(total - from) + 1);
        chunk(s, y, letter, from, n, false);
        from += n;
        if (one_in(y->d, 25))
            noop(s, y);
    }
    if (one_in(y->d, 25))
        reset(s, y); /* given up */
    else if (one_in(y->d, 4)) {
        chunk(s, y, letter, from, total - from, false);
        chunk(s, y, letter, total, 0, true);
    } else
        chunk(s, y, letter, from, total - from, true);
}

static void reverse_path(struct session *s, const struct style *y, unsigned letter)
{
    static const char *const befores[] = {"MAIL FROM:<", "MAIL FROM: <", "mail From:<",
                                          "MAIL FROM:<"};
    char after[80];
    const struct letter *l = &s->letters[letter];
    int n = snprintf(after, sizeof after, "@client.test>%s", l->bdat ? " BODY=BINARYMIME" : "");
    if (l->declared)
        n += snprintf(after + n, sizeof after - (size_t)n, " SIZE=%zu", l->declared);
    snprintf(after + n, sizeof after - (size_t)n, "\r\n");
    token(s, MAIL, waits(y), befores[below(y->d, 4)], after)->letter = letter;
}

static void transaction(struct session *s, const struct style *y)
{
    unsigned letter = s->letter_count++;
    letter_make(&s->letters[letter], y->d);
    if (!one_in(y->d, 40))
        reverse_path(s, y, letter);
    recipients(s, y, letter);
    if (one_in(y->d, 25))
        reset(s, y);
    if (s->letters[letter].bdat)
        chunks(s, y, letter);
    else
        data(s, y, letter);
}

/* ---- what goes wrong ---- */

static bool has_stage(const struct session *s, enum kind stage)
{
    for (unsigned i = 0; i < s->count; i++)
        if (s->pieces[i].kind == stage || (stage == KINDS && s->pieces[i].kind == BODY))
            return true;
    return false;
}

/* One of these that the session comes to, from the n-th on round and round; BANNER: none. */
static enum kind stage_of(const struct session *s, const enum kind *stages, unsigned count,
                          unsigned n)
{
    for (unsigned i = 0; i < count; i++)
        if (has_stage(s, stages[(n + i) % count]))
            return stages[(n + i) % count];
    return BANNER;
}

/* The session's number chooses, so that each stage gets each way; half of those that come
 * to a rare one have it. */
static void plan_death(struct session *s)
{
    static const enum kind stages[] = {HELO, MAIL, RCPT, DATA, BODY, BDAT, LAST, QUIT, KINDS};
    static const enum kind rare[] = {RSET, AUTH, AUTH_ANSWER};
    static const enum fault ways[] = {FAULT_CLOSE, FAULT_RESET, FAULT_HALF};
    const unsigned n = s->number, all = sizeof stages / sizeof *stages;
    s->stage = n % 2 ? stage_of(s, rare, 3, n / 6 % 3) : BANNER;
    if (s->stage == BANNER)
        s->stage = stage_of(s, stages, all, n % all);
    s->fault = ways[n / all % 3];
    s->refuse = 0; /* it shall come so far */
}

static void plan_server(struct session *s, struct dice *d)
{
    s->refuse = one_in(d, 4) ? 2 + below(d, 12) : 0;
    s->mta_cuts = one_in(d, 12);
    s->mta_talks = one_in(d, 12);
    s->mta_slow = temper.slow && one_in(d, temper.slow);
    if (temper.dying && !one_in(d, 4)) {
        plan_death(s);
        return;
    }
    if (!one_in(d, 12))
        return;
    s->fault = (enum fault)(1 + below(d, FAULT_COUNT - 1));
    if ((s->fault == FAULT_SILENT || s->fault == FAULT_HALF_SILENT) && !one_in(d, 6))
        s->fault = FAULT_CLOSE; /* silence takes seconds */
    s->fault_at = 1 + below(d, s->count);
}

static void plan_client(struct session *s, struct dice *d)
{
    s->cut = one_in(d, 4) ? 1 + below(d, 700) : 0;
    if (s->cut == 0 && s->wire.n < 600 && one_in(d, 8))
        s->cut = 1;
    else if (s->cut && s->wire.n / s->cut > 300) /* on a busy machine each takes its time */
        s->cut = (unsigned)(s->wire.n / 300);
    s->slow = temper.slow && one_in(d, temper.slow);
    if (s->slow && s->cut == 0)
        s->cut = 40 + (unsigned)(s->wire.n / 100);
    if (!one_in(d, 12))
        return;
    s->leave = (enum leave)(1 + below(d, LEAVE_DEAF));
    if (s->leave == LEAVE_STALL && !one_in(d, 8))
        s->leave = LEAVE_RESET; /* so does waiting for 421 */
    s->leave_at = below(d, (unsigned)s->wire.n + 1);
}

void plan_session(struct session *s)
{
    struct dice d = {campaign_seed * 0x2545f4914f6cdd1du + s->number};
    struct style y = {&d, below(&d, 4)};
    bool impatient = one_in(&d, 12);
    begin(s, BANNER, false);
    y.gates = y.gates == 3 ? 4 : y.gates;
    hello(s, &y);
    s->pieces[1].gate = !impatient;
    noise(s, &y);
    if (temper.dying && one_in(&d, 4)) /* MTAs are to die in it, too */
        auth(s, &y);
    for (unsigned i = one_in(&d, 12) ? 0 : 1u + one_in(&d, 3) + one_in(&d, 4); i > 0; i--) {
        transaction(s, &y);
        noise(s, &y);
    }
    if (!one_in(&d, 6))
        plain(s, QUIT, waits(&y), "QUIT\r\n");
    plan_server(s, &d);
    plan_client(s, &d);
    s->mta_dice.state = roll(&d);
}
