/* What the plugins and the spool get of a mail. */
#ifndef SG_SESSION_HOOKS_TRANSACTION_H
#define SG_SESSION_HOOKS_TRANSACTION_H

#include "../model/mail.h"

/* The mail is over, mail_done is told, its memory goes; nothing if there is none. */
void mail_finish(struct session *s);
/* The message starts: spool, transaction count.  What is wrong with it, or FLAW_NONE. */
enum flaw mail_open_message(struct session *s);
/* A run of unstuffed bytes: size, spool, observers.  The same; nothing of a flawed one. */
enum flaw mail_body(struct session *s, struct span bytes);
/* The verdict's event is known: keeps the spool's name if spool_leave_on says so. */
void mail_leave_spool(struct mail *m, const char *event, bool failed);

#endif
