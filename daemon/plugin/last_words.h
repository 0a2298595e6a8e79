/* A plugin that crashes, or ends the process, while it is loaded or configured: who
 * waits for us hears which one it was.  In processes that serve nobody; workers have
 * witness.h. */
#ifndef SG_PLUGIN_LAST_WORDS_H
#define SG_PLUGIN_LAST_WORDS_H

#include "module.h"

/* Where the sentence goes, and what it begins with. */
void last_words_open(int fd, const char *prefix);
/* Before workers are forked. */
void last_words_close(void);

/* p is doing this from here on, such as "in configure"; NULL: nobody is. */
void last_words_about(const struct plugin *p, const char *what);
const struct plugin *last_words_subject(void); /* the p of that */

#endif
