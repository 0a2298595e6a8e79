/* What texts for clients may hold: %{client}, %{id}, %{reason}, %{left}. */
#ifndef SG_SESSION_TALK_PLACEHOLDERS_H
#define SG_SESSION_TALK_PLACEHOLDERS_H

#include "../model/session.h"

/* Copies text to out, each placeholder replaced once; what is no placeholder stays as it
 * is.  reason is what %{reason} becomes, "" if there is none.  What comes from others is
 * not looked at again: a '%' of theirs that could begin a placeholder becomes '?'. */
void placeholders_fill(const struct session *s, const char *text, const char *reason, char *out,
                       size_t room);

#endif
