/* facts - writes down, at every hook, all that a plugin can ask for. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <smtp-gated/plugin.h>
#include <stdio.h>
#include <unistd.h>

static const char *with_port(const struct sockaddr *a, char room[80])
{
    char ip[INET6_ADDRSTRLEN] = "";
    const struct sockaddr_in *v4 = (const void *)a;

    if (!a)
        return "NULL";
    if (a->sa_family != AF_INET)
        return "another family";
    inet_ntop(AF_INET, &v4->sin_addr, ip, sizeof ip);
    snprintf(room, 80, "%s:%u", ip, (unsigned)ntohs(v4->sin_port));
    return room;
}

static void of_session(const struct sg_session *s, const char *hook)
{
    char client[80], server[80], local[80];

    sg_log(s, SG_INFO, "FACTS",
           "hook=%s, client=%s, server=%s, local=%s, ip=%s, ident=%s, helo=%s, proxy=%s, id=%d, "
           "age=%d, transaction=%u, rcpts=%u, from_client=%d, from_server=%d, authenticated=%d, "
           "offered=%d, early=%d, taken=%d, tls=%d, sessions=%u/%u, fd=%d",
           hook, with_port(sg_client_addr(s), client), with_port(sg_server_addr(s), server),
           with_port(sg_local_addr(s), local), sg_client_ip(s), sg_ident(s), sg_helo_name(s),
           sg_proxy_name(), (int)sg_session_id(s), sg_time() - sg_session_start(s) < 60,
           sg_transaction(s), sg_rcpts_total(s), sg_bytes_from_client(s) > 0,
           sg_bytes_from_server(s) > 0, sg_authenticated(s), sg_auth_offered(s), sg_early_line(s),
           sg_taken_over(s), sg_tls_started(s), sg_sessions_of_client(s), sg_sessions_of_ident(s),
           sg_client_fd(s) >= 0);
}

static void of_mail(struct sg_session *s, struct sg_mail *m, const char *hook)
{
    const char *first = sg_rcpt(m, 0), *last = sg_rcpt(m, 1);

    of_session(s, hook);
    sg_log(s, SG_INFO, "MAIL",
           "hook=%s, current=%d, from=%s, with=%s, declared=%u, size=%u, bdat=%d, count=%u, "
           "first=%s, last=%s, last_with=%s",
           hook, sg_current_mail(s) == m, sg_reverse_path(m), sg_mail_parameters(m),
           (unsigned)sg_mail_declared_size(m), (unsigned)sg_mail_size(m), sg_mail_is_bdat(m),
           sg_rcpt_count(m), first ? first : "NULL", last ? last : "NULL",
           last ? sg_rcpt_parameters(m, 1) : "NULL");
}

static struct sg_verdict facts_route(struct sg_session *s, struct sg_route *route, void *self)
{
    (void)route, (void)self;
    of_session(s, "route");
    return sg_pass();
}

static struct sg_verdict facts_connect(struct sg_session *s, void *self)
{
    (void)self;
    of_session(s, "connect");
    return sg_pass();
}

static struct sg_verdict facts_helo(struct sg_session *s, const char *name, void *self)
{
    (void)name, (void)self;
    of_session(s, "helo");
    return sg_pass();
}

static struct sg_verdict facts_mail(struct sg_session *s, struct sg_mail *m, const char *from,
                                    const char *parameters, void *self)
{
    (void)from, (void)parameters, (void)self;
    of_mail(s, m, "mail");
    return sg_add_header(m, "X-Facts: one\r\n") == 0 ? sg_pass() : sg_failed("no header");
}

static struct sg_verdict facts_data(struct sg_session *s, struct sg_mail *m, void *self)
{
    (void)self;
    of_mail(s, m, "data");
    return sg_pass();
}

static struct sg_verdict facts_end(struct sg_session *s, struct sg_mail *m, void *self)
{
    char text[200];
    ssize_t n = pread(sg_mail_fd(m), text, sizeof text, 0);
    const char *before = sg_mail_name(m);

    (void)self;
    of_mail(s, m, "end");
    sg_log(s, SG_INFO, "FILE", "bytes=%d, name=%s, path=%d, header=%d", (int)n,
           before ? before : "NULL", sg_mail_path(m) && access(sg_mail_path(m), R_OK) == 0,
           sg_add_header(m, "X-Late: one\r\n"));
    return sg_pass();
}

static void facts_reply(struct sg_session *s, const char *command, int code, const char *text,
                        void *self)
{
    (void)self;
    sg_log(s, SG_INFO, "REPLY", "command=%s, code=%d, text=%s, authenticated=%d, rcpts=%u, mail=%d",
           command, code, text, sg_authenticated(s), sg_rcpts_total(s), sg_current_mail(s) != NULL);
}

static void facts_mail_done(struct sg_session *s, struct sg_mail *m, void *self)
{
    (void)self;
    of_mail(s, m, "mail_done");
}

static void facts_close(struct sg_session *s, void *self)
{
    (void)self;
    of_session(s, "close");
}

SG_PLUGIN(facts, .summary = "write down what there is to know", .want = SG_WANT_SPOOL,
          .route = facts_route, .connect = facts_connect, .helo = facts_helo, .mail = facts_mail,
          .data = facts_data, .end = facts_end, .reply = facts_reply, .mail_done = facts_mail_done,
          .close = facts_close)
