/* trace - write down every callback with its arguments.
 *
 * For debugging, for reading along with doc/hooks.md, and for tests: it has
 * each hook there is, objects to nothing, and shows in which order the host
 * calls.  A line is "NUMBER HOOK key=value, key=value"; NUMBER is the
 * session's, 0 outside one.
 *
 * The host keeps passwords from plugins; to be sure, of AUTH no more than the
 * mechanism is written, and of a reply to it only the code. */
#include <smtp-gated/plugin.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A longer line is cut; a run of message bytes is not, but takes several. */
enum { LINE_LENGTH = 4096, RUN_LENGTH = 512 };

struct trace {
    const char *file;
    int verbose;
    int fd; /* file, opened by configure; valid if it is set */
};

static const struct sg_option options[] = {
    SG_OPT_PATH(struct trace, file, NULL,
                "Append to this file, opened before privileges are dropped; if it is not set, the "
                "calls go to the log"),
    SG_OPT_BOOL(struct trace, verbose, "no",
                "Write the bytes of messages and the texts of replies, too"),
    SG_OPT_END};

static void say(const struct trace *t, const struct sg_session *s, const char *hook,
                const char *fmt, ...) SG_PRINTF(4, 5);

/* One call is one line, whatever bytes its arguments have. */
static void say(const struct trace *t, const struct sg_session *s, const char *hook,
                const char *fmt, ...)
{
    char arguments[LINE_LENGTH - 64], line[LINE_LENGTH];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(arguments, sizeof arguments, fmt, ap);
    va_end(ap);
    for (char *c = arguments; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            *c = '?';
    if (!t->file) {
        sg_log(s, SG_INFO, "TRACE", "hook=%s, arguments=%s", hook, arguments);
        return;
    }
    int n = snprintf(line, sizeof line, "%llu %s %s\n",
                     s ? (unsigned long long)sg_session_id(s) : 0ull, hook, arguments);
    if (write(t->fd, line, (size_t)n) < 0)
        sg_log(s, SG_ERR, "TRACE", "file=%s, error=%s", t->file, strerror(errno));
}

/* ------------------------------------------------------------------ life -- */

static int trace_configure(void *self)
{
    struct trace *t = self;

    if (!t->file)
        return 0;
    t->fd = open(t->file, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0640);
    if (t->fd < 0) {
        sg_config_error("file", "%s; give a file that can be made or appended to", strerror(errno));
        return -1;
    }
    say(t, NULL, "configure", "pid=%d", (int)getpid());
    return 0;
}

static int trace_start(void *self)
{
    say(self, NULL, "start", "pid=%d", (int)getpid());
    return 0;
}

static void trace_stop(void *self)
{
    say(self, NULL, "stop", "pid=%d", (int)getpid());
}

static void trace_release(void *self)
{
    struct trace *t = self;

    if (!t->file)
        return;
    say(t, NULL, "release", "pid=%d", (int)getpid());
    close(t->fd);
}

/* -------------------------------------------------------------- deciders -- */

static struct sg_verdict trace_route(struct sg_session *s, struct sg_route *route, void *self)
{
    say(self, s, "route", "client=%s, asked=%d", sg_client_ip(s), route->server.ss_family);
    return sg_pass();
}

static struct sg_verdict trace_connect(struct sg_session *s, void *self)
{
    say(self, s, "connect", "client=%s, server=%s, ident=%s, sessions=%u", sg_client_ip(s),
        sg_server_ip(s), sg_ident(s), sg_sessions_of_client(s));
    return sg_pass();
}

static struct sg_verdict trace_greet(struct sg_session *s, void *self)
{
    say(self, s, "greet", "early_line=%d", sg_early_line(s));
    return sg_pass();
}

static struct sg_verdict trace_helo(struct sg_session *s, const char *name, void *self)
{
    say(self, s, "helo", "name=%s", name);
    return sg_pass();
}

static struct sg_verdict trace_auth(struct sg_session *s, const char *mechanism, void *self)
{
    say(self, s, "auth", "mechanism=%.*s", (int)strcspn(mechanism, " \t"), mechanism);
    return sg_pass();
}

/* The file has what the plugin is given; the log has what it may have. */
struct shown {
    char text[SG_LOG_ADDRESS];
    const char *address, *parameters; /* parameters may have it, too: ORCPT, AUTH */
};

static void show(const struct trace *t, struct shown *shown, const char *address,
                 const char *parameters,
                 const char *(*may_log)(const char *, int, char[SG_LOG_ADDRESS]))
{
    shown->address = t->file ? address : may_log(address, 0, shown->text);
    shown->parameters = strcmp(shown->address, address) == 0 ? parameters : "-";
}

static struct sg_verdict trace_mail(struct sg_session *s, struct sg_mail *m,
                                    const char *reverse_path, const char *parameters, void *self)
{
    struct shown shown;
    show(self, &shown, reverse_path, parameters, sg_log_mail_from);
    say(self, s, "mail", "reverse_path=%s, parameters=%s, declared_size=%llu", shown.address,
        shown.parameters, (unsigned long long)sg_mail_declared_size(m));
    return sg_pass();
}

static struct sg_verdict trace_rcpt(struct sg_session *s, struct sg_mail *m,
                                    const char *forward_path, const char *parameters, void *self)
{
    struct shown shown;
    show(self, &shown, forward_path, parameters, sg_log_rcpt_to);
    say(self, s, "rcpt", "forward_path=%s, parameters=%s, accepted=%u", shown.address,
        shown.parameters, sg_rcpt_count(m));
    return sg_pass();
}

static struct sg_verdict trace_data(struct sg_session *s, struct sg_mail *m, void *self)
{
    say(self, s, "data", "bdat=%d, accepted=%u", sg_mail_is_bdat(m), sg_rcpt_count(m));
    return sg_pass();
}

static struct sg_verdict trace_end(struct sg_session *s, struct sg_mail *m, void *self)
{
    say(self, s, "end", "size=%llu", (unsigned long long)sg_mail_size(m));
    return sg_pass();
}

/* ------------------------------------------------------------- observers -- */

/* Bytes as in a C string, so that a test can have them back. */
static void say_bytes(const struct trace *t, const struct sg_session *s, const char *bytes,
                      size_t n)
{
    char escaped[4 * RUN_LENGTH + 1];
    char *to = escaped;

    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)bytes[i];
        to += sprintf(to, c < ' ' || c >= 0x7f || c == '\\' ? "\\x%02x" : "%c", c);
    }
    say(t, s, "body", "n=%zu, bytes=%s", n, escaped);
}

