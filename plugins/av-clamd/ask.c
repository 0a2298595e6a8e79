/* What is said to clamd, in three ways, and what it answers. */
#include "answer.h"
#include "check.h"
#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COPY_AT_ONCE (1024u * 1024) /* larger messages are copied on the thread pool */

/* -------------------------------------------------------------- answers -- */

static void found(struct check *c, enum finding finding, const char *what, const char *detail)
{
    c->finding = finding;
    snprintf(c->text, sizeof c->text, "%s%.240s", what, detail);
}

static bool read_find(struct check *c, const struct dialogue_result *r)
{
    char text[CHECK_ANSWER_MAX + 2];
    dialogue_text(r, text, sizeof text);
    const char *name = clamd_find(text);
    if (name && scan_is_limit(name))
        found(c, scan_is_late(name) ? FAILED : UNREADABLE,
              "clamd did not look at everything: ", name);
    else if (name)
        found(c, VIRUS, "", name);
    return name != NULL;
}

static void read_answer(struct check *c, const struct dialogue_result *r)
{
    char text[CHECK_ANSWER_MAX + 1];
    snprintf(text, sizeof text, "%s", r->answer);
    enum clamd_answer answer = clamd_answer(text, c->clamd->keep > 0);
    if (answer == CLAMD_LIMIT)
        found(c, TOO_LONG, "", "");
    else if (answer == CLAMD_UNREADABLE)
        found(c, UNREADABLE, "clamd reports ", r->answer);
    else if (answer == CLAMD_ERROR)
        found(c, FAILED, "clamd reports ", r->answer);
    else if (answer == CLAMD_ODD)
        found(c, FAILED, "clamd gave an answer that is none: ", r->answer);
    else if (r->outcome == DIALOGUE_EARLY)
        found(c, FAILED, "clamd answered before it had the whole message: ", r->answer);
    else
        found(c, CLEAN, "", "");
}

static void count(const struct check *c)
{
    static const unsigned counters[] = {[VIRUS] = FINDS,
                                        [UNREADABLE] = ERRORS,
                                        [FAILED] = ERRORS,
                                        [TOO_LONG] = ERRORS,
                                        [LATE] = TIMEOUTS};
    if (c->finding != CLEAN)
        sg_count(c->clamd, counters[c->finding], 1);
}

struct sg_verdict check_verdict(const struct check *c)
{
    count(c);
    if (c->finding == CLEAN)
        return scan_clean(&c->facts);
    if (c->finding == VIRUS)
        return scan_virus(&c->facts, c->clamd->message, c->text);
    if (c->finding == UNREADABLE)
        return scan_unscannable(&c->facts, c->clamd->on_unscannable, c->text);
    if (c->finding == TOO_LONG)
        return scan_too_large(&c->facts, c->clamd->too_large, c->clamd->stream_max);
    if (c->finding == LATE)
        return scan_timeout(&c->facts, c->text);
    return scan_failed(&c->facts, c->text);
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
    bool is_find = read_find(c, r);
    if (!is_find && r->outcome == DIALOGUE_FAILED)
        found(c, FAILED, r->reason, "");
    else if (!is_find && r->outcome == DIALOGUE_TIMEOUT)
        found(c, LATE, r->reason, "");
    else if (!is_find)
        read_answer(c, r);
    r->keep = c->finding == CLEAN || c->finding == VIRUS || c->finding == UNREADABLE;
    conclude(c);
}

static void replay(struct check *c);

static void on_drained(void *arg)
{
    struct check *c = arg;
    if (upload_is_unfinished(&c->up))
        replay(c);
    else
        upload_go_on(&c->up);
}

/* ------------------------------------------------------------ questions -- */

#define MORE 3

/* Connects.  The first two parts of what is to be said are a command; returns how
 * many there are with what more belongs to it. */
