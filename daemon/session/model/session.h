/* A session: one client connection, the connection to its server, and what is
 * between them.  Private to session/; the worker sees sessions.h.
 *
 * Every event (bytes, end, time, a plugin's answer) enters through table.c,
 * which hands it to the step the session is in and then settles: what was
 * written is flushed, who must wait is paused, the timer is armed. */
/* long: the one struct of a session and what every step does with it. */
#ifndef SG_SESSION_MODEL_SESSION_H
#define SG_SESSION_MODEL_SESSION_H

#include "../../base/address.h"
#include "../../net/conn.h"
#include "../../net/timer.h"
#include "../../plugin/chain.h"
#include "../../smtp/reply.h"
#include "../../smtp/slots.h"
#include "service.h"

enum step {
#define STEP(name, activity, bulk) STEP_##name,
#include "steps.def"
#undef STEP
    STEP_COUNT
};

struct step_facts {
    const char *name;
    enum activity activity;
    bool bulk;
};
extern const struct step_facts step_facts[STEP_COUNT];
const char *step_name(unsigned step); /* "?" of none */

struct mail;
struct notes;
struct client_told;

enum sync { /* why commands wait although nothing else hinders */
            SYNC_NONE,
            SYNC_DATA,     /* DATA's reply */
            SYNC_AUTH,     /* a reply of an AUTH exchange */
            SYNC_STARTTLS, /* STARTTLS' reply */
            SYNC_REPLIES   /* all replies owed */
};

/* Of slots: which reply of a BDAT or DATA it is. */
enum mark { MARK_NONE, MARK_LAST_CHUNK, MARK_FINAL };

enum closed_by { /* in the log */ BY_CLIENT, BY_SERVER, BY_TIMEOUT, BY_ADMIN };

/* One way down; what comes later in the list is never followed by what comes before it. */
enum ending {
    ENDING_NONE,
    ENDING_ASKED,   /* sg_close_session(): when nothing is owed any more */
    ENDING_LINGERS, /* our last word is said, and the client may still read it */
    ENDING_DEAD     /* closed; its memory goes at the end of the turn */
};

/* What the client sent and nobody has consumed stands in its connection. */
struct input {
    unsigned held : 1;        /* the step has not looked at it: it could not, or has just begun */
    unsigned busy : 1;        /* it is being looked at */
    unsigned skipping : 1;    /* its first line is the rest of one that was too long */
    unsigned auth_answer : 1; /* its next line is an answer to 334 */
    unsigned end_told : 1;    /* the step knows that no more will come */
};

/* BDAT. */
struct chunk {
    uint64_t left;           /* bytes of the current one still to come */
    uint8_t after;           /* the step that STEP_chunk returns to, if it was swallowed */
    unsigned last : 1;       /* it ends the message */
    unsigned swallowed : 1;  /* it goes nowhere */
    unsigned unfinished : 1; /* the server has chunks of a message without its end */
};

struct session {
    struct conn client, server;
    struct timer timer;
    struct chain chain;
    struct slots replies; /* owed to the client, in order */
    struct session_slot *slot;
    struct session *next, **link; /* in service.sessions */
    struct mail *mail;            /* the transaction, NULL between */
    struct request *request;      /* a command that waits for its hook or for replies; or NULL */
    struct greeting *greeting;    /* while dialling and greeting: dial.c */
    struct client_told *told;     /* who the peer said it speaks for; NULL: for itself */
    struct notes *notes;          /* NULL: none */
    void **states;                /* of plugins, by index; NULL: none asked */
    char *helo;                   /* last argument of HELO or EHLO, NULL before */
    char *reason;                 /* of a takeover, what MAIL is told */
    const char *ended_with;       /* why we ended a takeover; NULL: the client did */
    char *ident;                  /* NULL: nobody knows */
    uint64_t active_at;           /* ms: the last byte from either side */
    uint64_t step_at;             /* ms: the step began */
    uint64_t end_at;              /* ms: its life is over */
    size_t server_left;           /* bytes of the server that were read and not consumed */
    union address peer, target, local; /* client, server, where the client arrived */
    char client_ip[ADDRESS_TEXT], server_ip[ADDRESS_TEXT];
    unsigned route_flags;  /* SG_ROUTE_* */
    uint32_t rcpts, auths; /* accepted so far */
    uint32_t takeover_commands;
    uint32_t refused, refused_row; /* commands that we refused, and those in a row */
    uint32_t rcpts_named;
    uint32_t offers; /* enum ehlo_offer, of the last EHLO */
    uint8_t step, sync, closed_by;
    uint16_t mail_serial; /* of the last transaction: a late reply to an older one is told apart */
    uint8_t ending;       /* enum ending */
    struct chunk chunk;
    struct input input;
    struct {
        unsigned client : 1, server : 1;
    } tls; /* in the tunnel: it has begun as TLS does */
    unsigned authenticated : 1;
    unsigned early_line : 1;
    unsigned quitting : 1; /* QUIT went to the server */
    unsigned farewell : 1; /* the server has said 421 */
    unsigned tunnelled : 1;
    unsigned announced : 1; /* NEW was logged */
    unsigned filtered : 1;  /* a verb that is not passed has been logged */
    unsigned greeted : 1;   /* a greeting has been sent to the client */
};

static inline bool is_dead(const struct session *s)
{
    return s->ending == ENDING_DEAD;
}

/* Once it has been dialled. */
static inline bool server_is_gone(const struct session *s)
{
    return !conn_is_open(&s->server) || conn_has_ended(&s->server) || conn_is_broken(&s->server);
}

/* What a step does with a command, and what a check makes of one. */
enum outcome {
    GO,   /* on to the next stage */
    DONE, /* answered or forwarded: the command is consumed */
    WAIT  /* a hook or a reply must come first: the command stays, and is looked at again */
};

const union address *session_local(struct session *s); /* where the client arrived */

/* The subject of a callback. */
#define subject_of(ptr, member) ((struct session *)((char *)(ptr)-offsetof(struct session, member)))

#endif
