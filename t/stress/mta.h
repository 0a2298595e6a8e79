/* The MTA's end of one connection: mta.c is what it says, sink.c its socket. */
#ifndef CAMPAIGN_MTA_H
#define CAMPAIGN_MTA_H

#include "campaign.h"
#include "loop.h"

enum mode { LINES, IN_DATA, IN_CHUNK, MUTE /* reads no more, says no more */ };

struct mta {
    struct endpoint e;
    struct session *session; /* NULL: not known yet */
    struct bytes in, out, body;
    enum mode mode;
    unsigned cursor, commands; /* the last piece seen; how many commands */
    unsigned letter, declared_letter,
        recipients; /* the letter is DATA's, which MAIL's may not be */
    bool mail, answered_early, closing;
    uint64_t chunk_left, pause_until, rest_until;
    size_t declared;
};

/* How often an MTA died, dying: at this stage and in this way. */
enum { WAYS_TO_DIE = 3 };
extern unsigned mta_deaths[KINDS + 1][WAYS_TO_DIE];
extern const char *const mta_ways[WAYS_TO_DIE], *const mta_stages[KINDS + 1];

void mta_take(struct mta *m); /* what has come in, as far as it goes */
void mta_say(struct mta *m, int code, unsigned piece);
void mta_hang_up(struct mta *m, bool reset);

/* mta_faults.c: does it fail instead of replying to this piece?  With what has come of a
 * message?  Then it has. */
bool mta_fails(struct mta *m, unsigned piece);
bool mta_fails_in_message(struct mta *m);

#endif