static unsigned begin(struct check *c, struct iovec *parts, const char *command,
                      const struct iovec *more, unsigned count)
{
    static char session[] = "zIDSESSION";
    sg_count(c->clamd, ASKED, 1);
    c->up.dialogue = dialogue_open(&c->clamd->peer, on_done, on_drained, c);
    int first = c->clamd->keep > 0 && dialogue_is_new(c->up.dialogue);
    parts[0] = (struct iovec){session, first ? sizeof session : 0};
    parts[1] = (struct iovec){(char *)command, strlen(command) + 1};
    for (unsigned i = 0; i < count; i++)
        parts[2 + i] = more[i];
    return 2 + count;
}

static void ask(struct check *c, const char *command, const struct iovec *more, unsigned count)
{
    struct iovec parts[2 + MORE];
    unsigned n = begin(c, parts, command, more, count);
    dialogue_write(c->up.dialogue, parts, n);
}

/* Where it waited for its turn, the ticket is there. */
static sg_ticket defer(struct check *c)
{
    if (!c->up.ticket)
        c->up.ticket = sg_defer(c->up.session);
    return c->up.ticket;
}

static struct sg_verdict wait_for_answer(struct check *c)
{
    dialogue_finish(c->up.dialogue);
    defer(c);
    return sg_pending();
}

static struct sg_verdict no_message(struct check *c, int error)
{
    found(c, FAILED, "the message cannot be shown to clamd: ", strerror(error));
    return check_verdict(c);
}

static struct sg_verdict by_path(struct check *c)
{
    char command[4200];
    const char *path = sg_mail_path(c->up.mail);
    if (!path)
        return no_message(c, errno);
    snprintf(command, sizeof command, "zSCAN %s", path);
    ask(c, command, NULL, 0);
    return wait_for_answer(c);
}

/* -------------------------------------------------------- by descriptor -- */

/* The descriptor belongs to a byte after the command. */
static void send_copy(struct check *c, int fd)
{
    struct iovec parts[3], byte = {"", 1};
    unsigned n = begin(c, parts, "zFILDES", &byte, 1);
    dialogue_write_fd(c->up.dialogue, parts, n, fd);
}

/* A copy that is made on the thread pool; outlives the session if it must. */
struct copy {
    struct check *check; /* valid while the ticket is alive */
    sg_ticket ticket;
    struct sg_spool *spool;
    const char *text;
    size_t n;
    int fd, error;
};

static void make_copy(void *arg)
{
    struct copy *copy = arg;
    copy->fd = scan_copy_message(copy->text, copy->n);
    copy->error = errno;
}

static void copied(void *arg)
{
    struct copy *copy = arg;
    int wanted = sg_ticket_alive(copy->ticket);
    if (wanted && copy->fd >= 0) {
        send_copy(copy->check, copy->fd);
        dialogue_finish(copy->check->up.dialogue);
    } else if (wanted) {
        found(copy->check, FAILED,
              "the message cannot be copied for clamd: ", strerror(copy->error));
        conclude(copy->check);
    } else if (copy->fd >= 0) {
        close(copy->fd);
    }
    sg_spool_unref(copy->spool);
    free(copy);
}

static struct sg_verdict copy_elsewhere(struct check *c)
{
    struct copy *copy = sg_alloc(sizeof *copy);
    copy->spool = sg_text_ref(c->up.mail, &copy->text, &copy->n);
    if (!copy->spool) {
        free(copy);
        return no_message(c, ENOENT);
    }
    copy->check = c;
    if (sg_offload(make_copy, copied, copy) < 0) {
        sg_spool_unref(copy->spool);
        free(copy);
        return no_message(c, EAGAIN);
    }
    copy->ticket = defer(c);
    return sg_pending();
}

static struct sg_verdict by_descriptor(struct check *c)
{
    if (c->facts.size > COPY_AT_ONCE)
        return copy_elsewhere(c);
    const char *text;
    size_t n;
    struct sg_spool *spool = sg_text_ref(c->up.mail, &text, &n);
    int fd = spool ? scan_copy_message(text, n) : -1;
    int error = errno;
    sg_spool_unref(spool);
    if (fd < 0)
        return no_message(c, error);
    send_copy(c, fd);
    return wait_for_answer(c);
}

