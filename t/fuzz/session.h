/* The whole-session target.  Its input is a dialogue in which `~` and a letter say
 * who speaks and what else happens (session.c lists them); everything else is said
 * as it stands.  The sessions, their net code and the loop are the daemon's own, on
 * socket pairs; the clock is ours.
 *
 *   session.c          the script
 *   session_stage.c    one relay in this process: loop, clock, both peers' sockets
 *   session_witness.c  the plugin that looks on
 *   session_second.c   one more, behind it
 *   session_verdicts.c what they decide, as the script says; what has passed
 *   session_log.c      is what the log says printable?
 *   session_mta.c      the server's side: what an MTA makes of the bytes it got
 *   session_careless.c … and what careless ones would
 *   session_judge.c    the client's side: is every reply the one that is due? */
#ifndef SG_T_FUZZ_SESSION_H
#define SG_T_FUZZ_SESSION_H

#include "fuzz.h"

#include "../../daemon/base/buffer.h"
#include "../../daemon/conf/core.h"
#include "../../daemon/plugin/hooks.h"
#include "../../daemon/smtp/command.h"

#include <smtp-gated/plugin.h>

/* What the relay's own replies begin with.  An input that says it is not judged. */
#define PROXY_NAME "proxy-6f1d.test"
/* A message that holds it never passes. */
#define MARKER "MARKER"
#define HEADER "X-Fuzz: yes\r\n"
#define EVENT "virus" /* what a plugin finds */

static inline struct span bytes_of(const struct buffer *b)
{
    return span_of(buffer_head(b), buffer_len(b));
}

/* ---- session_stage.c ---- */

struct stage {
    struct core *core;
    int client, server;            /* our ends, -1: closed, or not there yet */
    bool client_deaf, server_deaf; /* do not read for now */
    bool client_gone;              /* it has closed: nobody reads the rest */
    bool was_deaf;
    bool client_left, server_left; /* by the relay */
    bool unreachable, cramped;     /* dialling fails; sockets hold little */
    bool loops;                    /* the client wanted to go to itself */
    unsigned route_flags;
    struct buffer sent, heard; /* by the client */
};
extern struct stage stage;

void stage_begin(void);
void stage_takes_lf(void); /* the client will be one of bare_lf_from */
void stage_connect(void);  /* the client comes */
void stage_end(void);      /* time passes until the session is over; nothing is left of it */
void stage_show(void);     /* to stderr, what was said */
void stage_rest(void);     /* turns the loop until nothing moves */
void stage_pass(uint64_t ms);
bool stage_alive(void);
void client_say(struct span bytes);
void server_say(struct span bytes);     /* when it has read what there is */
bool server_say_now(struct span bytes); /* in the midst of a turn; false: nobody is there */
void client_leave(bool half);
void server_leave(bool half);

/* ---- session_witness.c ---- */

struct plugins *witness_plugins(void);
void witness_begin(void);
void witness_end(void);
void witness_pause(void); /* or goes on */
void witness_close(void); /* sg_close_session() */
bool witness_paused(void);
void witness_adds_header(void);
void witness_wants_spool(void);
bool witness_is_marked(void);         /* the message it sees */
void witness_copy(struct buffer *to); /* that, header included */

/* ---- session_second.c ---- */

extern const struct sg_plugin second_plugin;

/* ---- session_verdicts.c ---- */

enum voter { WITNESS, SECOND, VOTERS };

void verdicts_begin(void);
void verdicts_end(void);
/* hook: its letter.  answer: a letter of `pratkedv`.  Others are ignored. */
void verdicts_told(enum voter who, char hook, char answer);
void verdicts_calm(void); /* all pass from now on */
struct sg_verdict verdict(enum voter who, enum hook hook, struct sg_session *s);
/* They are asked about a path; were they, about this address? */
void verdicts_note(const char *path);
bool verdicts_asked(const char *address);
void verdicts_resolve(enum sg_answer how);
bool verdicts_pending(void);
/* The n-th message that passed: what was seen of it, header included.  NULL: fewer have. */
const struct buffer *verdicts_passed(unsigned n);

/* ---- session_judge.c ---- */

/* settled: nothing more will move by itself, so nothing may be owed. */
void judge(bool settled);

#endif
