/* What is said to spamd, what it answers, and what that comes to. */
#include "answer.h"
#include "check.h"
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* ------------------------------------------------------------- verdicts -- */

#define FACTS "size=%" PRIu64 ", time=%" PRIu64 ", src=%s, ident=%s, score=%f"
#define FACTS_OF(c)                                                                                \
    (c)->facts.size, (sg_now() - (c)->facts.began) / 1000, sg_client_ip((c)->up.session),          \
        sg_ident((c)->up.session), (c)->score

static struct sg_verdict spam(const struct check *c)
{
    static char text[512], score[32]; /* copied by the host */
    sg_count(c->spamd, FINDS, 1);
    sg_log(c->up.session, SG_NOTICE, "SPAM:FOUND", FACTS, FACTS_OF(c));
    snprintf(text, sizeof text, "%.400s [%f]", c->spamd->message, c->score);
    snprintf(score, sizeof score, "%.3f", c->score);
    return (struct sg_verdict){.answer = SG_REJECT,
                               .code = 550,
                               .enhanced = "5.7.1",
                               .text = text,
                               .event = "spam",
                               .detail = score};
}

static struct sg_verdict scored(const struct check *c)
{
    char score[32];
    snprintf(score, sizeof score, "%.3f", c->score);
    sg_note(c->up.session, "spam.score", score);
    if (c->score >= c->spamd->threshold)
        return spam(c);
    sg_log(c->up.session, SG_INFO, "SPAM:CLEAN", FACTS, FACTS_OF(c));
    return sg_pass();
}

struct sg_verdict check_verdict(struct check *c)
{
    if (c->finding == SCORED)
        return scored(c);
    sg_count(c->spamd, c->finding == LATE ? TIMEOUTS : ERRORS, 1);
    return c->finding == LATE ? scan_timeout(&c->facts, c->why) : scan_failed(&c->facts, c->why);
}

/* -------------------------------------------------------------- answers -- */

static void failed(struct check *c, enum finding finding, const char *what, const char *detail)
{
    c->finding = finding;
    snprintf(c->why, sizeof c->why, "%s%.240s", what, detail);
}

static bool read_spam(struct check *c, const struct dialogue_result *r)
{
    char text[CHECK_ANSWER_MAX + 2];
    dialogue_text(r, text, sizeof text);
    c->score = spamd_worst(text);
    if (!(c->score >= c->spamd->threshold))
        return false;
    c->finding = SCORED;
    return true;
}

static void read_answer(struct check *c, const struct dialogue_result *r)
{
    char text[CHECK_ANSWER_MAX + 1];
    snprintf(text, sizeof text, "%s", r->answer);
    enum spamd_answer answer = spamd_answer(text, &c->score);
    if (answer == SPAMD_ERROR)
        failed(c, FAILED, "spamd reports ", text);
    else if (answer == SPAMD_ODD || strlen(r->answer) != r->length)
        failed(c, FAILED, "spamd gave an answer that is none: ", text);
    else if (c->spamd->method == STREAM && answer == SPAMD_SCORED_ANNOUNCED)
        failed(c, FAILED,
               "the answer has a Content-length, as rspamd's, which knows no streams: "
               "use method = whole",
               "");
    else if (r->outcome == DIALOGUE_EARLY)
        failed(c, FAILED, "spamd answered before it had the whole message", "");
    else
        c->finding = SCORED;
}

/* If `end` has not come yet, it will find the finding. */
static void conclude(struct check *c)
{
    sg_ticket ticket = upload_answered(&c->up);
    if (ticket)
        sg_resume(ticket, check_verdict(c));
}

static void on_done(struct dialogue_result *r, void *arg)
{
    struct check *c = arg;
    bool is_spam = read_spam(c, r);
    if (!is_spam && r->outcome == DIALOGUE_FAILED)
        failed(c, FAILED, r->reason, "");
    else if (!is_spam && r->outcome == DIALOGUE_TIMEOUT)
        failed(c, LATE, r->reason, "");
    else if (!is_spam)
        read_answer(c, r);
    conclude(c);
}

static void send_kept(struct check *c);

static void on_drained(void *arg)
{
    struct check *c = arg;
    if (upload_is_unfinished(&c->up))
        send_kept(c);
    else
        upload_go_on(&c->up);
}

/* ------------------------------------------------------------ questions -- */

