/* Calls to the plugins that are told what happens. */
#ifndef SG_SESSION_HOOKS_OBSERVERS_H
#define SG_SESSION_HOOKS_OBSERVERS_H

#include "../../smtp/reply.h"
#include "../model/mail.h"

void observe_body(struct session *s, const char *bytes, size_t n);
void observe_reply(struct session *s, const char *command, const struct reply *reply);
void observe_event(struct session *s, const char *name, const char *detail);
void observe_mail_done(struct session *s);
void observe_close(struct session *s);

/* Does the session concern the plugin (only, except, skip_authenticated)?  Of deciders, too. */
bool hook_concerns(const struct session *s, const struct plugin *p);
/* False while the plugin is in quarantine, and for the rest of a mail of which it missed
 * something: nobody is to judge half a message. */
bool hook_takes_part(const struct session *s, const struct plugin *p);

#endif
