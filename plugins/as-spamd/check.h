/* The check of one message, between as-spamd.c (the hooks) and ask.c (what is
 * said to spamd and what it says). */
#ifndef AS_SPAMD_CHECK_H
#define AS_SPAMD_CHECK_H

#include <smtp-gated/kit/scan.h>
#include <smtp-gated/kit/upload.h>

#define CHECK_ANSWER_MAX 16384 /* bytes of an answer; rspamd lists its symbols */

enum method { WHOLE, STREAM };

enum { ASKED, FINDS, ERRORS, TIMEOUTS, WAITED, DOWN_SINCE }; /* counters */

struct spamd {
    struct sg_endpoint socket;
    int method, too_large;
    uint64_t max_size;
    double threshold;
    uint64_t patience;
    const char *message;
    long per_client;
    struct dialogue_peer peer;
    struct turns *turns;
};

/* LATE: spamd did not take the message in time. */
enum finding { NOTHING, SCORED, FAILED, LATE };

/* The state of a mail. */
struct check {
    struct spamd *spamd;
    struct upload up;
    struct scan_facts facts;
    enum finding finding;
    double score;
    char why[320]; /* there is no score */
};

/* The message is complete: PENDING, or a verdict, or a failure. */
struct sg_verdict check_whole(struct check *c);

/* By stream: n more bytes, not 0. */
void check_stream(struct check *c, const char *bytes, size_t n);
/* What a finding comes to.  Logs. */
struct sg_verdict check_verdict(struct check *c);

#endif
