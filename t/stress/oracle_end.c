/* The end of a session: may it end like this, and does the client know of each message
 * that the MTA has?  A killed worker's may end anywhere. */
#include "oracle.h"

/* The client half-closed inside of a message or a chunk: nobody waits for an answer. */
static bool broke_off(const struct session *s)
{
    for (unsigned i = s->answered; i < s->count; i++) {
        const struct piece *p = &s->pieces[i];
        bool large = p->kind == BODY || p->kind == BDAT || p->kind == LAST;
        if (large && s->sent > p->at && s->sent < p->at + p->size)
            return true;
        /* DATA is answered, and the message never begins */
        if (p->kind == BODY && s->sent == p->at)
            return true;
    }
    return false;
}

/* Where the piece ends whose reply is due. */
static size_t end_of_due(const struct session *s)
{
    return s->pieces[s->answered].at + s->pieces[s->answered].size;
}

void oracle_end(struct session *s, bool reset)
{
    bool quit = s->answered == s->count && s->pieces[s->count - 1].kind == QUIT;
    bool early = s->left && s->answered == 0 && s->sent == 0; /* it came and went */
    tally.resets += reset;
    tally.cut_off += s->cut_off && !quit;
    if (s->cut_off)
        return;
    if (s->ending || s->server_failed || s->adrift || quit || early || broke_off(s))
        return;
    if (s->left && s->leave == LEAVE_STALL)
        complain(s, "a client that sends no more is not told");
    else if (!s->left)
        complain(s, "closed without a word, #%u was due", s->answered);
    else if (s->answered < s->count && s->sent >= end_of_due(s))
        complain(s, "closed, and #%u was not answered", s->answered);
}

void oracle_gone(const struct session *s)
{
    for (unsigned i = 0; i < s->letter_count; i++) {
        if (!s->letters[i].completed || s->letters[i].told)
            continue;
        if (s->cut_off)
            tally.windows++;
        else if (s->left || s->server_failed || s->adrift)
            tally.unheard++;
        else
            complain(s, "message %u is at the MTA, and its client was never told", i);
    }
}
