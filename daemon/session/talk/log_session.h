/* All lines a session writes to the log stand here, so that the format can be
 * reviewed: SEMANTICS of 1.4, which its users' tools parse.  Addresses obey
 * log_mail_from, log_rcpt_to and email_length; AUTH exchanges never come here. */
#ifndef SG_SESSION_TALK_LOG_SESSION_H
#define SG_SESSION_TALK_LOG_SESSION_H

#include "../model/session.h"

/* May an address with this outcome be logged?  `which`: one of the two options.  Writes what
 * the log may have of it. */
bool journal_shows(unsigned which, int code, const char *address, char *out, size_t room);

void journal_step(const struct session *s, unsigned from, unsigned to);
void journal_new(struct session *s);
void journal_close(const struct session *s);
void journal_taken(const struct session *s); /* the takeover begins */
/* Its server could not be had. */
void journal_unserved(const struct session *s, const char *text);
void journal_refused(const struct session *s, const char *text); /* 554 before the session */
void journal_helo(const struct session *s, const char *verb, const char *name);
void journal_mail(const struct session *s, const char *address, int code);
void journal_rcpt(const struct session *s, const char *address, int code);
void journal_data(const struct session *s, const char *what, int code); /* "REQUEST", "GOING", … */
void journal_spool(const struct session *s, const char *why);
/* The one line that tells all of a message; and what a check says of it, for that line. */
void journal_message(const struct session *s);
void journal_check(struct mail *m, const struct plugin *p, const char *what, uint64_t ms);
void journal_scanning(const struct session *s, uint64_t size);
void journal_auth(const struct session *s, int code);
void journal_direct(const struct session *s, const char *cause);
void journal_not_tls(const struct session *s, enum closed_by side);
void journal_told(const struct session *s, const char *verb);
void journal_refusals(const struct session *s); /* at its end: how many commands were refused */
void journal_filtered(const struct session *s, const char *verb);
void journal_plugin(const struct session *s, const struct plugin *p, const char *what,
                    const char *text);
void journal_verdict(const struct session *s, enum hook hook, const struct decision *d, int code,
                     const char *text);

#endif
