/* The matrix: what looks like the end of data, where in a message it stands, how
 * that message is sent, and where the bytes are cut.  A case is its number. */
#ifndef SMUGGLING_CASES_H
#define SMUGGLING_CASES_H

#include "../stress/bytes.h"
#include <stdbool.h>

/* The strings of at most three bytes out of CR, LF and NUL; what stands between two of them. */
enum { STRINGS = 40, DOTS = 3, LOOK_ALIKES = STRINGS * DOTS * STRINGS, LOOK_MAX = 8 };

struct look_alike {
    char p[LOOK_MAX];
    size_t n;
};

struct look_alike look_alike(unsigned number);

/* Where it stands: as the first bytes, within the text, before the true end. */
enum site { SITE_START, SITE_MIDDLE, SITE_END, SITES };

/* One write each time, whatever is in it, but for CUT and BYTES. */
enum way {
    DATA_STEP,    /* every command waits for its answer */
    DATA_PIPE,    /* MAIL, RCPT, DATA at once; the message with the next transaction */
    DATA_EARLY,   /* the message does not wait for the 354 either */
    DATA_BYTES,   /* the message in single bytes about the look-alike */
    DATA_CUT,     /* in two at each of its bytes */
    BDAT_ONE,     /* one chunk */
    BDAT_BYTES,   /* the same in single bytes about the look-alike */
    BDAT_SPLIT,   /* two chunks, divided at each byte */
    BDAT_BETWEEN, /* the look-alike outside the chunks */
};
enum { VARIANTS = 25, CASES = LOOK_ALIKES * SITES * VARIANTS };

struct plan_case {
    unsigned number;
    struct look_alike look;
    enum site site;
    enum way way;
    size_t cut;  /* into the look-alike, for CUT and SPLIT */
    bool marked; /* what is smuggled is what the checks refuse */
};

/* False: there is no such case, the look-alike is too short for its cut. */
bool case_make(unsigned number, struct plan_case *c);

/* What the client sends behind EHLO: three possible messages, named by their
 * MAIL FROM:<cNUMBER.KIND@client.test>, where KIND is m (it carries the look-alike),
 * s (the smuggled one) or h (an honest one that comes after).  At each stop the
 * client ends a write, and waits for all answers that are due if `gate` says so. */
enum { STOPS = 40 };

struct stop {
    size_t at;
    bool gate;
};

struct script {
    struct bytes wire;
    struct stop stops[STOPS];
    unsigned count;
};

void script_make(const struct plan_case *c, struct script *s);

/* The message alone, from behind the 354 to what ends it. */
void case_message(const struct plan_case *c, struct bytes *b);
size_t case_look_at(const struct plan_case *c); /* where the look-alike is in it */

/* "DATA_CUT 3 middle CR LF . NUL marked" */
const char *case_name(const struct plan_case *c);

/* Of what the checks refuse. */
const char *smuggled_marker(void);

#endif
