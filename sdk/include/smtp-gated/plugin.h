/* smtp-gated/plugin.h - everything a plugin may know of smtp-gated.
 *
 * A plugin is a shared object that exports one symbol, made by SG_PLUGIN().
 * The file conf.d/NN-NAME.conf loads NAME.so and gives it its settings; NN
 * orders the plugins of a hook.  This header needs libc only, and compiles as
 * C99 and as C++.
 *
 * Threads.  Every hook runs on the one thread of a worker, and so must every
 * sg_*() function, but where a comment says otherwise.  A hook must not
 * block: it either answers at once, or takes a ticket with sg_defer() and
 * answers later with sg_resume(), or hands the work to sg_offload().
 *
 * Memory.  What a function returns is borrowed: it lives as long as the
 * session or mail it was asked of, and strings of a command only until the
 * hook returns if the comment says so.  Strings passed in are copied.
 */
#ifndef SMTP_GATED_PLUGIN_H
#define SMTP_GATED_PLUGIN_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this interface.  A plugin built with a higher number than
 * the host's is refused; lower numbers are served for ever. */
#define SG_API_VERSION 1

#if defined(__GNUC__)
#define SG_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define SG_PUBLIC __attribute__((visibility("default")))
#else
#define SG_PRINTF(fmt, args)
#define SG_PUBLIC
#endif

struct sg_session; /* one client connection and the connection to its server */
struct sg_mail;    /* one mail transaction of a session (RFC 5321, 3.3) */
struct uv_loop_s;  /* libuv's uv_loop_t */

/* ------------------------------------------------------------- verdicts -- */

enum sg_answer {
    SG_PASS = 0,  /* no objection */
    SG_ACCEPT,    /* no objection, and plugins behind this one are not asked */
    SG_REJECT,    /* refuse for good: 5xx.  At connect and greet the session
                     ends; at helo, mail, rcpt, data only this command is
                     refused; at end the message is, and the session is taken
                     over */
    SG_TEMPFAIL,  /* as SG_REJECT, but 4xx: the client may try again */
    SG_TAKEOVER,  /* refuse the command with `code`, leave the server, and
                     play the server until the client goes */
    SG_PENDING,   /* a ticket was taken; sg_resume() brings the answer */
    SG_ERROR      /* the check could not be made: `on_error` decides.  `text`
                     is logged, not sent */
};

/* What a deciding hook answers.  Zero-initialised it means SG_PASS.  Strings
 * are copied before the call that receives the verdict returns. */
struct sg_verdict {
    enum sg_answer answer;
    int code;             /* SMTP reply code; 0: the default of the hook */
    const char *enhanced; /* "5.7.1", or NULL: the default.  Sent only if the
                             server advertised ENHANCEDSTATUSCODES */
    const char *text;     /* what the client is told, one line, without the
                             proxy's name, which the host puts before it */
    const char *event;    /* "virus", "spam", "dnsbl", "regex", "spf",
                             "earlytalk", "maxhost", "maxident", "ratelimit",
                             or NULL.  The host raises it: see `event` */
    const char *detail;   /* of the event: the virus' name, the zone, … */
};

/* A question that is still open.  0 is no ticket. */
typedef uint64_t sg_ticket;

/* Takes a ticket for the hook that is running now; the hook must then return
 * SG_PENDING.  The host owns the deadline (the plugin's `timeout`).  */
sg_ticket sg_defer(struct sg_session *s);

/* Answers.  A ticket that is dead (deadline over, client gone, another plugin
 * objected, answered before) is ignored, so no bookkeeping is needed. */
void sg_resume(sg_ticket ticket, struct sg_verdict verdict);

/* 1 while the answer to this ticket is still wanted. */
int sg_ticket_alive(sg_ticket ticket);

/* Runs work(arg) on the thread pool and then done(arg) on the loop; done is
 * always called, once, also when the session is gone by then, and frees arg.
 * work must use no sg_*() function.  Returns 0, or -1 if it cannot be queued
 * (then done is not called). */
int sg_offload(void (*work)(void *arg), void (*done)(void *arg), void *arg);

