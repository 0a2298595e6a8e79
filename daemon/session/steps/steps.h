/* The handlers that table.c's table names; each stands in the file of its step. */
/* long: all the handlers of the table. */
#ifndef SG_SESSION_STEPS_STEPS_H
#define SG_SESSION_STEPS_STEPS_H

#include "../life/life.h"
#include "../model/mail.h"
#include "../model/request.h"
#include "../hooks/transaction.h"

/* table.c: the table, and the way in for every event, each of which ends with this: what was
 * written goes out, and what the client sent is looked at if the step has not done so and wants
 * it. */
void session_settle(struct session *s);
extern const struct conn_ops server_ops;
/* May the step be given client bytes now? */
bool input_wanted(const struct session *s);

/* commands.c: what a verb has of its own. */
struct verb_rule {
    enum outcome (*inspect)(struct session *s, struct request *r); /* NULL: nothing to check */
    int hook;                                                      /* -1: none */
    enum outcome (*proceed)(struct session *s, struct request *r);
};
extern const struct verb_rule verb_rules[VERB_COUNT];
/* The replies that are owed must come first: WAIT. */
enum outcome wait_for_replies(struct session *s);

/* admit.c: route, admit */
void open_session(struct session *s);
void refuse_session(struct session *s, enum hook hook);
void route_decided(struct session *s);
size_t early_bytes(struct session *s, const char *bytes, size_t n);
void early_end(struct session *s);

/* loop_check.c: would connecting there come back to us? */
bool leads_back(const struct session *s);

/* dial.c: dial and greet */
void dial_begin(struct session *s);
void dial_connected(struct session *s);
void dial_failed(struct session *s, int error);
void dial_expired(struct session *s);
void dial_decided(struct session *s);
size_t greet_server(struct session *s, const char *bytes, size_t n);
void greet_server_end(struct session *s);
/* The server cannot be had now: 421 in the place of the banner, when the checks have passed. */
void greet_fail(struct session *s, const char *reason);

/* client_info_out.c: PROXY and XCLIENT */
struct handover;
void handover_begin(struct session *s);
/* True: reply is the client's greeting.  False: it was part of the handover, or the session
 * has been taken over. */
bool handover_reply(struct session *s, uint8_t *stage, const struct reply *reply);

/* lines.c: gives the client's command lines to take, one by one, for as long as the step lasts
 * and wants them; more: bytes stand after the line.  Returns the bytes that were consumed: a
 * line for which take says WAIT stays. */
size_t lines_feed(struct session *s, const char *bytes, size_t n,
                  enum outcome (*take)(struct session *s, const struct line *line, bool more));

/* Is the client one whose lines end with LF alone? */
bool takes_bare_lf(const struct session *s);

/* relay.c and commands.c, server_replies.c */
size_t relay_client(struct session *s, const char *bytes, size_t n);
void relay_client_end(struct session *s);
void request_resume(struct session *s); /* the kept one goes on */
void auth_answer(struct session *s, struct span text);
/* True: too many were refused in a row.  The session is over, or will be when the server has
 * said all it owes. */
bool gate_shut(struct session *s);
bool verb_is_allowed(enum verb verb); /* as the option `commands` says */
/* GO: the command may be sent.  *alone: nothing else may until its reply is complete. */
enum outcome gate(struct session *s, const struct line *line, const struct command *c, bool *alone);
/* A command went to the server. */
void await_reply(struct session *s, struct slot slot);
size_t relay_server(struct session *s, const char *bytes, size_t n);
void relay_server_end(struct session *s);
void server_gone(struct session *s); /* 421, and the end */
/* The line as it is.  note: what its reply will need, owned by the queue from now on; or NULL. */
void forward(struct session *s, const struct line *line, const struct command *c, char *note);

/* message.c */
void message_begin(struct session *s);
size_t message_client(struct session *s, const char *bytes, size_t n);
void message_client_end(struct session *s);
size_t message_server(struct session *s, const char *bytes, size_t n);
void message_server_end(struct session *s);
void message_flaw(struct session *s, enum flaw flaw); /* drops the server */
void message_unawaited(struct session *s);

/* early_words.c: what the server says of a message before it has its end.  take: REPLY_WHOLE if
 * that will be its answer, REPLY_PARTIAL if more is needed.  answer: gives it to the client,
 * and the mail is over; false if there is none. */
enum reply_state words_take(struct session *s, struct span said);
bool words_answer(struct session *s);

/* chunk.c */
enum outcome chunk_check(struct session *s, struct request *r); /* of verb_rules: BDAT */
enum outcome chunk_proceed(struct session *s, struct request *r);
size_t chunk_client(struct session *s, const char *bytes, size_t n);
void chunk_swallow(struct session *s, uint64_t size);
void chunk_unwanted(struct session *s, const struct command *c); /* swallows that of a BDAT */
void chunk_refused(struct session *s, int code); /* the chunk that is on its way stops */
void chunk_abandoned(struct session *s);         /* the server is gone in the middle of it */
void chunk_all_answered(struct session *s); /* the last chunk is here, and what the server said */

/* verdict.c */
void verdict_begin(struct session *s);
void verdict_decided(struct session *s);
size_t verdict_server(struct session *s, const char *bytes, size_t n);
void verdict_server_end(struct session *s);

/* takeover.c.  code 0: nothing is said now. */
void takeover(struct session *s, int code, const char *enhanced, const char *text);
size_t takeover_client(struct session *s, const char *bytes, size_t n);
void takeover_expired(struct session *s);

/* tunnel.c */
void tunnel_begin(struct session *s, const char *cause);
size_t tunnel_client(struct session *s, const char *bytes, size_t n);
size_t tunnel_server(struct session *s, const char *bytes, size_t n);
void tunnel_client_end(struct session *s);
void tunnel_server_end(struct session *s);
void tunnel_drained(struct session *s); /* the server has taken all */

/* client_info_in.c: a trusted peer (xclient_from) says who its client is. */
bool told_is_trusted(const struct session *s);
/* XCLIENT or XFORWARD of such a peer.  WAIT: as for any command; is called again. */
enum outcome told_take(struct session *s, struct request *r);
/* True: the client that was told is refused, and MAIL has been answered. */
bool told_refuses(struct session *s);

/* sessions.c: close */
size_t close_client(struct session *s, const char *bytes, size_t n);
void close_client_end(struct session *s);
void close_now(struct session *s);
void idle_expired(struct session *s);
void life_over(struct session *s);

#endif
