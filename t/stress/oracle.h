/* What may happen in a session.  See oracle.c for what is judged and what not; the end
 * of a session is oracle_end.c's. */
#ifndef CAMPAIGN_ORACLE_H
#define CAMPAIGN_ORACLE_H

#include "campaign.h"

/* A figure of the run. */
struct tally {
    unsigned complaints, sessions, completed, refused_marked, refused_cr, taken_over, farewells,
        own_greetings, banner_faults, faults, left, resets;
    unsigned cut_off; /* sessions that a killed worker took along */
    unsigned windows; /* messages at the MTA whose clients were cut off before they were told */
    unsigned adrift;  /* last replies to messages, of sessions that are adrift */
    unsigned unheard; /* the same, where the client left or the MTA failed */
    uint64_t bytes;
};
extern struct tally tally;
extern bool tracing; /* prints the dialogue */

void complain(const struct session *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void trace(const struct session *s, const char *who, const char *p, size_t n);

/* The client has read a reply: all of it, and its last line behind the code. */
void oracle_reply(struct session *s, int code, const char *all, size_t n, const char *text);
/* The daemon has closed the client's connection; reset: not in good order. */
void oracle_end(struct session *s, bool reset);

/* Nobody holds the session any longer. */
void oracle_gone(const struct session *s);

/* The MTA has read a command line.  The piece it is, 0: none (and said so). */
unsigned oracle_line(struct session *s, unsigned cursor, const char *line, size_t n);
/* The MTA has got the end of a message. */
void oracle_message(struct session *s, unsigned letter, const struct bytes *got, size_t declared);

#endif
