/* What spamd says about one message (the SpamAssassin network protocol, CHECK). */
#ifndef AS_SPAMD_ANSWER_H
#define AS_SPAMD_ANSWER_H

enum spamd_answer {
    SPAMD_SCORED,           /* "SPAMD/1.1 0 EX_OK", "Spam: True ; 15.2 / 5.0", and an empty line */
    SPAMD_SCORED_ANNOUNCED, /* the same with a Content-length, as rspamd answers */
    SPAMD_ERROR,            /* "SPAMD/1.0 75 …": any code of sysexits.h but 0 */
    SPAMD_ODD               /* anything else, half an answer among it */
};

/* Sorts an answer, which is cut: only its first line stays readable.  SCORED*:
 * *score is set; the server's own verdict and threshold are not looked at. */
enum spamd_answer spamd_answer(char *text, double *score);

/* The highest score that any line states, read leniently; below all others if none does.
 * Enough to refuse a message, and never to pass it. */
double spamd_worst(const char *text);

#endif
