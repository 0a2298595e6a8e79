/* The plugin of the whole-session target.  At each hook it decides as the script
 * last said; at `end` a message that holds MARKER is refused whatever it said.  What
 * passed is kept, for the judges; and that observers are told what they must be is
 * judged here. */
#include "session.h"

#include "../../daemon/plugin/module.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <unistd.h>

enum { TICKETS = 32, TIMEOUT_MS = 30000 };

struct open_question {
    sg_ticket ticket;
    bool end;
};

static struct {
    struct sg_session *session; /* NULL: none, or over */
    struct sg_mail *mail;       /* the one whose body is being seen */
    char answers[HOOK_COUNT];
    bool header, paused;
    struct buffer seen;
    struct buffer *passed;
    unsigned passed_count, asked;
    struct open_question open[TICKETS];
} w;

static struct plugins *set;

/* ---- what the script tells ---- */

static const struct {
    char letter;
    enum hook hook;
} hooks[] = {{'t', HOOK_route}, {'c', HOOK_connect}, {'g', HOOK_greet},
             {'h', HOOK_helo},  {'a', HOOK_auth},    {'m', HOOK_mail},
             {'r', HOOK_rcpt},  {'d', HOOK_data},    {'e', HOOK_end}};

void witness_told(char hook, char answer)
{
    for (size_t i = 0; i < sizeof hooks / sizeof *hooks; i++)
        if (hooks[i].letter == hook)
            w.answers[hooks[i].hook] = answer;
}

void witness_calm(void)
{
    memset(w.answers, 0, sizeof w.answers);
}

static bool is_marked(void)
{
    return memmem(buffer_head(&w.seen), buffer_len(&w.seen), MARKER, sizeof MARKER - 1) != NULL;
}

static void note_passed(void)
{
    w.passed = xrealloc(w.passed, (w.passed_count + 1) * sizeof *w.passed);
    struct buffer *b = &w.passed[w.passed_count++];
    *b = (struct buffer){0};
    if (w.header)
        buffer_append(b, HEADER, sizeof HEADER - 1);
    buffer_append(b, buffer_head(&w.seen), buffer_len(&w.seen));
}

static void resolve(struct open_question *q, bool pass)
{
    struct sg_verdict v = sg_answer(pass ? SG_PASS : SG_REJECT, "resolved");
    if (q->end && sg_ticket_alive(q->ticket)) {
        if (is_marked())
            v = sg_answer(SG_REJECT, "marked");
        if (v.answer == SG_PASS)
            note_passed();
    }
    sg_resume(q->ticket, v);
    q->ticket = 0;
}

/* The oldest that is open; also one that has died meanwhile. */
void witness_resolve(bool pass)
{
    for (unsigned i = 0; i < TICKETS; i++) {
        if (!w.open[i].ticket)
            continue;
        resolve(&w.open[i], pass);
        return;
    }
}

bool witness_pending(void)
{
    for (unsigned i = 0; i < TICKETS; i++)
        if (w.open[i].ticket && sg_ticket_alive(w.open[i].ticket))
            return true;
    return w.paused;
}

void witness_pause(void)
{
    if (!w.mail)
        return;
    w.paused = !w.paused;
    if (w.paused)
        sg_mail_pause(w.mail);
    else
        sg_mail_go_on(w.mail);
}

void witness_close(void)
{
    if (w.session)
        sg_close_session(w.session);
}

void witness_adds_header(void)
{
    w.header = true;
}

const struct buffer *witness_passed(unsigned n)
{
    return n < w.passed_count ? &w.passed[n] : NULL;
}

/* ---- deciders ---- */

static struct sg_verdict defer(enum hook hook)
{
    for (unsigned i = 0; i < TICKETS; i++) {
        if (w.open[i].ticket)
            continue;
        w.open[i] = (struct open_question){sg_defer(w.session), hook == HOOK_end};
        check(w.open[i].ticket);
        return sg_pending();
    }
    return sg_failed("asked too often");
}

static struct sg_verdict decide(enum hook hook)
{
    struct sg_verdict taken = {.answer = SG_TAKEOVER, .code = 554, .text = "taken over"};
    switch (w.answers[hook]) {
    case 'a':
        return sg_answer(SG_ACCEPT, NULL);
    case 'r':
        return sg_answer(SG_REJECT, "no");
    case 't':
        return sg_answer(SG_TEMPFAIL, "later");
    case 'k':
        return taken;
    case 'e':
        return sg_failed("broken");
    case 'd':
        return defer(hook);
    default:
        return sg_pass();
    }
}

static struct sg_verdict on_route(struct sg_session *s, struct sg_route *r, void *self)
{
    struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_port = htons(25), .sin_addr.s_addr = htonl(0xcb007101)};
    (void)self;
    check(!w.session);
    w.session = s;
    memcpy(&r->server, &at, sizeof at);
    r->flags = stage.route_flags | SG_ROUTE_FIXED;
    return decide(HOOK_route);
}

static struct sg_verdict on_connect(struct sg_session *s, void *self)
{
    (void)s, (void)self;
    return decide(HOOK_connect);
}

