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
    uint64_t chunk_left, pause_until;
    size_t declared;
};

void mta_take(struct mta *m); /* what has come in, as far as it goes */
void mta_hang_up(struct mta *m, bool reset);

#endif
