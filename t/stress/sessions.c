/* The sessions that are under way, found by their number.  One that is asked
 * for when its client has long gone is planned anew: the daemon may still be
 * telling the MTA what that client said. */
#include "oracle.h"

enum { ROWS = 4096 };

uint64_t campaign_seed;
static struct session *rows[ROWS];

static struct session **place_of(unsigned number)
{
    struct session **at = &rows[number % ROWS];
    while (*at && (*at)->number != number)
        at = &(*at)->next;
    return at;
}

struct session *session_hold(unsigned number)
{
    struct session **at = place_of(number);
    if (*at == NULL) {
        *at = calloc(1, sizeof **at);
        if (*at == NULL)
            abort();
        (*at)->number = number;
        plan_session(*at);
    }
    (*at)->references++;
    return *at;
}

void session_let_go(struct session *s)
{
    if (--s->references > 0)
        return;
    oracle_gone(s);
    *place_of(s->number) = s->next;
    for (unsigned i = 0; i < s->letter_count; i++)
        letter_finish(&s->letters[i]);
    bytes_finish(&s->wire);
    free(s);
}

void sessions_cut_off(unsigned port)
{
    for (unsigned i = 0; i < ROWS; i++)
        for (struct session *s = rows[i]; s; s = s->next)
            if (s->client && client_port(s->client) == port)
                s->cut_off = true;
}