/* Shorthands for hooks. */
static inline struct sg_verdict sg_answer(enum sg_answer answer, const char *text)
{
    struct sg_verdict v;
    v.answer = answer;
    v.code = 0;
    v.enhanced = NULL;
    v.text = text;
    v.event = NULL;
    v.detail = NULL;
    return v;
}
static inline struct sg_verdict sg_pass(void) { return sg_answer(SG_PASS, NULL); }
static inline struct sg_verdict sg_pending(void) { return sg_answer(SG_PENDING, NULL); }
/* `why` is for the log; the client is told what on_error says. */
static inline struct sg_verdict sg_failed(const char *why) { return sg_answer(SG_ERROR, why); }

/* -------------------------------------------------------------- routing -- */

enum sg_route_flag {
    SG_ROUTE_FIXED = 1,   /* the server is configured, not found out: the
                             source-equals-destination loop check is off */
    SG_ROUTE_XCLIENT = 2, /* hand the client's address over with XCLIENT */
    SG_ROUTE_PROXY = 4,   /* … with a PROXY v1 line before anything else */
    SG_ROUTE_FROM_CLIENT = 8 /* connect from the client's own address
                             (IP_TRANSPARENT; needs SG_CAP_NET_ADMIN) */
};

/* Where a session goes.  The route hook fills it in; all zero on entry. */
struct sg_route {
    struct sockaddr_storage server; /* family AF_UNSPEC: no answer */
    unsigned flags;                 /* of enum sg_route_flag */
    uint16_t source_port;           /* with SG_ROUTE_FROM_CLIENT; 0: any */
    char ident[64];                 /* who the client is, beyond its address; ""
                                       if nobody knows */
};

/* -------------------------------------------------------------- options -- */

enum sg_option_type {
    SG_BOOL = 1, /* int 0 or 1 */
    SG_INT,      /* long, between min and max */
    SG_SIZE,     /* uint64_t bytes: "10M" */
    SG_DURATION, /* uint64_t milliseconds: "30s", "5m"; a bare number is seconds */
    SG_FLOAT,    /* double */
    SG_STRING,   /* const char * */
    SG_PATH,     /* const char *, absolute */
    SG_IP,       /* struct sockaddr_storage, port 0; AF_UNSPEC if unset */
    SG_ENDPOINT, /* struct sg_endpoint: "/path", "host:port", "[v6]:port" */
    SG_NETS,     /* struct sg_nets *: list of addresses and networks */
    SG_ENUM,     /* int: index into choices */
    SG_FLAGS,    /* unsigned: bit i set if choices[i] is named; a list */
    SG_STRINGS,  /* const char **, NULL-terminated list */
    SG_REGEX,    /* const char *: a PCRE2 pattern; the host checks that it
                    compiles and says where it does not */
    SG_MODE      /* unsigned: file permissions in octal, "0660" */
};

/* A UNIX socket's path or a host and port.  Names are resolved at load. */
struct sg_endpoint {
    struct sockaddr_storage addr; /* AF_UNIX, AF_INET or AF_INET6; AF_UNSPEC if unset */
    socklen_t addrlen;
    const char *text; /* as configured */
};

/* One option.  The table ends with an all-zero entry (SG_OPT_END). */
struct sg_option {
    const char *name;
    enum sg_option_type type;
    size_t offset;              /* into the settings struct */
    const char *initial;        /* default, in the file's own notation; NULL:
                                   unset (0, NULL, AF_UNSPEC) */
    const char *help;           /* one sentence for -T and the manual */
    const char *const *choices; /* SG_ENUM, SG_FLAGS: NULL-terminated */
    long min, max;              /* SG_INT, SG_SIZE, SG_DURATION: checked if max > min */
};

