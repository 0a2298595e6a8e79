/* smtp-gated-plugin: one function for each of its commands.  The rest of the
 * command line stands in `words`, NULL-terminated; each returns the exit status. */
#ifndef SG_TOOL_TOOL_H
#define SG_TOOL_TOOL_H

#include "../../daemon/base/complaint.h"

enum { EXIT_FINE, EXIT_RED, EXIT_WRONG }; /* RED: a script's expectation was not met */

int tool_usage(void); /* to stderr; EXIT_WRONG */

int tool_new(char **words);
int tool_show(char **words);
int tool_doc(char **words);
int tool_play(char **words);

/* What was complained goes to stderr, and its memory goes. */
void tool_complaints(struct complaints *c);

#endif
