/* Text from elsewhere on its way to a log or a terminal.  A terminal obeys control
 * characters; those of the upper set (C1, U+0080 to U+009F) as UTF-8 or as bytes,
 * as it is set. */
#ifndef SG_BASE_PRINTABLE_H
#define SG_BASE_PRINTABLE_H

#include "span.h"
#include <stdio.h>

/* The bytes of the UTF-8 character at the front of s, or 0 if there is none (RFC 3629). */
size_t utf8_length(struct span s);

/* The bytes of control characters become '?'.  The length stays. */
void make_printable(char *text, size_t n);

/* Writes text, changed so, but for its tabs and line ends.  Takes it off the heap. */
void print_made_printable(char *text, size_t n, FILE *out);

#endif
