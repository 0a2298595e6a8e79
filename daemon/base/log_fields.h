/* The fields of a log line: "k=%s, k2=%d" and its arguments, formatted and, where
 * a format asks for it, taken apart again.  Private to the log. */
#ifndef SG_BASE_LOG_FIELDS_H
#define SG_BASE_LOG_FIELDS_H

#include "span.h"

#include <stdarg.h>
#include <stdbool.h>

#define LOG_FIELDS_BYTES 4096u
#define LOG_FIELDS_COUNT 32u

struct log_field {
    struct span key, value;
    bool number; /* the format says so, and JSON can have it as one */
};

struct log_fields {
    char text[LOG_FIELDS_BYTES]; /* "k=v, k2=v2", cut to what fits */
    size_t length;
    struct log_field field[LOG_FIELDS_COUNT]; /* keys point into the format */
    unsigned count;
};

void log_fields_format(struct log_fields *f, const char *format, va_list ap);
/* The same, and fills field[].  The boundaries come from the format alone, so no
 * value can forge a field. */
void log_fields_split(struct log_fields *f, const char *format, va_list ap);

#endif
