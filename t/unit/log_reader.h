/* A socket of our own in the place of /dev/log, for the tests of the log. */
#ifndef SG_T_LOG_READER_H
#define SG_T_LOG_READER_H

#include "../../daemon/base/log.h"

extern char log_path[]; /* where the socket is, in a directory of this run */

/* For cmocka_run_group_tests(). */
int log_make_dir(void **state);
int log_remove_dir(void **state);

int log_listener(void); /* binds a new socket to log_path */
/* The same, and opens the log with it. */
int log_opened(enum log_target target, enum log_format format, int level);
void log_done(int fd); /* closes both */

/* The next datagram as a string, "" if there is none; until the next call. */
const char *log_next(int fd);

void assert_matches(const char *text, const char *pattern); /* extended regex */
void assert_contains(const char *text, const char *part);

#endif
