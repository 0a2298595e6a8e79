/* The second plugin of the whole-session target, behind the first: it is asked when
 * the first has not objected, also while that is still thinking.  It sees the same
 * messages, and is told of what either has found. */
#include "session.h"

static struct {
    struct sg_session *session; /* of which it has seen something */
    size_t seen;
} second;

static struct sg_verdict decide(struct sg_session *s, enum hook hook)
{
    second.session = s;
    return verdict(SECOND, hook, s);
}

static struct sg_verdict on_connect(struct sg_session *s, void *self)
{
    (void)self;
    second.seen = 0;
    return decide(s, HOOK_connect);
}

static struct sg_verdict on_greet(struct sg_session *s, void *self)
{
    (void)self;
    return decide(s, HOOK_greet);
}

static struct sg_verdict on_helo(struct sg_session *s, const char *name, void *self)
{
    (void)name, (void)self;
    return decide(s, HOOK_helo);
}

static struct sg_verdict on_auth(struct sg_session *s, const char *mechanism, void *self)
{
    (void)mechanism, (void)self;
    return decide(s, HOOK_auth);
}

static struct sg_verdict on_mail(struct sg_session *s, struct sg_mail *m, const char *path,
                                 const char *parameters, void *self)
{
    (void)m, (void)path, (void)parameters, (void)self;
    return decide(s, HOOK_mail);
}

static struct sg_verdict on_rcpt(struct sg_session *s, struct sg_mail *m, const char *path,
                                 const char *parameters, void *self)
{
    (void)m, (void)path, (void)parameters, (void)self;
    return decide(s, HOOK_rcpt);
}

static struct sg_verdict on_data(struct sg_session *s, struct sg_mail *m, void *self)
{
    (void)m, (void)self;
    return decide(s, HOOK_data);
}

static struct sg_verdict on_end(struct sg_session *s, struct sg_mail *m, void *self)
{
    (void)self;
    check(sg_mail_size(m) == second.seen);
    return decide(s, HOOK_end);
}

static void on_body(struct sg_session *s, struct sg_mail *m, const char *bytes, size_t n,
                    void *self)
{
    (void)s, (void)m, (void)bytes, (void)self;
    second.seen += n;
}

static void on_mail_done(struct sg_session *s, struct sg_mail *m, void *self)
{
    (void)s, (void)m, (void)self;
    second.seen = 0;
}

static void on_event(struct sg_session *s, const char *name, const char *detail, void *self)
{
    (void)self;
    check(s == second.session || !second.session);
    check(strcmp(name, EVENT) == 0 && strcmp(detail, "It") == 0);
}

static void on_close(struct sg_session *s, void *self)
{
    (void)s, (void)self;
    second.session = NULL;
}

static void on_cancel(struct sg_session *s, sg_ticket ticket, void *self)
{
    (void)s, (void)self;
    check(!sg_ticket_alive(ticket));
}

const struct sg_plugin second_plugin = {.size = sizeof second_plugin,
                                        .api = SG_API_VERSION,
                                        .name = "second",
                                        .connect = on_connect,
                                        .greet = on_greet,
                                        .helo = on_helo,
                                        .auth = on_auth,
                                        .mail = on_mail,
                                        .rcpt = on_rcpt,
                                        .data = on_data,
                                        .end = on_end,
                                        .body = on_body,
                                        .mail_done = on_mail_done,
                                        .event = on_event,
                                        .close = on_close,
                                        .cancel = on_cancel};
