/* What clamd says about one message, as text (clamd(8), "COMMANDS"). */
#ifndef AV_CLAMD_ANSWER_H
#define AV_CLAMD_ANSWER_H

enum clamd_answer {
    CLAMD_CLEAN, /* "stream: OK" */
    CLAMD_FOUND, /* "stream: NAME FOUND" */
    CLAMD_LIMIT, /* longer than clamd's StreamMaxLength */
    CLAMD_ERROR, /* "… ERROR" */
    CLAMD_ODD    /* anything else, an empty answer among it */
};

/* Sorts one answer.  numbered: asked in a session, so that "N: " stands before
 * it.  FOUND: *name is the name, which the call cuts out of the text. */
enum clamd_answer clamd_answer(char *text, int numbered, const char **name);

#endif
