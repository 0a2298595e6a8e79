/* How a session begins, goes from step to step, and ends. */
#ifndef SG_SESSION_LIFE_LIFE_H
#define SG_SESSION_LIFE_LIFE_H

#include "../model/session.h"

/* NULL: all places are taken.  It is dead if the connection cannot be served. */
struct session *session_create(int fd, const union address *peer);
void session_step(struct session *s, enum step step); /* the one place that assigns */

void session_close(struct session *s, enum closed_by by);  /* at once; logs; idempotent */
void session_finish(struct session *s, enum closed_by by); /* when all is written */
/* Our last word is said: FIN, and close when the client has had the time to read it. */
void session_linger(struct session *s, enum closed_by by);
/* The last word is a 421 in the place of all that the client is owed. */
void session_hang_up(struct session *s, const char *enhanced, const char *text, enum closed_by by);
void session_lose_server(struct session *s); /* closes the connection to it */
void greeting_drop(struct session *s);       /* frees what only dialling and greeting needed */
void graves_clear(void); /* frees the sessions that were closed since the last call */

#endif
