/* Server replies (RFC 5321, 4.2): "250-…" lines and a last "250 …". */
#ifndef SG_SMTP_REPLY_H
#define SG_SMTP_REPLY_H

#include "../base/buffer.h"
#include "../base/span.h"

enum reply_state {
    REPLY_WHOLE,   /* *reply describes it */
    REPLY_PARTIAL, /* more bytes are needed */
    REPLY_BROKEN   /* not SMTP: no three digits */
};

struct reply {
    int code;   /* of its last line, which is the one that clients go by */
    bool mixed; /* another line has another code */
    unsigned lines;
    struct span raw;  /* all its bytes, line ends included */
    struct span last; /* text of the last line after the code, without line end */
    bool plain;       /* as reply_is_plain() has it */
};

/* The first reply of the bytes.  A bare LF is taken as line end, a tab after the code for
 * a blank, and blank lines are skipped, as clients do: they belong to the line after them.
 *  Linear; a caller that gets REPLY_PARTIAL calls again with more. */
enum reply_state reply_scan(const char *bytes, size_t n, struct reply *reply);

/* The bytes of all complete lines that cannot be the reply's last: what may be
 * forwarded of a reply that is longer than the buffer.  0 if none. */
size_t reply_complete_lines(const char *bytes, size_t n);

/* Whether whole lines all end with CRLF, have no CR elsewhere, and need no mending.  Others
 * are to be written as they were read here: each LF ends a line and becomes CRLF, each CR
 * that does not stand before it a blank, and so does a tab after the code; blank lines are
 * left out. */
bool reply_is_plain(struct span lines);
void reply_write_plain(struct span lines, struct buffer *out);
/* The same of a mixed reply: every line gets the code of the last one, so that nobody
 * reads it in two ways. */
void reply_write_agreed(const struct reply *reply, struct buffer *out);

/* "5.7.1" at the front of a reply's text, or an empty span (RFC 2034). */
struct span reply_enhanced(struct span text);

#endif
