/* The MTA's side.  It is strict: only CRLF.CRLF ends data, every line must be
 * one the client sent, no bare CR or LF may come in DATA.  And it fails as the
 * session's plan says (mta_faults.c).  Its replies say which piece they answer: "250 mta #7". */
#include "mta.h"
#include "../unit/readings.h"
#include "oracle.h"
#include <strings.h>

static void forget_mail(struct mta *m)
{
    m->mail = m->answered_early = false;
    m->recipients = 0;
    m->body.n = 0;
    m->declared = 0;
}

/* ---- what it says ---- */

void mta_say(struct mta *m, int code, unsigned piece)
{
    char text[64];
    const struct session *s = m->session;
    if (s->mta_talks) {
        snprintf(text, sizeof text, "%d-this MTA likes\r\n%d-to talk\r\n", code, code);
        bytes_text(&m->out, text);
    }
    snprintf(text, sizeof text, "%d mta #%u\r\n", code, piece);
    bytes_text(&m->out, text);
    trace(s, "M >", text, strlen(text));
}

/* Its plan may be to refuse. */
static int code_or_refusal(struct mta *m, int code)
{
    static const int refusals[] = {450, 451, 452, 500, 502, 550, 554};
    struct session *s = m->session;
    if (!s->refuse || !one_in(&s->mta_dice, s->refuse))
        return code;
    return refusals[below(&s->mta_dice, 7)];
}

/* ---- messages ---- */

/* Also when it is refused: that the end came is what is judged. */
static void complete(struct mta *m)
{
    struct session *s = m->session;
    struct letter *l = &s->letters[m->letter];
    unsigned end = l->end;
    oracle_message(s, m->letter, &m->body, m->letter == m->declared_letter ? m->declared : 0);
    bool early = m->answered_early;
    int code = code_or_refusal(m, 250);
    m->mode = LINES;
    if (!early && !mta_fails(m, end)) {
        l->completed = l->completed || code == 250;
        mta_say(m, code, end);
    }
    m->cursor = end;
    forget_mail(m);
}

/* Where a line of DATA has what only a lenient MTA would take for its end. */
static void check_line_ends(struct mta *m, size_t end)
{
    const char *p = m->body.p, *stop = p + end;
    for (const char *at = p; at < stop; at++) {
        const char *lf = memchr(at, '\n', (size_t)(stop - at));
        const char *cr = memchr(at, '\r', (size_t)(stop - at));
        if (!lf && !cr)
            return;
        if (!cr || lf != cr + 1) {
            complain(m->session, "a bare CR or LF comes to the MTA");
            return;
        }
        at = lf;
    }
}

static void unstuff(struct bytes *b)
{
    size_t to = 0;
    bool start = true;
    for (size_t from = 0; from < b->n; from++) {
        bool stuffing = start && b->p[from] == '.';
        start = b->p[from] == '\n';
        if (!stuffing)
            b->p[to++] = b->p[from];
    }
    b->n = to;
}

/* Takes bytes of DATA; how many. */
static size_t take_data(struct mta *m, const char *p, size_t n)
{
    static const char mark[] = "\r\n.\r\n";
    size_t old = m->body.n, from = old > 4 ? old - 4 : 0;
    bytes_add(&m->body, p, n);
    const char *dot = m->body.n >= 3 && old < 3 && memcmp(m->body.p, mark + 2, 3) == 0
                          ? m->body.p - 2
                          : memmem(m->body.p + from, m->body.n - from, mark, 5);
    if (!dot)
        return n;
    size_t text = (size_t)(dot + 2 - m->body.p), used = text + 3 - old;
    m->body.n = text;
    check_line_ends(m, text);
    unstuff(&m->body);
    complete(m);
    return used;
}

static void chunk_answer(struct mta *m)
{
    bool good = m->mail && m->recipients > 0;
    int code = good ? code_or_refusal(m, 250) : 503;
    m->mode = LINES;
    if (mta_fails(m, m->cursor))
        return;
    if (code / 100 != 2)
        m->mail = false; /* the transaction is over, as in Postfix */
    mta_say(m, code, m->cursor);
}

static size_t take_chunk(struct mta *m, const char *p, size_t n)
{
    size_t take = n < m->chunk_left ? n : (size_t)m->chunk_left;
    m->chunk_left -= take;
    bytes_add(&m->body, p, take);
    if (m->chunk_left == 0)
        chunk_answer(m);
    return take;
}

/* ---- commands ---- */

static void on_helo(struct mta *m, const char *line)
{
    int code = code_or_refusal(m, 250);
    forget_mail(m);
    if (code == 250 && *line == 'E')
        bytes_text(
            &m->out,
            "250-mta.test\r\n250-PIPELINING\r\n250-XCLIENT NAME ADDR\r\n"
            "250-CHUNKING\r\n250-BINARYMIME\r\n250-8BITMIME\r\n250-SIZE 9999999\r\n"
            "250-ENHANCEDSTATUSCODES\r\n250-AUTH LOGIN\r\n250-STARTTLS\r\n250-BURL imap\r\n");
    mta_say(m, code, m->cursor);
}

static void on_mail(struct mta *m, const char *line)
{
    int code = code_or_refusal(m, 250);
    const char *size = strstr(line, " SIZE=");
    if (m->mail)
        complain(m->session, "a second MAIL comes to the MTA");
    forget_mail(m);
    m->mail = code == 250;
    m->declared_letter = m->session->pieces[m->cursor].letter;
    m->declared = size ? (size_t)strtoull(size + 6, NULL, 10) : 0;
    mta_say(m, code, m->cursor);
}

static void on_rcpt(struct mta *m, const char *line)
{
    (void)line;
    int code = m->mail ? code_or_refusal(m, 250) : 503;
    m->recipients += code == 250;
    mta_say(m, code, m->cursor);
}

