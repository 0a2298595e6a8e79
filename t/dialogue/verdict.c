/* verdict - a plugin for the dialogues: answers each hook as its file says.
 *
 * A hook's option is "ANSWER" or "ANSWER if WORD": the answer is given only when
 * the command's argument (at `end`: the message) contains the word.  ANSWER is
 * pass, accept, reject, tempfail, takeover, error, never (no answer ever comes)
 * or close (pass, and sg_close_session()).  With `gate`, the path of a FIFO, answers come only once
 * somebody has opened it for writing: so a test, not a clock, says when a check is done. */
#include <smtp-gated/plugin.h>

#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct settings {
    const char *connect, *greet, *helo, *auth, *mail, *rcpt, *data, *end;
    long code;
    const char *enhanced, *text, *event, *detail;
    const char *gate;   /* a FIFO */
    const char *copy;   /* file that gets what `body` saw, appended */
    const char *header; /* added at `mail`, without its last CRLF; "|" is one, too */
};

#define OPTION(field, help) SG_OPT_STRING(struct settings, field, NULL, help)

static const struct sg_option options[] = {
    OPTION(connect, "answer at connect"),
    OPTION(greet, "answer at the banner"),
    OPTION(helo, "answer to HELO"),
    OPTION(auth, "answer to AUTH"),
    OPTION(mail, "answer to MAIL"),
    OPTION(rcpt, "answer to RCPT"),
    OPTION(data, "answer to DATA"),
    OPTION(end, "answer to the message"),
    SG_OPT_INT(struct settings, code, "0", 0, 599, "reply code"),
    OPTION(enhanced, "enhanced status code"),
    OPTION(text, "what the client is told"),
    OPTION(event, "event raised"),
    OPTION(detail, "detail of the event"),
    SG_OPT_PATH(struct settings, gate, NULL, "FIFO that answers wait for"),
    SG_OPT_PATH(struct settings, copy, NULL, "file for what body saw"),
    OPTION(header, "header line to add"),
    SG_OPT_END,
};

/* The message so far, for `end`. */
struct kept {
    char *bytes;
    size_t n;
};

struct waiting {
    sg_ticket ticket;
    const struct settings *my;
    enum sg_answer answer;
};

static const struct {
    const char *word;
    enum sg_answer answer;
} answers[] = {
    {"pass", SG_PASS},         {"accept", SG_ACCEPT}, {"reject", SG_REJECT},
    {"tempfail", SG_TEMPFAIL}, {"error", SG_ERROR},   {"takeover", SG_TAKEOVER},
    {"never", SG_PENDING},     {"close", SG_PASS},
};

static struct sg_verdict verdict(const struct settings *my, enum sg_answer answer)
{
    struct sg_verdict v = sg_answer(answer, my->text ? my->text : "not here");
    if (answer == SG_PASS || answer == SG_ACCEPT)
        return v;
    v.code = (int)my->code;
    v.enhanced = my->enhanced;
    v.event = my->event;
    v.detail = my->detail;
    return v;
}

/* Opening a FIFO to read waits for a writer, reading till the writer closes it. */
static void wait_at_gate(void *arg)
{
    const struct waiting *w = arg;
    int fd = open(w->my->gate, O_RDONLY | O_CLOEXEC);
    char byte;
    while (fd >= 0 && read(fd, &byte, 1) > 0)
        continue;
    if (fd >= 0)
        close(fd);
}

static void through_gate(void *arg)
{
    struct waiting *w = arg;
    sg_resume(w->ticket, verdict(w->my, w->answer));
    free(w);
}

static struct sg_verdict later(struct sg_session *s, const struct settings *my,
                               enum sg_answer answer)
{
    struct waiting *w = calloc(1, sizeof *w);
    w->ticket = sg_defer(s);
    w->my = my;
    w->answer = answer;
    if (sg_offload(wait_at_gate, through_gate, w) == 0)
        return sg_pending();
    free(w);
    return sg_failed("cannot offload");
}

static struct sg_verdict give(struct sg_session *s, const struct settings *my,
                              enum sg_answer answer)
{
    if (answer == SG_PENDING) {
        sg_defer(s);
        return sg_pending();
    }
    return my->gate ? later(s, my, answer) : verdict(my, answer);
}

