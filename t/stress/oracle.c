/* The client's side of the oracle: is every reply the one that is due?
 *
 * The MTA answers each command with the number of the piece it was, so a reply
 * that it made proves the order by itself.  A reply of the daemon's own is
 * allowed where the state of the transaction, as the replies so far have
 * shown it, gives reason for it.
 *
 * Deliberately not judged: which of two bad things that happened at about the
 * same time is reported; what a client hears after its MTA failed, but that
 * it is a reply that was due, or a 421 and the end; what is said to a client
 * that sent a message before a 354 that never came (its lines are commands
 * then), except that no 2xx is for a message that the MTA has not; texts and
 * enhanced codes; and which of both 503s a command without a transaction gets,
 * the daemon's or the MTA's. */
#include "fire.h"
#include "oracle.h"

enum { TAKEOVER_COMMANDS = 10 }; /* on_takeover_cmds */

static unsigned due(const struct session *s)
{
    return s->answered < s->count ? s->answered : 0;
}

static const struct piece *piece_due(const struct session *s)
{
    return &s->pieces[s->answered];
}

static struct letter *letter_due(struct session *s)
{
    return &s->letters[piece_due(s)->letter];
}

/* The piece that is due completes its message. */
static bool ends_letter(const struct session *s)
{
    return piece_due(s)->kind == BODY || piece_due(s)->kind == LAST;
}

static void settle(struct session *s)
{
    if (ends_letter(s))
        letter_due(s)->told = true;
    s->answered++;
    while (s->answered < s->count && s->pieces[s->answered].skipped)
        s->answered++;
}

/* DATA was refused: no message, unless it is already on its way. */
static void no_body(struct session *s)
{
    if (letter_due(s)->early)
        s->adrift = true;
    else
        s->pieces[s->answered + 1].skipped = true;
}

static void take_over(struct session *s)
{
    s->taken = true;
    s->taken_commands = 0;
    tally.taken_over++;
}

/* ---- replies that the MTA made ---- */

static void after_mail(struct session *s, int code)
{
    if (code / 100 == 2) {
        s->chunks = false;
        s->transaction = OPEN_MAIL;
        s->recipients = 0;
    }
}

static void after_rcpt(struct session *s, int code)
{
    s->recipients += code / 100 == 2;
}

static void after_data(struct session *s, int code)
{
    if (code != 354)
        no_body(s);
}

static void must_be_there(struct session *s, const struct letter *l, int code)
{
    if (code / 100 == 2 && !l->completed)
        complain(s, "%d for a message that the MTA does not have", code);
}

static void after_end(struct session *s, int code)
{
    const struct letter *l = letter_due(s);
    must_be_there(s, l, code);
    s->chunks = s->chunks && code / 100 != 2;
    s->transaction = NO_MAIL;
    s->perhaps_taken = l->spoken_into;
}

static void after_last(struct session *s, int code)
{
    s->chunks = true;
    after_end(s, code);
}

static void after_chunk(struct session *s, int code)
{
    s->chunks = true;
    if (code / 100 == 2)
        return;
    s->transaction = UNSURE;
    s->adrift = code != 421 && s->sent != piece_due(s)[1].at; /* did the daemon take over in it? */
}

static void after_reset(struct session *s, int code)
{
    s->chunks = s->chunks && code / 100 != 2;
    s->transaction = NO_MAIL;
}

/* What is offered is known from EHLO only, and forgotten with each. */
static void after_hello(struct session *s, int code)
{
    s->offered = code == 250 && s->wire.p[piece_due(s)->at] == 'E';
    after_reset(s, code);
}

static void after_auth(struct session *s, int code)
{
    if (code != 334)
        s->pieces[s->answered + 1].skipped = true;
}

static void after_banner(struct session *s, int code)
{
    if (code != 220)
        s->server_failed = true; /* this MTA wants nobody */
}