static void on_data(struct mta *m, const char *line)
{
    (void)line;
    int code = m->mail && m->recipients ? code_or_refusal(m, 354) : 503;
    unsigned letter = m->session->pieces[m->cursor].letter;
    m->letter = letter;
    if (code == 354)
        m->mode = IN_DATA;
    else if (m->session->letters[letter].early)
        m->session->adrift = true;
    m->body.n = 0;
    mta_say(m, code, m->cursor);
}

static void on_bdat(struct mta *m, const char *line)
{
    unsigned long long size = strtoull(line + 4, NULL, 10);
    m->chunk_left = size;
    m->letter = m->session->pieces[m->cursor].letter;
    m->mode = IN_CHUNK;
    if (size == 0)
        take_chunk(m, "", 0);
}

static void on_reset(struct mta *m, const char *line)
{
    (void)line;
    forget_mail(m); /* whatever it says */
    mta_say(m, code_or_refusal(m, 250), m->cursor);
}

static void on_other(struct mta *m, const char *line)
{
    (void)line;
    mta_say(m, code_or_refusal(m, 250), m->cursor);
}

static void on_auth(struct mta *m, const char *line)
{
    (void)line;
    mta_say(m, one_in(&m->session->mta_dice, 3) ? 535 : 334, m->cursor);
}

static void on_auth_answer(struct mta *m, const char *line)
{
    mta_say(m, *line == '*' ? 501 : one_in(&m->session->mta_dice, 3) ? 535 : 235, m->cursor);
}

static void on_starttls(struct mta *m, const char *line)
{
    (void)line;
    mta_say(m, 454, m->cursor);
}

static void on_quit(struct mta *m, const char *line)
{
    (void)line;
    if (m->mail && m->body.n > 0)
        complain(m->session, "QUIT comes to an MTA that has chunks without their end");
    mta_say(m, 221, m->cursor);
    m->closing = true;
}

static void (*const commands[KINDS])(struct mta *m, const char *line) = {
    [HELO] = on_helo,
    [MAIL] = on_mail,
    [RCPT] = on_rcpt,
    [DATA] = on_data,
    [BDAT] = on_bdat,
    [LAST] = on_bdat,
    [RSET] = on_reset,
    [NOOP] = on_other,
    [OTHER] = on_other,
    [AUTH] = on_auth,
    [AUTH_ANSWER] = on_auth_answer,
    [STARTTLS] = on_starttls,
    [QUIT] = on_quit,
};

/* "BDAT 0 LAST" is the daemon's: it has released the message. */
static bool releases(struct mta *m, const char *line)
{
    if (strcasecmp(line, "BDAT 0 LAST") != 0)
        return false;
    trace(m->session, "M <", line, strlen(line));
    if (!m->mail)
        complain(m->session, "a message is completed whose chunks were refused");
    complete(m);
    return true;
}

/* Commands say which session this is. */
static bool recognise(struct mta *m, const char *line)
{
    unsigned number;
    const char *token = m->session ? NULL : strstr(line, " s");
    if (!m->session && !token)
        token = strstr(line, "<s");
    if (!m->session && token && sscanf(token + 2, "%u.", &number) == 1)
        m->session = session_hold(number);
    return m->session != NULL;
}

static void unknown_line(struct mta *m, const char *line)
{
    static const struct session nobody = {0};
    if (strcasecmp(line, "QUIT") != 0)
        complain(&nobody, "the MTA gets a first line that nobody sent: %s", line);
    m->mode = MUTE;
    m->closing = true;
}

/* A careless MTA must not take another command, or another address, from it. */
static void read_otherwise(const struct mta *m, struct span line)
{
    const char *who = read_differently(line);
    if (who)
        complain(m->session, "a line comes to the MTA that is read otherwise by: %s", who);
}

static void take_line(struct mta *m, const char *line, size_t n)
{
    if (!recognise(m, line)) {
        unknown_line(m, line);
        return;
    }
    if (releases(m, line))
        return;
    unsigned piece = oracle_line(m->session, m->cursor, line, n);
    if (piece == 0) {
        m->mode = MUTE; /* the daemon's own QUIT, or what has been complained of */
        m->closing = true;
        return;
    }
    m->cursor = piece;
    enum kind kind = m->session->pieces[piece].kind;
    if (kind != AUTH_ANSWER)
        read_otherwise(m, span_of(line, n));
    if (kind == BDAT || kind == LAST || !mta_fails(m, piece))
        commands[kind](m, line);
}

/* One line off the front of what came; its length, 0: it is not whole. */
static size_t take_commands(struct mta *m, const char *p, size_t n)
{
    char line[8192];
    const char *lf = memchr(p, '\n', n);
    if (!lf)
        return 0;
    size_t raw = (size_t)(lf - p) + 1;
    size_t text = raw > 1 && lf[-1] == '\r' ? raw - 2 : raw - 1;
    if (text >= sizeof line)
        text = sizeof line - 1;
    memcpy(line, p, text);
    line[text] = '\0';
    take_line(m, line, text);
    return raw;
}

void mta_take(struct mta *m)
{
    size_t at = 0, used = 1;
    while (at < m->in.n && used > 0 && m->mode != MUTE && !m->e.dead) {
        const char *p = m->in.p + at;
        size_t n = m->in.n - at;
        if (m->mode != LINES && mta_fails_in_message(m))
            break;
        used = m->mode == LINES     ? take_commands(m, p, n)
               : m->mode == IN_DATA ? take_data(m, p, n)
                                    : take_chunk(m, p, n);
        at += used;
    }
    if (!m->e.dead)
        bytes_drop(&m->in, at);
}
