/* The campaign: random sessions through the daemon, with a client on one side
 * and an MTA on the other, both in this process, so that for everything that
 * comes out it is known what went in.
 *
 *   random.h   dice of a seed
 *   bytes.h    a string that grows
 *   letter.c   random messages, and what must arrive of each
 *   plan.c     a random session: all that its client will send, in pieces; plan.h what they are
 *   sessions.c those that are under way
 *   loop.c     one epoll set for both sides
 *   client.c   sends the plan, cut and interrupted as planned; reads the replies
 *   sink.c     the sockets of the MTA; mta.c is what it says: strict, and
 *              unreliable as planned: mta_faults.c
 *   oracle.c   says what may happen, and complains of the rest; oracle_end.c, how it may end
 *   fire.c     what is done to the daemon meanwhile, and what that excuses
 *   campaign.c many sessions side by side, and the figures
 *
 * A session is its number and the seed: `only=NUMBER` repeats it. */
#ifndef CAMPAIGN_H
#define CAMPAIGN_H

#include "plan.h"

struct client;

struct session {
    unsigned number;
    struct bytes wire;
    struct piece pieces[MAX_PIECES];
    unsigned count;
    struct letter letters[MAX_LETTERS];
    unsigned letter_count;
    struct dice mta_dice;
    enum fault fault;
    unsigned fault_at, refuse; /* the MTA refuses one command in so many; 0: none */
    enum kind stage;           /* dying: what the MTA gets when it dies; KINDS: part of a message */
    bool mta_cuts, mta_talks;  /* its replies in single bytes; of many lines */
    bool slow, mta_slow;       /* reads and writes a little, and rests */
    enum leave leave;
    size_t leave_at;
    unsigned cut; /* 0: sends all it may, else at most so many bytes at a time */

    /* the oracle's */
    unsigned answered; /* pieces before this one are settled */
    enum transaction transaction;
    unsigned recipients;
    bool chunks;  /* the MTA may have some, without the end of their message */
    bool offered; /* the last EHLO was, and no HELO came after it: CHUNKING, AUTH, STARTTLS */
    int last_code;
    unsigned taken_commands;
    bool taken;         /* the daemon plays the server */
    bool perhaps_taken; /* it may have heard the MTA in mid-message, and left it */
    bool ending;        /* a reply said that the session ends */
    bool server_failed; /* the MTA did what excuses the daemon */
    bool adrift;        /* a message went out before a 354 that never came */
    bool left;          /* the client went away by itself, or sends no more */
    bool cut_off;       /* its worker was killed */
    bool owed;          /* the spool failed: what is due gets 451, then we are taken over */
    size_t sent;
    struct client *client; /* NULL: gone */
    unsigned references;
    struct session *next; /* in the table of sessions.c */
};

/* plan.c */
extern struct temper {
    unsigned slow; /* one session in so many has slow peers; 0: none */
    bool dying;    /* all MTAs die, at each stage and in each way in turn */
} temper;
void plan_session(struct session *s);

/* sessions.c: those that a client or the MTA still holds. */
extern uint64_t campaign_seed;
struct session *session_hold(unsigned number); /* makes it if it is not there */
void session_let_go(struct session *s);
void sessions_cut_off(unsigned port); /* those of a client at this port */

/* letter.c */
void letter_make(struct letter *l, struct dice *d);
void letter_finish(struct letter *l);

/* client.c */
struct client *client_start(unsigned number, uint16_t port);
unsigned client_port(const struct client *c);

/* sink.c */
uint16_t sink_listen(void);
void sink_gone(void); /* who connects is refused */
void sink_here(void);
extern unsigned sink_open; /* connections */

#endif