static void (*const effects[KINDS])(struct session *s, int code) = {
    [BANNER] = after_banner, [HELO] = after_hello, [MAIL] = after_mail,  [RCPT] = after_rcpt,
    [DATA] = after_data,     [BODY] = after_end,   [BDAT] = after_chunk, [LAST] = after_last,
    [RSET] = after_reset,    [AUTH] = after_auth,
};

static void from_mta(struct session *s, unsigned number, int code)
{
    enum kind kind = piece_due(s)->kind;
    if (number != s->answered)
        complain(s, "the reply to #%u where #%u is due", number, s->answered);
    if (code == 354 && kind != DATA)
        complain(s, "354 to what is not DATA");
    if (kind == BAD || kind == NEVER)
        complain(s, "the MTA has answered #%u, which it must not get", s->answered);
    s->perhaps_taken = false;
    s->taken_commands = 0;
    if (effects[kind])
        effects[kind](s, code);
    settle(s);
}

/* ---- replies of the daemon's own ---- */

static bool own_mail(struct session *s, int code)
{
    return code == 503 && s->transaction != NO_MAIL;
}

static bool own_rcpt(struct session *s, int code)
{
    return code == 503 && s->transaction != OPEN_MAIL;
}

static bool own_data(struct session *s, int code)
{
    if (code != 503 || s->transaction == OPEN_MAIL)
        return false;
    no_body(s);
    return true;
}

static bool own_chunk(struct session *s, int code)
{
    return code == 503 && (s->transaction != OPEN_MAIL || s->recipients == 0 || !s->offered);
}

static bool verdict(struct session *s, int code)
{
    const struct letter *l = letter_due(s);
    if (code == 550 && (l->marked || l->bare_cr)) {
        tally.refused_marked += l->marked;
        tally.refused_cr += l->bare_cr;
    } else if (code != 451 || !(s->server_failed || fire_excuses(EXCUSE_CHECK)))
        return false;
    take_over(s);
    return true;
}

/* What the MTA has taken, nobody but it may answer. */
static void no_second_opinion(struct session *s, int code)
{
    if (ends_letter(s) && letter_due(s)->completed)
        complain(s, "%d for a message that the MTA has", code);
}

static bool own_last(struct session *s, int code)
{
    return own_chunk(s, code) || verdict(s, code);
}

static bool unoffered(struct session *s, int code)
{
    if (piece_due(s)->kind == AUTH)
        s->pieces[s->answered + 1].skipped = true;
    return code == 503 && !s->offered;
}

static bool own_bad(struct session *s, int code)
{
    (void)s;
    return code == 500;
}

static bool own_never(struct session *s, int code)
{
    (void)s;
    return code == 502;
}

static bool own_quit(struct session *s, int code)
{
    return code == 221 && s->chunks;
}

static bool (*const reasons[KINDS])(struct session *s, int code) = {
    [MAIL] = own_mail,  [RCPT] = own_rcpt,  [DATA] = own_data,      [BODY] = verdict,
    [BDAT] = own_chunk, [LAST] = own_last,  [BAD] = own_bad,        [NEVER] = own_never,
    [QUIT] = own_quit,  [AUTH] = unoffered, [STARTTLS] = unoffered,
};

static void from_daemon(struct session *s, int code)
{
    enum kind kind = piece_due(s)->kind;
    no_second_opinion(s, code);
    if (!reasons[kind] || !reasons[kind](s, code))
        complain(s, "the daemon says %d to #%u (kind %d) without a reason", code, s->answered,
                 (int)kind);
    settle(s);
}

/* ---- the daemon as the server ---- */

static const int taken_codes[KINDS] = {
    [HELO] = 250,     [MAIL] = 421,  [RCPT] = 503, [DATA] = 503,  [BDAT] = 503,
    [LAST] = 503,     [RSET] = 250,  [NOOP] = 250, [OTHER] = 502, [AUTH] = 454,
    [STARTTLS] = 454, [NEVER] = 502, [BAD] = 500,  [QUIT] = 221,
};

