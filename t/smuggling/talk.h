/* The live matrix: clients through the daemon to a toy MTA, all in this process.
 *
 *   cases.c    the matrix
 *   expect.c   what must come of a case
 *   client.c   sends its script and holds the answers to it
 *   mta.c      reads as one of models.c does; over what it got in DATA all must agree
 *   judge.c    compares what was expected, what the checks saw, what arrived
 *   smuggle.c  many cases side by side, and the figures */
#ifndef SMUGGLING_TALK_H
#define SMUGGLING_TALK_H

#include "expect.h"
#include "../stress/loop.h"

struct talk {
    struct plan_case plan;
    struct expected expected;
    struct talk *next; /* of its batch */
};

extern struct figures {
    unsigned cases, messages, refused, flawed, loose, complaints;
} figures;

/* client.c; real: the MTA is no toy, and answers in its own way. */
extern unsigned clients_open;
void client_start(struct talk *t, bool normalise, bool real, uint16_t port);

/* mta.c: model MODELS is one after the other. */
extern unsigned mta_open;
uint16_t mta_listen(void);
void mta_reads(unsigned model, bool header);

/* judge.c */
void judge_begin(struct talk *t);
void judge_taken(const char *from, uint64_t hash, bool hash_counts);
/* All that was begun is over.  elsewhere: what the MTA took is not known here. */
void judge_batch(FILE *notary, bool elsewhere);
void complain(const struct talk *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
