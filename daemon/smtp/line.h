/* Command lines: where one ends, and whether it may be one.  RFC 5321, 2.3.8:
 * CRLF ends a line, nothing else does. */
#ifndef SG_SMTP_LINE_H
#define SG_SMTP_LINE_H

#include "../base/span.h"

enum line_flaw {
    LINE_FINE,
    LINE_BARE_LF, /* ended by LF alone */
    LINE_BARE_CR, /* a CR inside */
    LINE_CONTROL  /* a NUL or another control byte but tab inside */
};

struct line {
    struct span text;    /* without its end */
    size_t raw;          /* bytes with its end */
    enum line_flaw flaw; /* BARE_CR and CONTROL win over BARE_LF */
};

/* The first line of the bytes; false if it has no end yet.  Linear. */
bool line_scan(const char *bytes, size_t n, struct line *line);

#endif