static size_t say(void *arg, const char *bytes, size_t n)
{
    struct check *c = arg;
    struct iovec part = {(char *)bytes, n};
    return dialogue_write(c->up.dialogue, &part, 1);
}

/* whole: the length is known, else the message ends with the stream. */
static void ask(struct check *c, bool whole)
{
    char request[96], trace[SCAN_TRACE_SIZE];
    size_t n = scan_trace(trace, c->up.session, c->up.mail);
    if (whole)
        snprintf(request, sizeof request, "CHECK SPAMC/1.2\r\nContent-length: %" PRIu64 "\r\n\r\n",
                 c->up.kept + n);
    else
        snprintf(request, sizeof request, "CHECK SPAMC/1.2\r\n\r\n");
    sg_count(c->spamd, ASKED, 1);
    c->up.dialogue = dialogue_open(&c->spamd->peer, on_done, on_drained, c);
    say(c, request, strlen(request));
    say(c, trace, n);
}

static void cannot_read(struct check *c)
{
    failed(c, FAILED, "the message cannot be shown to spamd: ", strerror(errno));
    upload_stop(&c->up);
}

/* As much as spamd takes; on_drained() goes on. */
static void send_kept(struct check *c)
{
    int rc = upload_spool(&c->up, say, c);
    if (rc > 0)
        dialogue_finish(c->up.dialogue);
    if (rc >= 0)
        return;
    cannot_read(c);
    conclude(c);
}

static sg_ticket defer(struct check *c)
{
    if (!c->up.ticket) /* it has waited for its turn */
        c->up.ticket = sg_defer(c->up.session);
    return c->up.ticket;
}

static struct sg_verdict send_all(struct check *c)
{
    if (upload_rewind(&c->up) < 0) {
        cannot_read(c);
        return check_verdict(c);
    }
    defer(c);
    ask(c, true);
    send_kept(c);
    return sg_pending();
}

/* --------------------------------------------------------------- whether -- */

#define SPARE 1 /* of a client's turns, for messages that are complete */

static bool has_turn(struct check *c, unsigned spare)
{
    const int late = c->up.late;
    if (upload_take_turn(&c->up, c->spamd->turns, spare))
        return true;
    if (!late) {
        scan_waits(&c->facts);
        sg_count(c->spamd, WAITED, 1);
    }
    return false;
}

/* Without a length, spamd reads to the end of the stream.  Where it is not its turn at the
 * beginning, all of it is sent at the end. */
void check_stream(struct check *c, const char *bytes, size_t n)
{
    if (c->up.late || (!c->up.dialogue && !has_turn(c, SPARE)))
        return;
    if (!c->up.dialogue)
        ask(c, false);
    upload_hold(&c->up, say(c, bytes, n));
}

/* Nothing but the end of the stream is to be said, if anything. */
static bool is_streamed(const struct check *c)
{
    return c->finding == SCORED ||
           (!c->finding && c->up.dialogue && c->up.streamed == c->facts.size);
}

static struct sg_verdict finish_stream(struct check *c)
{
    if (c->finding)
        return check_verdict(c);
    dialogue_finish(c->up.dialogue);
    defer(c);
    return sg_pending();
}

/* A stream that broke while the message came is tried once more, from the spool.
 * So is one that lacks bytes, because `body` is not called while max_load is
 * exceeded. */
static void begin_anew(struct check *c)
{
    if (c->up.streamed && !c->up.late)
        sg_log(c->up.session, SG_INFO, "SPAM:AGAIN", "src=%s, ident=%s, result=%s",
               sg_client_ip(c->up.session), sg_ident(c->up.session),
               c->finding ? c->why : "not all of the message was streamed");
    upload_stop(&c->up);
    c->finding = NOTHING;
}

static void on_turn(void *arg)
{
    struct check *c = arg;
    struct sg_verdict v = send_all(c);
    sg_ticket ticket = v.answer == SG_PENDING ? 0 : upload_answered(&c->up);
    if (ticket)
        sg_resume(ticket, v);
}

struct sg_verdict check_whole(struct check *c)
{
    if (is_streamed(c))
        return finish_stream(c);
    begin_anew(c);
    if (has_turn(c, 0))
        return send_all(c);
    defer(c);
    turn_await(c->spamd->turns, &c->up.turn, on_turn, c);
    return sg_pending();
}
