/* What a log line looks like, for each target and format.  Private to the log. */
#ifndef SG_BASE_LOG_FORMAT_H
#define SG_BASE_LOG_FORMAT_H

#include "buffer.h"
#include "log.h"
#include "log_fields.h"

#include <sys/types.h>

/* One thing to log. */
struct log_entry {
    int level; /* 0 to 7 */
    uint64_t session;
    pid_t pid;
    const char *text; /* the text log's own words; NULL: event and fields */
    const char *event;
    const struct log_fields *fields;
};

/* Appends the entry to *out: a datagram for syslog and journal, a line with its
 * end for stderr. */
void log_format(struct buffer *out, const struct log_setup *setup, const struct log_entry *entry);

#endif
