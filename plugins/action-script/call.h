/* How the script is called: version 1.4's arguments and environment, made from
 * what is known of the session. */
#ifndef ACTION_SCRIPT_CALL_H
#define ACTION_SCRIPT_CALL_H

#include <smtp-gated/plugin.h>

struct call {
    char *argv[6]; /* command, FOUND, SRC_IP, IDENT or "-", TARGET_IP */
    char **env;    /* the worker's own, and ours */
    size_t count, room;
};

/* found: the word for the event, as in a lock. */
void call_make(struct call *c, const char *command, struct sg_session *s, const char *event,
               const char *found, const char *detail);
void call_finish(struct call *c);

#endif
