/* The server's side of the whole-session target; see session_mta.c. */
#ifndef SG_T_FUZZ_SESSION_MTA_H
#define SG_T_FUZZ_SESSION_MTA_H

#include "session.h"

enum item_kind { ITEM_BANNER, ITEM_COMMAND, ITEM_ANSWER, ITEM_END };

/* What gets one reply. */
struct item {
    enum item_kind kind;
    enum verb verb;
    size_t at, n; /* the line in mta.wire, without its end */
    bool answered;
    int code;
    size_t reply_at, reply_n; /* in mta.said */
};

struct mta {
    struct buffer wire, said; /* all that came, all that was said */
    size_t read, heard;       /* how much of each has been understood */
    struct item *items;
    unsigned count, answered, messages;
    enum { MTA_LINES, MTA_BODY, MTA_CHUNK, MTA_TUNNEL, MTA_TAKEN, MTA_ODD } mode;
    size_t body, tunnel; /* where in wire it began */
    struct buffer chunks;
    uint64_t chunk_left;
    bool answer_next;   /* the next line answers a 334 */
    bool chunk_refused; /* … of this transaction */
    struct reply_note {
        bool is;
        int code;
        size_t at, n;
    } early;             /* said in mid-message: the answer to its end */
    bool odd;            /* it said what no server says: nothing is judged any more */
    bool blurred;        /* it said what cannot be told apart: order is not judged */
    bool obliging;       /* answers by itself */
    struct buffer words; /* … with these first */
};
extern struct mta mta;

void mta_begin(void);
void mta_end(void);
void mta_connected(void);
void mta_read(void);   /* wire has grown */
void mta_spoke(void);  /* said has grown */
bool mta_oblige(void); /* answers what is owed; false: nothing is */
struct span mta_line(const struct item *item);
struct span mta_reply(const struct item *item);

/* ---- session_replies.c ---- */

struct reply;
struct span reply_words(const struct reply *r); /* behind the enhanced code */
bool reply_is_own(const struct reply *r);       /* the relay's */
/* It is what the server said, as the client is to see it. */
bool reply_is(const struct reply *r, struct span said);
/* What the client heard, up to our own last word if that has been said. */
struct span reply_before_421(struct span heard);

/* ---- session_careless.c ---- */

void careless_command(struct span line); /* that has come */
void careless_tunnel(struct span bytes); /* since it began */
bool careless_waits(const struct item *item);

#endif