static void trace_body(struct sg_session *s, struct sg_mail *m, const char *bytes, size_t n,
                       void *self)
{
    const struct trace *t = self;

    (void)m;
    if (!t->verbose) {
        say(t, s, "body", "n=%zu", n);
        return;
    }
    for (size_t at = 0; at < n; at += RUN_LENGTH)
        say_bytes(t, s, bytes + at, n - at < RUN_LENGTH ? n - at : RUN_LENGTH);
}

static void trace_reply(struct sg_session *s, const char *command, int code, const char *text,
                        void *self)
{
    const struct trace *t = self;

    if (t->verbose && strcmp(command, "AUTH") != 0)
        say(t, s, "reply", "command=%s, code=%d, text=%s", command, code, text);
    else
        say(t, s, "reply", "command=%s, code=%d", command, code);
}

static void trace_event(struct sg_session *s, const char *name, const char *detail, void *self)
{
    say(self, s, "event", "name=%s, detail=%s", name, detail);
}

static void trace_mail_done(struct sg_session *s, struct sg_mail *m, void *self)
{
    say(self, s, "mail_done", "size=%llu, accepted=%u", (unsigned long long)sg_mail_size(m),
        sg_rcpt_count(m));
}

static void trace_close(struct sg_session *s, void *self)
{
    say(self, s, "close", "from_client=%llu, from_server=%llu, transactions=%u, taken_over=%d",
        (unsigned long long)sg_bytes_from_client(s), (unsigned long long)sg_bytes_from_server(s),
        sg_transaction(s), sg_taken_over(s));
}

static void trace_cancel(struct sg_session *s, sg_ticket ticket, void *self)
{
    say(self, s, "cancel", "ticket=%llu", (unsigned long long)ticket);
}

SG_PLUGIN(trace, .summary = "write down every callback with its arguments", .options = options,
          .settings_size = sizeof(struct trace), .configure = trace_configure, .start = trace_start,
          .stop = trace_stop, .release = trace_release, .route = trace_route,
          .connect = trace_connect, .greet = trace_greet, .helo = trace_helo, .auth = trace_auth,
          .mail = trace_mail, .rcpt = trace_rcpt, .data = trace_data, .end = trace_end,
          .body = trace_body, .reply = trace_reply, .event = trace_event,
          .mail_done = trace_mail_done, .close = trace_close, .cancel = trace_cancel)
