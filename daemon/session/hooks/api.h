/* The opaque types of the SDK are the session's own structs under another name. */
#ifndef SG_SESSION_HOOKS_API_H
#define SG_SESSION_HOOKS_API_H

#include "../model/session.h"

static inline struct sg_session *api_session(struct session *s)
{
    return (struct sg_session *)s;
}
static inline struct sg_mail *api_mail(struct mail *m)
{
    return (struct sg_mail *)m;
}
static inline struct session *session_of(struct sg_session *s)
{
    return (struct session *)s;
}
static inline const struct session *seen(const struct sg_session *s)
{
    return (const struct session *)s;
}
static inline struct mail *mail_of(struct sg_mail *m)
{
    return (struct mail *)m;
}
static inline const struct mail *mail_seen(const struct sg_mail *m)
{
    return (const struct mail *)m;
}

/* The slot of plugin `self` in a table of states, made with `size` zero bytes at
 * the first call; NULL if self is no plugin's or its size is 0. */
void *api_state(void ***states, const void *self, size_t (*size)(const struct plugin *p));

#endif
