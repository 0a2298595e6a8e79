/* Where log lines go: collected here, written all at once.  Private to the log. */
#ifndef SG_BASE_LOG_TARGET_H
#define SG_BASE_LOG_TARGET_H

#include "buffer.h"
#include "log.h"

#include <stdbool.h>

void log_target_open(const struct log_setup *setup);
void log_target_close(void);
bool log_target_is_journal(void); /* of an open one: stderr, which leads there */

void log_target_keep_path(void);

/* The lines to come: append one, then say so.  Full, they are written. */
struct buffer *log_target_lines(void);
void log_target_line_done(void);

void log_target_write(void);
void log_target_forget(void); /* the parent's lines, after a fork */
uint64_t log_target_lost(void);

#endif
