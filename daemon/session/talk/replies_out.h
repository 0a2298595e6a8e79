/* What the relay says itself: "CODE [X.Y.Z ]NAME TEXT".  The enhanced code is
 * left out unless the server had advertised ENHANCEDSTATUSCODES; in the place of the
 * banner, where nothing can have been advertised, it stands if it is given. */
#ifndef SG_SESSION_TALK_REPLIES_OUT_H
#define SG_SESSION_TALK_REPLIES_OUT_H

#include "../model/session.h"

/* Placeholders in the text are filled in, and 4xx and 5xx end with the reference by which
 * the session is found in the log, if reply_reference says so.
 * In the order of the commands: after replies that are still owed. */
void answer(struct session *s, int code, const char *enhanced, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* The same without the proxy's name: "250 2.0.0 OK". */
void answer_plain(struct session *s, int code, const char *enhanced, const char *text);
/* Local replies that have come to the head of the queue go out. */
void answers_release(struct session *s);

/* The server's own lines, whole; their ends mended, see reply.h. */
void pass_lines(struct session *s, struct span lines);
void pass_reply(struct session *s, const struct reply *reply);

/* What the server owes and will never give is answered so, in order. */
void answers_owed(struct session *s, int code, const char *enhanced, const char *text);

/* The reply a hook's objection makes, with the hook's defaults. */
struct objection {
    int code;
    char enhanced[12];
    char text[512];
};
struct objection objection_of(const struct session *s, const struct decision *d, enum hook hook);

#endif
