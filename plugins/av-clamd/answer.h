/* What clamd says about one message, as text (clamd(8), "COMMANDS"). */
#ifndef AV_CLAMD_ANSWER_H
#define AV_CLAMD_ANSWER_H

/* "stream: NAME FOUND": the name, which is cut out of the text; NULL if no line ends so.
 * Asked first, of whatever came. */
const char *clamd_find(char *text);

enum clamd_answer {
    CLAMD_CLEAN,      /* "stream: OK" */
    CLAMD_LIMIT,      /* longer than clamd's StreamMaxLength */
    CLAMD_UNREADABLE, /* "stream: Can't parse data ERROR": of this message, and for ever */
    CLAMD_ERROR,      /* "… ERROR" */
    CLAMD_ODD         /* anything else, an empty answer among it */
};

/* Sorts one answer without a find, and cuts it.  numbered: asked in a session, so that
 * "N: " stands before it. */
enum clamd_answer clamd_answer(char *text, int numbered);

#endif
