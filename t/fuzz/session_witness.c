/* The first plugin of the whole-session target.  What it decides, session_verdicts.c
 * says; it sees the messages, and judges here that observers are told what they must
 * be, and that the functions for plugins say the same. */
#include "session.h"

#include "../../daemon/plugin/module.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <unistd.h>

enum { TIMEOUT_MS = 30000 };

static struct {
    struct sg_session *session; /* NULL: none, or over */
    struct sg_mail *mail;       /* the one whose body is being seen */
    bool header, paused;
    struct buffer seen;
} w;

static struct plugins *set;

/* ---- what the script tells ---- */

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

bool witness_paused(void)
{
    return w.paused;
}

bool witness_is_marked(void)
{
    return memmem(buffer_head(&w.seen), buffer_len(&w.seen), MARKER, sizeof MARKER - 1) != NULL;
}

void witness_copy(struct buffer *to)
{
    if (w.header)
        buffer_append(to, HEADER, sizeof HEADER - 1);
    buffer_append(to, buffer_head(&w.seen), buffer_len(&w.seen));
}

/* ---- deciders ---- */

static struct sg_verdict decide(enum hook hook)
{
    return verdict(WITNESS, hook, w.session);
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
    if (stage.loops)
        r->flags = 0, memcpy(&r->server, sg_client_addr(s), sizeof at);
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
    verdicts_note(path);
    check(strcmp(parameters, sg_mail_parameters(m)) == 0);
    if (w.header)
        check(sg_add_header(m, HEADER) == 0);
    return decide(HOOK_mail);
}

static struct sg_verdict on_rcpt(struct sg_session *s, struct sg_mail *m, const char *path,
                                 const char *parameters, void *self)
{
    (void)s, (void)self, (void)parameters;
    verdicts_note(path);
    check(sg_rcpt(m, sg_rcpt_count(m)) == NULL);
    return decide(HOOK_rcpt);
}

static struct sg_verdict on_data(struct sg_session *s, struct sg_mail *m, void *self)
{
    (void)s, (void)self;
    check(sg_mail_size(m) == 0);
    return decide(HOOK_data);
}

/* What is kept for scanners is what the observers saw, in memory or in a file. */
static void text_agrees(struct sg_mail *m)
{
    const char *text;
    size_t n;
    struct sg_spool *spool = sg_text_ref(m, &text, &n);
    check(!spool || span_eq(span_of(text, n), bytes_of(&w.seen)));
    sg_spool_unref(spool);
}

static void spool_agrees(struct sg_mail *m)
{
    size_t n = buffer_len(&w.seen);
    text_agrees(m);
    int fd = sg_mail_fd(m);
    if (fd < 0)
        return;
    char *bytes = xmalloc(n + 2);
    check(pread(fd, bytes, n + 1, 0) == (ssize_t)n);
    check(memcmp(bytes, buffer_head(&w.seen), n) == 0);
    free(bytes);
    text_agrees(m);
}

static struct sg_verdict on_end(struct sg_session *s, struct sg_mail *m, void *self)
{
    (void)s, (void)self;
    check(sg_mail_size(m) == buffer_len(&w.seen) && (w.mail == m || sg_mail_size(m) == 0));
    spool_agrees(m);
    return decide(HOOK_end);
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
    set = plugins_create();
    plugins_append(set, &witness);
    plugins_append(set, &second_plugin);
    for (unsigned i = 0; i < set->count; i++) {
        set->all[i]->common.on_error = ON_ERROR_TEMPFAIL;
        set->all[i]->common.timeout = TIMEOUT_MS;
    }
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
    buffer_finish(&w.seen);
}
