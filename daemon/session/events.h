/* Calls to observers, and the questions to deciders. */
#ifndef SG_SESSION_EVENTS_H
#define SG_SESSION_EVENTS_H

#include "session.h"
#include "speak.h"

extern const struct chain_ops session_chain_ops;

/* Asks the deciders of a hook.  `what` and `more` are the hook's string
 * arguments.  True: decided (see chain_decision(&s->chain)); false: pending, the
 * step is called again.  The strings must live until then. */
bool ask(struct session *s, enum hook hook, const char *what, const char *more);
/* The same for route, which is filled in; it must live until the decision. */
bool ask_route(struct session *s, struct sg_route *route);

/* The hook's decision is an objection: it is logged, its event is told, and what it makes the
 * relay say is returned. */
struct objection hook_refused(struct session *s, enum hook hook);

/* The session whose plugin is being asked now; NULL: none. */
const struct session *session_asked(void);

void observe_body(struct session *s, const char *bytes, size_t n);
void observe_reply(struct session *s, const char *command, const struct reply *reply);
void observe_event(struct session *s, const char *name, const char *detail);
void observe_mail_done(struct session *s);
void observe_close(struct session *s);

#endif
