/* The check of one message, between av-clamd.c (the hooks) and ask.c (what is
 * said to clamd and what it says). */
#ifndef AV_CLAMD_CHECK_H
#define AV_CLAMD_CHECK_H

#include <smtp-gated/kit/dialogue.h>
#include <smtp-gated/kit/scan.h>

#define CHECK_ANSWER_MAX 4096 /* bytes of an answer */

enum method { FILDES, INSTREAM, PATH };

struct clamd {
    struct sg_endpoint socket;
    int method;
    uint64_t max_size;
    uint64_t patience;
    long keep;
    const char *message;
    struct dialogue_peer peer;
};

/* LATE: clamd did not take the message in time.  REFUSED: it is too long for it. */
enum finding { NOTHING, CLEAN, VIRUS, FAILED, LATE, REFUSED };

/* The state of a mail. */
struct check {
    struct clamd *clamd;
    struct sg_session *session;
    struct sg_mail *mail;
    struct dialogue *dialogue; /* open, or NULL */
    sg_ticket ticket;          /* somebody waits for the verdict */
    struct scan_facts facts;
    uint64_t streamed;       /* while it came */
    uint64_t replayed, kept; /* from the spool, if that failed; and what is in it */
    int paused;              /* the client waits for clamd */
    enum finding finding;
    char text[320]; /* name of the virus, or why there is no finding */
};

/* The ways to ask, by enum method, when the message is complete: PENDING, or a
 * failure. */
struct sg_verdict check_by_descriptor(struct check *c);
struct sg_verdict check_by_stream(struct check *c);
struct sg_verdict check_by_path(struct check *c);

/* By stream: n more bytes, not 0. */
void check_stream(struct check *c, const char *bytes, size_t n);
/* Gives up on clamd; the client need not wait for it. */
void check_stop(struct check *c);
/* What a finding comes to.  Logs. */
struct sg_verdict check_verdict(const struct check *c);

#endif