/* ------------------------------------------------------------ by stream -- */

/* One chunk: its length, its bytes; a length of 0 ends the stream.  The first
 * one opens the stream and carries the preamble, so it is never empty.  Returns
 * how many bytes wait. */
static size_t send_chunk(void *arg, const char *bytes, size_t n)
{
    struct check *c = arg;
    size_t preamble = c->up.dialogue ? 0 : SCAN_PREAMBLE_SIZE;
    uint32_t length = htonl((uint32_t)(preamble + n));
    struct iovec parts[MORE] = {
        {&length, sizeof length}, {(char *)scan_preamble, preamble}, {(char *)bytes, n}};
    if (c->up.dialogue)
        return dialogue_write(c->up.dialogue, parts, MORE);
    ask(c, "zINSTREAM", parts, MORE);
    return 0;
}

/* Of a message without a byte, too. */
static void end_stream(struct check *c)
{
    if (!c->up.dialogue)
        send_chunk(c, "", 0);
    send_chunk(c, "", 0);
}

/* Streams from what is kept, as much as clamd takes; on_drained() goes on. */
static void replay(struct check *c)
{
    int rc = upload_spool(&c->up, send_chunk, c);
    if (rc > 0) {
        end_stream(c);
        dialogue_finish(c->up.dialogue);
    } else if (rc < 0) {
        found(c, FAILED, "the message cannot be read again: ", strerror(errno));
        upload_stop(&c->up);
        conclude(c);
    }
}

static struct sg_verdict by_stream(struct check *c)
{
    if (upload_rewind(&c->up) < 0)
        return no_message(c, errno);
    defer(c);
    replay(c);
    return sg_pending();
}

/* --------------------------------------------------------------- whether -- */

#define SPARE 1 /* of a client's turns, for messages that are complete */

static bool has_turn(struct check *c, unsigned spare)
{
    const int late = c->up.late;
    if (upload_take_turn(&c->up, c->clamd->turns, spare))
        return true;
    if (!late) {
        scan_waits(&c->facts);
        sg_count(c->clamd, WAITED, 1);
    }
    return false;
}

/* Where it is not its turn at the beginning, all of it is sent at the end. */
void check_stream(struct check *c, const char *bytes, size_t n)
{
    if (c->up.late || (!c->up.dialogue && !has_turn(c, SPARE)))
        return;
    upload_hold(&c->up, send_chunk(c, bytes, n));
}

/* Nothing but the end of the stream is to be said, if anything. */
static bool is_streamed(const struct check *c)
{
    if (c->finding)
        return c->finding == TOO_LONG || c->finding == VIRUS;
    return c->up.dialogue && c->up.streamed == c->facts.size;
}

static struct sg_verdict finish_stream(struct check *c)
{
    if (c->finding)
        return check_verdict(c);
    end_stream(c);
    return wait_for_answer(c);
}

/* A stream that broke while the message came is tried once more: clamd gives up
 * on streams that stand still, and many a client does.  So is one that lacks
 * bytes, because `body` is not called while max_load is exceeded. */
static void begin_anew(struct check *c)
{
    if (c->up.streamed && !c->up.late)
        sg_log(c->up.session, SG_INFO, "SCAN:AGAIN", "src=%s, ident=%s, result=%s",
               sg_client_ip(c->up.session), sg_ident(c->up.session),
               c->finding ? c->text : "not all of the message was streamed");
    upload_stop(&c->up);
    c->finding = NOTHING;
}

static struct sg_verdict send_all(struct check *c)
{
    static struct sg_verdict (*const ways[])(struct check *) = {
        [FILDES] = by_descriptor, [INSTREAM] = by_stream, [PATH] = by_path};
    return ways[c->clamd->method](c);
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
    turn_await(c->clamd->turns, &c->up.turn, on_turn, c);
    return sg_pending();
}