#define SG_OPT(type, strct, field, initial, help)                                    \
    { #field, type, offsetof(strct, field), initial, help, NULL, 0, 0 }
#define SG_OPT_BOOL(strct, field, initial, help) SG_OPT(SG_BOOL, strct, field, initial, help)
#define SG_OPT_INT(strct, field, initial, min, max, help)                            \
    { #field, SG_INT, offsetof(strct, field), initial, help, NULL, min, max }
#define SG_OPT_SIZE(strct, field, initial, help) SG_OPT(SG_SIZE, strct, field, initial, help)
#define SG_OPT_DURATION(strct, field, initial, help)                                 \
    SG_OPT(SG_DURATION, strct, field, initial, help)
#define SG_OPT_FLOAT(strct, field, initial, help) SG_OPT(SG_FLOAT, strct, field, initial, help)
#define SG_OPT_STRING(strct, field, initial, help) SG_OPT(SG_STRING, strct, field, initial, help)
#define SG_OPT_PATH(strct, field, initial, help) SG_OPT(SG_PATH, strct, field, initial, help)
#define SG_OPT_IP(strct, field, initial, help) SG_OPT(SG_IP, strct, field, initial, help)
#define SG_OPT_ENDPOINT(strct, field, initial, help)                                 \
    SG_OPT(SG_ENDPOINT, strct, field, initial, help)
#define SG_OPT_NETS(strct, field, initial, help) SG_OPT(SG_NETS, strct, field, initial, help)
#define SG_OPT_ENUM(strct, field, initial, choices, help)                            \
    { #field, SG_ENUM, offsetof(strct, field), initial, help, choices, 0, 0 }
#define SG_OPT_FLAGS(strct, field, initial, choices, help)                           \
    { #field, SG_FLAGS, offsetof(strct, field), initial, help, choices, 0, 0 }
#define SG_OPT_STRINGS(strct, field, initial, help)                                  \
    SG_OPT(SG_STRINGS, strct, field, initial, help)
#define SG_OPT_REGEX(strct, field, initial, help) SG_OPT(SG_REGEX, strct, field, initial, help)
#define SG_OPT_MODE(strct, field, initial, help) SG_OPT(SG_MODE, strct, field, initial, help)
#define SG_OPT_END                                                                   \
    { NULL, (enum sg_option_type)0, 0, NULL, NULL, NULL, 0, 0 }

/* 1 if addr (v4-mapped ones count as IPv4) lies in one of the networks.  An
 * empty or NULL list holds nothing.  Any thread. */
struct sg_nets;
int sg_nets_contain(const struct sg_nets *nets, const struct sockaddr *addr);

/* The value is wrong although its type is right: the host prints file, line,
 * option and value, and this sentence.  Only inside `configure`, which then
 * returns -1.  option may be NULL: the whole file. */
void sg_config_error(const char *option, const char *fmt, ...) SG_PRINTF(2, 3);

/* ----------------------------------------------------------- descriptor -- */

/* Linux capabilities a plugin's worker needs; all others are dropped. */
#define SG_CAP_NET_ADMIN 1u
#define SG_CAP_NET_RAW 2u

/* What a plugin is.  Made by SG_PLUGIN(); fields are only ever appended, and a
 * field left out is NULL.  `self` is the settings struct of one conf.d file.
 *
 * Deciders return a verdict; observers return nothing and cannot stop a
 * session.  The hooks are described one by one in doc/hooks.md. */
struct sg_plugin {
    size_t size;     /* by SG_PLUGIN */
    unsigned api;    /* by SG_PLUGIN */
    const char *name; /* by SG_PLUGIN: the file is NAME.so, NN-NAME.conf */

    const char *summary; /* one line for -T and the manual */
    const struct sg_option *options;
    size_t settings_size; /* of the struct the options fill, 0 if none */
    size_t session_size;  /* bytes of sg_session_state(), 0 if none */
    size_t mail_size;     /* bytes of sg_mail_state(), 0 if none */
    unsigned capabilities; /* SG_CAP_* */
    unsigned want;         /* SG_WANT_* */

    /* Life.  configure: in the keeper, before privileges are dropped and
     * before the workers are forked; options are filled in.  Open devices,
     * load data to share.  No threads, no loop.  Also called by -t.  Returns
     * 0, or -1 after sg_config_error().
     * start: in each worker, its loop exists.  Returns 0 or -1 (the worker
     * gives up, the keeper logs it).  stop: in the worker, the last session
     * is gone.  release: in the keeper at its end. */
    int (*configure)(void *self);
    int (*start)(void *self);
    void (*stop)(void *self);
    void (*release)(void *self);

    /* Deciders, in the order of a session's life. */
    struct sg_verdict (*route)(struct sg_session *s, struct sg_route *route, void *self);
    struct sg_verdict (*connect)(struct sg_session *s, void *self);
    struct sg_verdict (*greet)(struct sg_session *s, void *self);
    struct sg_verdict (*helo)(struct sg_session *s, const char *name, void *self);
    struct sg_verdict (*auth)(struct sg_session *s, const char *mechanism, void *self);
    struct sg_verdict (*mail)(struct sg_session *s, struct sg_mail *m, const char *reverse_path,
                              const char *parameters, void *self);
    struct sg_verdict (*rcpt)(struct sg_session *s, struct sg_mail *m, const char *forward_path,
                              const char *parameters, void *self);
    struct sg_verdict (*data)(struct sg_session *s, struct sg_mail *m, void *self);
    struct sg_verdict (*end)(struct sg_session *s, struct sg_mail *m, void *self);

    /* Observers. */
    void (*body)(struct sg_session *s, struct sg_mail *m, const char *bytes, size_t n, void *self);
    void (*reply)(struct sg_session *s, const char *command, int code, const char *text,
                  void *self);
    void (*event)(struct sg_session *s, const char *name, const char *detail, void *self);
    void (*mail_done)(struct sg_session *s, struct sg_mail *m, void *self);
    void (*close)(struct sg_session *s, void *self);
    void (*cancel)(struct sg_session *s, sg_ticket ticket, void *self);
};

#define SG_WANT_SPOOL 1u /* `end` reads the message by descriptor or path */

#ifdef __cplusplus
#define SG_PLUGIN_LINKAGE extern "C"
#else
#define SG_PLUGIN_LINKAGE
#endif

/* Defines the plugin.  The first argument is its name, '-' written '_': the
 * file NAME.so must bear the name (nat_fixed is nat-fixed.so). */
#define SG_PLUGIN(ident, ...)                                                        \
    SG_PLUGIN_LINKAGE SG_PUBLIC const struct sg_plugin *sg_plugin_entry(void);       \
    SG_PLUGIN_LINKAGE SG_PUBLIC const struct sg_plugin *sg_plugin_entry(void)        \
    {                                                                                \
        static const struct sg_plugin plugin = {                                     \
            .size = sizeof(struct sg_plugin), .api = SG_API_VERSION, .name = #ident, \
            __VA_ARGS__};                                                            \
        return &plugin;                                                              \
    }

/* --------------------------------------------------- facts of a session -- */

/* Addresses never are v4-mapped: a ::ffff:a.b.c.d client is AF_INET. */
const struct sockaddr *sg_client_addr(const struct sg_session *s);
const struct sockaddr *sg_server_addr(const struct sg_session *s); /* NULL before route */
const struct sockaddr *sg_local_addr(const struct sg_session *s); /* where the client arrived */
int sg_client_fd(const struct sg_session *s); /* for getsockopt() only */

const char *sg_client_ip(const struct sg_session *s); /* as text, without port */
const char *sg_server_ip(const struct sg_session *s); /* "" before route */
const char *sg_ident(const struct sg_session *s);     /* "" if nobody knows */
const char *sg_helo_name(const struct sg_session *s); /* last HELO/EHLO argument, "" before */
const char *sg_proxy_name(void);

uint64_t sg_session_id(const struct sg_session *s);     /* number in the log, unique while up */
int64_t sg_session_start(const struct sg_session *s);   /* Unix time, seconds */
unsigned sg_transaction(const struct sg_session *s);    /* 354s and first BDATs so far */
unsigned sg_rcpts_total(const struct sg_session *s);    /* accepted recipients so far */
uint64_t sg_bytes_from_client(const struct sg_session *s);
uint64_t sg_bytes_from_server(const struct sg_session *s);

int sg_authenticated(const struct sg_session *s); /* the server said 235 */
int sg_auth_offered(const struct sg_session *s);  /* AUTH in the last EHLO reply */
int sg_early_line(const struct sg_session *s);    /* the client sent a whole line before the greeting */
int sg_taken_over(const struct sg_session *s);
int sg_tls_started(const struct sg_session *s); /* STARTTLS was accepted: all is opaque now */

/* Sessions open now, in all workers, of the same client address / of the same
 * address and ident, this one included. */
unsigned sg_sessions_of_client(const struct sg_session *s);
unsigned sg_sessions_of_ident(const struct sg_session *s);

/* Zeroed memory of session_size bytes, the plugin's own, made at the first
 * call; freed by the host after `close`. */
void *sg_session_state(struct sg_session *s, const void *self);

/* ------------------------------------------------------ facts of a mail -- */

struct sg_mail *sg_current_mail(struct sg_session *s); /* NULL between mails */
const char *sg_reverse_path(const struct sg_mail *m);  /* without <>; "" is the null path */
unsigned sg_rcpt_count(const struct sg_mail *m);       /* accepted by the server */
const char *sg_rcpt(const struct sg_mail *m, unsigned i); /* forward-path without <>; NULL beyond
                                                             the last */
const char *sg_mail_parameters(const struct sg_mail *m); /* of MAIL: "SIZE=5 RET=HDRS" or "" */
const char *sg_rcpt_parameters(const struct sg_mail *m, unsigned i); /* of that RCPT, or "" */
uint64_t sg_mail_size(const struct sg_mail *m);        /* unstuffed bytes so far, without added header */
uint64_t sg_mail_declared_size(const struct sg_mail *m); /* SIZE=, 0 if none */
int sg_mail_is_bdat(const struct sg_mail *m);

/* The message as a file, in `end` (and offloaded work begun there), of
 * plugins with SG_WANT_SPOOL.  The descriptor is the host's: use pread(2) or
 * dup(2), do not seek.  -1 if the message could not be kept. */
int sg_mail_fd(struct sg_mail *m);
/* The same under a name others can open, made at the first call; NULL and
 * errno if that fails.  It vanishes after the mail. */
const char *sg_mail_path(struct sg_mail *m);

/* The name the message has already, for sg_mail_path() or spool_leave_on; NULL: none. */
const char *sg_mail_name(const struct sg_mail *m);

/* Keeps a descriptor beyond the mail: a reference the plugin must drop. */
struct sg_spool;
struct sg_spool *sg_spool_ref(struct sg_mail *m); /* NULL if there is none */
int sg_spool_fd(const struct sg_spool *spool);
void sg_spool_unref(struct sg_spool *spool); /* loop thread */

/* Zeroed memory of mail_size bytes; freed after `mail_done`. */
void *sg_mail_state(struct sg_mail *m, const void *self);

/* Puts lines (each ended by CRLF) before the client's first byte.  Valid in
 * `mail` (then SIZE= is corrected), `rcpt` and `data`.  Returns 0, or -1 if
 * it is too late or the text is malformed. */
int sg_add_header(struct sg_mail *m, const char *lines);
/* The same, but they stand in the spool only: the server never sees them. */
int sg_add_spool_header(struct sg_mail *m, const char *lines);

/* In `body`: stop reading the message until sg_mail_go_on(), because what
 * takes the bytes is full.  Counted: each pause needs its go on. */
void sg_mail_pause(struct sg_mail *m);
void sg_mail_go_on(struct sg_mail *m);

/* ---------------------------------------------------------------- notes -- */

/* Named strings left for other plugins, the log and scripts ("spam.score",
 * "lock.file").  Setting NULL removes. */
void sg_note(struct sg_session *s, const char *name, const char *value);
const char *sg_noted(const struct sg_session *s, const char *name); /* NULL if not set */

/* ------------------------------------------------------------- services -- */

enum sg_level { SG_ERR = 3, SG_WARNING = 4, SG_NOTICE = 5, SG_INFO = 6, SG_DEBUG = 7 };

/* One log line "EVENT key=value, key=value".  `fields` is a printf format of
 * exactly that shape, so that the JSON log knows the keys; s may be NULL (no
 * session); "" is no field. */
void sg_log(const struct sg_session *s, enum sg_level level, const char *event,
            const char *fields, ...) SG_PRINTF(4, 5);

/* The worker's uv_loop_t; NULL outside workers. */
struct uv_loop_s *sg_loop(void);

/* Milliseconds of a monotonic clock, as of this turn of the loop; no system
 * call.  And Unix time in seconds. */
uint64_t sg_now(void);
int64_t sg_time(void);

/* The one-minute load average, read at most once a second. */
double sg_load(void);

/* Ends the session after the reply queue is empty. */
void sg_close_session(struct sg_session *s);

#ifdef __cplusplus
}
#endif
#endif
