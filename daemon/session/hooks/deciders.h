/* The questions to the plugins that decide. */
#ifndef SG_SESSION_HOOKS_DECIDERS_H
#define SG_SESSION_HOOKS_DECIDERS_H

#include "../model/session.h"
#include "../talk/replies_out.h"

extern const struct chain_ops session_chain_ops;

/* Asks the deciders of a hook.  `what` and `more` are the hook's string
 * arguments.  True: decided (see chain_decision(&s->chain)); false: pending, and
 * the step's `decided` is called later.  The strings are read before ask() returns. */
bool ask(struct session *s, enum hook hook, const char *what, const char *more);
/* The same for route, which is filled in; it must live until the decision. */
bool ask_route(struct session *s, struct sg_route *route);

/* The hook's decision is an objection: it is logged, its event is told, and what it makes the
 * relay say is returned. */
struct objection hook_refused(struct session *s, enum hook hook);

/* The session whose plugin is being asked now; NULL: none. */
const struct session *session_asked(void);

#endif
