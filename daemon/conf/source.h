/* A configuration file as text that libconfuse can be trusted with. */
#ifndef SG_CONF_SOURCE_H
#define SG_CONF_SOURCE_H

#include "../base/complaint.h"
#include <stdbool.h>

/* Larger files are refused: nobody writes them by hand. */
#define SOURCE_MAX (1024u * 1024u)
#define QUOTED_MAX (64u * 1024u) /* of one quoted text; libconfuse is slow with them */
#define SHOWN_MAX 20u            /* complaints of one kind; more would not help */

/* Reads all of file; ends in LF and NUL, holds no other NUL.  The caller frees.
 * NULL: complained. */
char *source_read(const char *file, struct complaints *c);

/* Prepares text in place: comments become blanks, because libconfuse counts
 * lines wrongly after them; what it would pass over in silence (a stray
 * character) or do unasked (expand ${VARIABLE}) is complained of.  False if
 * something was. */
bool source_prepare(const char *file, char *text, struct complaints *c);

#endif