static struct sg_verdict on_greet(struct sg_session *s, void *self)
{
    (void)s, (void)self;
    return decide(HOOK_greet);
}

static struct sg_verdict on_helo(struct sg_session *s, const char *name, void *self)
{
    (void)self;
    check(strcmp(name, sg_helo_name(s)) == 0);
    return decide(HOOK_helo);
}

static struct sg_verdict on_auth(struct sg_session *s, const char *mechanism, void *self)
{
    (void)s, (void)self;
    check(!strchr(mechanism, ' '));
    return decide(HOOK_auth);
}

static struct sg_verdict on_mail(struct sg_session *s, struct sg_mail *m, const char *path,
                                 const char *parameters, void *self)
{
    (void)s, (void)self;
    check(strcmp(path, sg_reverse_path(m)) == 0);
    check(strcmp(parameters, sg_mail_parameters(m)) == 0);
    if (w.header)
        check(sg_add_header(m, HEADER) == 0);
    return decide(HOOK_mail);
}

static struct sg_verdict on_rcpt(struct sg_session *s, struct sg_mail *m, const char *path,
                                 const char *parameters, void *self)
{
    (void)s, (void)self, (void)path, (void)parameters;
    check(sg_rcpt(m, sg_rcpt_count(m)) == NULL);
    return decide(HOOK_rcpt);
}

static struct sg_verdict on_data(struct sg_session *s, struct sg_mail *m, void *self)
{
    (void)s, (void)self;
    check(sg_mail_size(m) == 0);
    return decide(HOOK_data);
}

/* What is kept for scanners is what the observers saw. */
static void spool_agrees(struct sg_mail *m)
{
    size_t n = buffer_len(&w.seen);
    int fd = sg_mail_fd(m);
    if (fd < 0)
        return;
    char *bytes = xmalloc(n + 2);
    check(pread(fd, bytes, n + 1, 0) == (ssize_t)n);
    check(memcmp(bytes, buffer_head(&w.seen), n) == 0);
    free(bytes);
}

static struct sg_verdict on_end(struct sg_session *s, struct sg_mail *m, void *self)
{
    (void)s, (void)self;
    check(sg_mail_size(m) == buffer_len(&w.seen) && (w.mail == m || sg_mail_size(m) == 0));
    spool_agrees(m);
    if (is_marked() && w.answers[HOOK_end] != 'd')
        return sg_answer(SG_REJECT, "marked");
    struct sg_verdict v = decide(HOOK_end);
    if (v.answer == SG_PASS || v.answer == SG_ACCEPT)
        note_passed();
    return v;
}

/* ---- observers ---- */

static void on_body(struct sg_session *s, struct sg_mail *m, const char *bytes, size_t n,
                    void *self)
{
    (void)self;
    check(s == w.session && n > 0 && (!w.mail || w.mail == m) && !w.paused);
    w.mail = m;
    buffer_append(&w.seen, bytes, n);
}

static void on_reply(struct sg_session *s, const char *command, int code, const char *text,
                     void *self)
{
    (void)s, (void)self, (void)command;
    check(code >= 100 && code <= 999 && !strchr(text, '\n'));
}

static void on_mail_done(struct sg_session *s, struct sg_mail *m, void *self)
{
    (void)self;
    check(s == w.session && (!w.mail || w.mail == m));
    w.mail = NULL;
    w.paused = false;
    buffer_finish(&w.seen);
}

static void on_close(struct sg_session *s, void *self)
{
    (void)self;
    check(s == w.session && !w.mail);
    w.session = NULL;
}

static void on_cancel(struct sg_session *s, sg_ticket ticket, void *self)
{
    (void)s, (void)self;
    check(!sg_ticket_alive(ticket));
}

static const struct sg_plugin witness = {.size = sizeof witness,
                                         .api = SG_API_VERSION,
                                         .name = "witness",
                                         .route = on_route,
                                         .connect = on_connect,
                                         .greet = on_greet,
                                         .helo = on_helo,
                                         .auth = on_auth,
                                         .mail = on_mail,
                                         .rcpt = on_rcpt,
                                         .data = on_data,
                                         .end = on_end,
                                         .body = on_body,
                                         .reply = on_reply,
                                         .mail_done = on_mail_done,
                                         .close = on_close,
                                         .cancel = on_cancel};

struct plugins *witness_plugins(void)
{
    set = xcalloc(1, sizeof *set);
    plugins_append(set, &witness);
    set->all[0]->common.on_error = ON_ERROR_TEMPFAIL;
    set->all[0]->common.timeout = TIMEOUT_MS;
    return set;
}

void witness_wants_spool(void)
{
    set->wants_spool = true;
}

void witness_begin(void)
{
    memset(&w, 0, sizeof w);
    set->wants_spool = false;
}

void witness_end(void)
{
    check(!w.session && !w.mail);
    for (unsigned i = 0; i < w.passed_count; i++)
        buffer_finish(&w.passed[i]);
    free(w.passed);
    buffer_finish(&w.seen);
}