/* order: the option; text: what its word may be in. */
static struct sg_verdict obey(struct sg_session *s, const struct settings *my, const char *order,
                              const char *text, size_t n)
{
    if (order == NULL)
        return sg_pass();
    const char *condition = strstr(order, " if ");
    size_t length = condition ? (size_t)(condition - order) : strlen(order);
    if (condition && memmem(text, n, condition + 4, strlen(condition + 4)) == NULL)
        return sg_pass();
    if (strncmp(order, "close", length) == 0)
        sg_close_session(s);
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        if (strlen(answers[i].word) == length && memcmp(order, answers[i].word, length) == 0)
            return give(s, my, answers[i].answer);
    return sg_failed("no such answer");
}

static struct sg_verdict verdict_connect(struct sg_session *s, void *self)
{
    const struct settings *my = self;
    return obey(s, my, my->connect, "", 0);
}

static struct sg_verdict verdict_greet(struct sg_session *s, void *self)
{
    const struct settings *my = self;
    return obey(s, my, my->greet, "", 0);
}

static struct sg_verdict verdict_helo(struct sg_session *s, const char *name, void *self)
{
    const struct settings *my = self;
    return obey(s, my, my->helo, name, strlen(name));
}

static struct sg_verdict verdict_auth(struct sg_session *s, const char *mechanism, void *self)
{
    const struct settings *my = self;
    return obey(s, my, my->auth, mechanism, strlen(mechanism));
}

static void add_header(struct sg_mail *m, const char *text)
{
    char lines[1002];
    size_t n = 0;
    for (; *text && n < sizeof lines - 5; text++) {
        if (*text != '|')
            lines[n++] = *text;
        else
            n += (size_t)sprintf(lines + n, "\r\n");
    }
    strcpy(lines + n, "\r\n");
    sg_add_header(m, lines);
}

static struct sg_verdict verdict_mail(struct sg_session *s, struct sg_mail *m, const char *path,
                                      const char *parameters, void *self)
{
    const struct settings *my = self;
    (void)parameters;
    if (my->header)
        add_header(m, my->header);
    return obey(s, my, my->mail, path, strlen(path));
}

static struct sg_verdict verdict_rcpt(struct sg_session *s, struct sg_mail *m, const char *path,
                                      const char *parameters, void *self)
{
    const struct settings *my = self;
    (void)m, (void)parameters;
    return obey(s, my, my->rcpt, path, strlen(path));
}

static struct sg_verdict verdict_data(struct sg_session *s, struct sg_mail *m, void *self)
{
    const struct settings *my = self;
    (void)m;
    return obey(s, my, my->data, "", 0);
}

static void verdict_body(struct sg_session *s, struct sg_mail *m, const char *bytes, size_t n,
                         void *self)
{
    struct kept *kept = sg_mail_state(m, self);
    (void)s;
    char *grown = realloc(kept->bytes, kept->n + n + 1);
    if (grown == NULL)
        abort();
    kept->bytes = grown;
    memcpy(kept->bytes + kept->n, bytes, n);
    kept->n += n;
}

static void copy_out(const char *path, const struct kept *kept)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0 || write(fd, kept->bytes, kept->n) != (ssize_t)kept->n)
        abort();
    close(fd);
}

static struct sg_verdict verdict_end(struct sg_session *s, struct sg_mail *m, void *self)
{
    const struct settings *my = self;
    const struct kept *kept = sg_mail_state(m, self);
    if (my->copy)
        copy_out(my->copy, kept);
    return obey(s, my, my->end, kept->bytes ? kept->bytes : "", kept->n);
}

static void verdict_mail_done(struct sg_session *s, struct sg_mail *m, void *self)
{
    struct kept *kept = sg_mail_state(m, self);
    (void)s;
    free(kept->bytes);
    kept->bytes = NULL;
}

/* The first message makes the copy, so the sandbox must leave its directory open. */
static int verdict_configure(void *self)
{
    const struct settings *my = self;
    char directory[4096];

    if (!my->copy)
        return 0;
    snprintf(directory, sizeof directory, "%s", my->copy);
    return sg_grant(dirname(directory), SG_GRANT_WRITE);
}

SG_PLUGIN(verdict, .summary = "answer each hook as its file says", .options = options,
          .configure = verdict_configure, .settings_size = sizeof(struct settings),
          .mail_size = sizeof(struct kept), .connect = verdict_connect, .greet = verdict_greet,
          .helo = verdict_helo, .auth = verdict_auth, .mail = verdict_mail, .rcpt = verdict_rcpt,
          .data = verdict_data, .body = verdict_body, .end = verdict_end,
          .mail_done = verdict_mail_done)
