/* The check of one message, between av-clamd.c (the hooks) and ask.c (what is
 * said to clamd and what it says). */
#ifndef AV_CLAMD_CHECK_H
#define AV_CLAMD_CHECK_H

#include <smtp-gated/kit/scan.h>
#include <smtp-gated/kit/upload.h>

#define CHECK_ANSWER_MAX 4096 /* bytes of an answer */

enum method { FILDES, INSTREAM, PATH };

enum { ASKED, FINDS, ERRORS, TIMEOUTS, WAITED, DOWN_SINCE }; /* counters */

struct clamd {
    struct sg_endpoint socket;
    const char *config;
    int method, too_large, on_unscannable;
    uint64_t max_size, stream_max; /* its StreamMaxLength, 0: nobody knows */
    uint64_t patience;
    long keep, per_client;
    const char *message;
    struct dialogue_peer peer;
    struct turns *turns;
};

/* LATE: clamd did not take the message in time.  UNREADABLE: it can make nothing of it.
 * TOO_LONG: for its StreamMaxLength. */
enum finding { NOTHING, CLEAN, VIRUS, FAILED, LATE, UNREADABLE, TOO_LONG };

/* The state of a mail. */
struct check {
    struct clamd *clamd;
    struct upload up;
    struct scan_facts facts;
    enum finding finding;
    char text[320]; /* name of the virus, or why there is no finding */
};

/* The message is complete: PENDING, or a verdict, or a failure. */
struct sg_verdict check_whole(struct check *c);

/* By stream: n more bytes, not 0. */
void check_stream(struct check *c, const char *bytes, size_t n);
/* What a finding comes to.  Logs. */
struct sg_verdict check_verdict(const struct check *c);

#endif
