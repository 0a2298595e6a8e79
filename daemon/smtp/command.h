/* A command line in its parts.  Leading blanks belong to no command: they are
 * noted, and what is forwarded is then the line without them. */
#ifndef SG_SMTP_COMMAND_H
#define SG_SMTP_COMMAND_H

#include "../base/span.h"

enum verb {
    VERB_UNKNOWN,
#define VERB(name, spelling) VERB_##name,
#define NEVER(name, spelling) VERB_##name,
#include "verbs.def"
#undef VERB
#undef NEVER
    VERB_COUNT
};

struct command {
    enum verb verb;
    struct span word; /* the verb as the client wrote it */
    struct span arg;  /* the rest, trimmed of blanks */
    bool padded;      /* blanks before the verb, or not just one space after it */
};

/* text: a line without its end.  Never fails: an empty line is an empty word. */
struct command command_parse(struct span text);
const char *verb_name(enum verb verb); /* "MAIL"; "?" for VERB_UNKNOWN */
bool verb_is_never(enum verb verb);    /* not passed, nor offered */

/* What a careless server takes the word for, one that looks at the first four letters
 * only.  VERB_UNKNOWN if for none that is known here. */
enum verb verb_taken_for(struct span word);

#endif
