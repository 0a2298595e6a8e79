/* How the MTA fails: as the session's plan says.  Then the session is marked,
 * because that excuses the daemon. */
#include "mta.h"
#include "oracle.h"

enum { PAUSE_MS = 150 };

const char *const mta_ways[WAYS_TO_DIE] = {"close", "reset", "half"};
const char *const mta_stages[KINDS + 1] = {[HELO] = "helo",
                                           [MAIL] = "mail",
                                           [RCPT] = "rcpt",
                                           [DATA] = "data",
                                           [BODY] = "dot",
                                           [BDAT] = "bdat",
                                           [LAST] = "last",
                                           [QUIT] = "quit",
                                           [RSET] = "rset",
                                           [AUTH] = "auth",
                                           [AUTH_ANSWER] = "auth_answer",
                                           [KINDS] = "in_message"};
unsigned mta_deaths[KINDS + 1][WAYS_TO_DIE];

static void fail(struct mta *m, const char *last_words, bool end)
{
    m->session->server_failed = true;
    tally.faults++;
    trace(m->session, "M > fails", last_words, strlen(last_words));
    bytes_text(&m->out, last_words);
    m->mode = MUTE;
    m->closing = end;
}

/* Its plan is to die at this stage. */
static void die(struct mta *m, enum kind stage)
{
    static const enum fault ways[WAYS_TO_DIE] = {FAULT_CLOSE, FAULT_RESET, FAULT_HALF};
    for (unsigned i = 0; i < WAYS_TO_DIE; i++)
        mta_deaths[stage][i] += m->session->fault == ways[i];
    fail(m, m->session->fault == FAULT_HALF ? "250-mta is\r\n250" : "",
         m->session->fault != FAULT_RESET);
    if (m->session->fault == FAULT_RESET)
        mta_hang_up(m, true);
}

bool mta_fails(struct mta *m, unsigned piece)
{
    static const char *const garbage[] = {"hello\r\n", "25", "2x0 \r\n", "250_ok\r\n", "\r\n"};
    struct session *s = m->session;
    static const char *const words[FAULT_COUNT] = {
        [FAULT_CLOSE] = "",
        [FAULT_HALF] = "250-mta is\r\n250",
        [FAULT_HALF_SILENT] = "25",
        [FAULT_SILENT] = "",
        [FAULT_BYE] = "421 mta goes\r\n",
        [FAULT_WRONG] = "354 mta wants\r\n",
    };
    if (s->stage) {
        if (s->pieces[piece].kind == s->stage)
            die(m, s->stage);
        return m->mode == MUTE;
    }
    if (m->commands++ < s->fault_at)
        return false;
    if (s->fault == FAULT_WRONG && s->pieces[piece].kind == DATA)
        return false;
    if (s->fault == FAULT_GARBAGE)
        fail(m, garbage[below(&s->mta_dice, 5)], one_in(&s->mta_dice, 2));
    else if (s->fault == FAULT_RESET) {
        fail(m, "", false);
        mta_hang_up(m, true);
    } else if (words[s->fault])
        fail(m, words[s->fault],
             s->fault != FAULT_SILENT && s->fault != FAULT_HALF_SILENT && s->fault != FAULT_WRONG);
    return m->mode == MUTE;
}

bool mta_fails_in_message(struct mta *m)
{
    struct session *s = m->session;
    if (s->stage == KINDS) {
        die(m, KINDS);
        return true;
    }
    if (s->stage || m->commands < s->fault_at)
        return false;
    if (s->fault == FAULT_IN_BODY)
        fail(m, one_in(&s->mta_dice, 2) ? "421 mta breaks off\r\n" : "", true);
    if (s->fault == FAULT_PAUSE) {
        s->fault = FAULT_NONE;
        m->pause_until = loop_now() + PAUSE_MS;
    }
    if (s->fault == FAULT_EARLY && m->mode == IN_DATA) {
        s->fault = FAULT_NONE;
        m->answered_early = true;
        s->letters[m->letter].spoken_into = true;
        mta_say(m, 552, s->letters[m->letter].end);
    }
    return m->mode == MUTE || m->pause_until > loop_now();
}
