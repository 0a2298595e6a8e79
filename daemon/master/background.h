/* Going to the background.  The process the user started stays until the first
 * generation serves, so that its exit status is an answer. */
#ifndef SG_MASTER_BACKGROUND_H
#define SG_MASTER_BACKGROUND_H

#include <stdbool.h>

/* Returns in the daemon only; stderr is still the user's. */
void background_enter(void);

/* The answer: the user's process exits with status.  Only the first one counts;
 * in the foreground it does nothing.  With 0 the terminal is let go;
 * keep_stderr: but for stderr, because the log goes there. */
void background_answer(int status, bool keep_stderr);

/* Standard input, output and, unless it is kept, error lead nowhere. */
void background_let_go(bool keep_stderr);

#endif
