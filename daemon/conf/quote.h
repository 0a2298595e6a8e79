/* Text on its way into a file or a sentence. */
#ifndef SG_CONF_QUOTE_H
#define SG_CONF_QUOTE_H

#include "../base/buffer.h"
#include <stdbool.h>

/* Between double quotes, as libconfuse reads it back. */
void quote_text(const char *text, size_t n, struct buffer *out);

/* The same, but without quotes where they are not needed. */
void quote_word(const char *text, size_t n, struct buffer *out);

/* What was found, fit to be shown: control characters become '?', and of a long
 * text there is only the beginning.  Lives until the next call. */
#define EXCERPT_MAX 80u
const char *excerpt(const char *text);

#endif