static void from_takeover(struct session *s, int code)
{
    enum kind kind = piece_due(s)->kind;
    int want = taken_codes[kind];
    no_second_opinion(s, code);
    if (kind != BAD && kind != QUIT && s->taken_commands++ >= TAKEOVER_COMMANDS)
        want = 421;
    if (code != want)
        complain(s, "%d where the takeover says %d to #%u", code, want, s->answered);
    if (kind == DATA)
        no_body(s);
    if (kind == AUTH)
        s->pieces[s->answered + 1].skipped = true;
    settle(s);
}

/* The spool failed in a chunk: it gets 451, and so does what is owed before it. */
static bool is_owed(struct session *s, int code)
{
    enum kind kind = piece_due(s)->kind;
    bool message = ends_letter(s) || kind == DATA;
    if (code != 451 || kind <= MAIL || message)
        return false;
    s->owed = s->owed || fire_excuses(EXCUSE_CHECK);
    return s->owed;
}

static void from_us(struct session *s, int code)
{
    bool last_chunk = ends_letter(s) && code == 451;
    if (!s->taken && is_owed(s, code)) {
        settle(s);
        return;
    }
    if (s->owed && !s->taken && !last_chunk)
        take_over(s); /* the failed chunk has had its answer */
    if (s->taken || (s->perhaps_taken && code == taken_codes[piece_due(s)->kind]))
        from_takeover(s, code);
    else
        from_daemon(s, code);
}

/* ---- all of them ---- */

static void from_421(struct session *s)
{
    void (*effect)(struct session *, int) = effects[piece_due(s)->kind];
    if (effect)
        effect(s, 421);
    settle(s);
}

/* May the daemon say 421 by itself?  It greets with it when it cannot connect, and ends a
 * takeover with it at MAIL, or when enough commands have been answered. */
static bool may_end(const struct session *s)
{
    if (s->answered < s->count && piece_due(s)->kind == BANNER) {
        if (!fire_excuses(EXCUSE_DIAL))
            tally.own_greetings++;
        return true;
    }
    bool mail = s->answered < s->count && piece_due(s)->kind == MAIL;
    if ((s->taken || s->perhaps_taken) && (mail || s->taken_commands >= TAKEOVER_COMMANDS))
        return true;
    return s->server_failed || s->leave == LEAVE_STALL;
}

/* The MTA's own is the reply to a command; what the daemon has said behind it still comes. */
static void farewell(struct session *s, const char *text)
{
    if (strncmp(text, "mta", 3) == 0) {
        if (s->answered < s->count)
            from_421(s);
        return;
    }
    tally.farewells += !s->ending;
    if (!may_end(s))
        complain(s, "421 without a reason");
    s->ending = true;
}

/* What is due is not known any more; what the MTA says has its number all the same. */
static void while_adrift(struct session *s, int code, const char *text)
{
    unsigned number;
    if (sscanf(text, "mta #%u", &number) != 1 || number >= s->count)
        return;
    const struct piece *p = &s->pieces[number];
    if (p->kind != BODY && p->kind != LAST)
        return;
    must_be_there(s, &s->letters[p->letter], code);
    s->letters[p->letter].told = true;
    tally.adrift++;
}

void oracle_reply(struct session *s, int code, const char *all, size_t n, const char *text)
{
    unsigned number;
    trace(s, "C <", all, n);
    if (s->adrift) {
        while_adrift(s, code, text);
        return;
    }
    if (code == 421) {
        farewell(s, text);
        return;
    }
    if (s->ending)
        complain(s, "%d behind the last reply", code);
    if (s->answered >= s->count || s->sent < piece_due(s)->at + piece_due(s)->head) {
        complain(s, "%d that nobody asked for (#%u is not sent)", code, due(s));
        return;
    }
    if (memmem(all, n, "XCLIENT", 7) || memmem(all, n, "BURL", 4))
        complain(s, "an extension is offered that cannot be honoured");
    if (sscanf(text, "mta #%u", &number) == 1 && !s->taken)
        from_mta(s, number, code);
    else
        from_us(s, code);
}
