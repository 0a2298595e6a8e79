/* smtp-gated/plugin.h - everything a plugin may know of smtp-gated.
 *
 * A plugin is a shared object that exports one symbol, made by SG_PLUGIN().
 * The file conf.d/NN-NAME.conf loads NAME.so and gives it its settings; NN
 * orders the plugins of a hook.  This header needs libc only, and compiles as
 * C99 and as C++.
 *
 * Processes.  A keeper reads conf.d, loads the plugins and calls `configure`;
 * then it drops its privileges, calls `prepare` and forks workers, which call `start`
 * and serve sessions until a reload replaces both.  So what `configure` loads is shared
 * by the workers, what `prepare` makes on disk is theirs, and what `start` makes is one
 * per worker.
 *
 * Threads.  A worker has one thread and one loop, thousands of sessions on it.
 * Every hook runs there, and so must every sg_*() function, except the few that any
 * thread may call: sg_alloc(), sg_count(), sg_gauge(), sg_nets_contain(),
 * sg_out_of_memory(), sg_regex_match(), sg_spool_fd(), sg_strdup().  A hook must not block: it
 * either answers at once, or takes a ticket with sg_defer() and answers later with sg_resume(), or
 * hands the work to sg_offload().  No hook is called from inside an sg_*() function, except by
 * sg_mail_go_on(), which may find that the session is to end.
 *
 * Memory.  What a function returns is borrowed: it lives as long as the session
 * or mail it was asked of, and strings given to a hook only until the hook
 * returns.  Strings passed in are copied.  A session lives until its `close` has
 * returned, a mail until its `mail_done` has; a pointer to either must not be used
 * after that, which is why a later answer asks sg_ticket_alive() before it touches
 * them.  Memory is never short: the worker ends first, see sg_alloc().
 *
 * Faults.  A crash ends one worker and its sessions; the keeper logs which hook of
 * which plugin it was and forks another worker.  A plugin that crashes three times in
 * ten minutes is put in quarantine for a minute.  After that each further crash means
 * twice the time, up to an hour; a reload, or an hour in service without a crash, ends
 * this count.  In quarantine it is not called: its on_error decides at each of its
 * deciders.  But what it had begun is ended: cancel is called, and mail_done and close
 * of sessions that are older.  If it missed a part of a mail, then of that mail it gets
 * only mail_done, even when it is back.  A hook that blocks the loop for half a second
 * is named in the log; one that does so for a minute counts as a crash.
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
 * the host's is refused at load, with a sentence; lower numbers are served for
 * ever.  sdk/abi/CHANGES tells them apart. */
#define SG_API_VERSION 1

#if defined(__GNUC__)
#define SG_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define SG_PUBLIC __attribute__((visibility("default")))
#else
#define SG_PRINTF(fmt, args)
#define SG_PUBLIC
#endif

/* One client connection and the connection to its server. */
struct sg_session;

/* One mail transaction of a session (RFC 5321, 3.3): from MAIL to the reply that
 * ends it. */
struct sg_mail;

/* libuv's uv_loop_t. */
struct uv_loop_s;

/* ------------------------------------------------------------- verdicts -- */

/* The words of a verdict. */
enum sg_answer {
    SG_PASS = 0, /* no objection */
    SG_ACCEPT,   /* no objection, and later plugins are not asked */
    SG_REJECT,   /* refuse for good: 5xx.  At route, connect and greet the
                    session ends; at helo, auth, mail, rcpt, data only this
                    command is refused; at end the message is, and the
                    session is taken over */
    SG_TEMPFAIL, /* as SG_REJECT, but 4xx: the client may try again */
    SG_TAKEOVER, /* refuse the command with `code`, leave the server, and
                    play the server until the client goes; where there is no
                    command, the same as SG_REJECT */
    SG_PENDING,  /* a ticket was taken; sg_resume() brings the answer */
    SG_ERROR     /* the check could not be made: `on_error` decides.  `text`
                    is logged, not sent */
};

/* What a deciding hook answers.  Zero-initialised it means SG_PASS.  Strings
 * are copied before the call that receives the verdict returns. */
struct sg_verdict {
    enum sg_answer answer;
    int code;             /* SMTP reply code, 5xx or 4xx as the answer has it
                             (either with SG_TAKEOVER); 0: the hook's default */
    const char *enhanced; /* "5.7.1", or NULL: the default.  Sent only if the
                             server advertised ENHANCEDSTATUSCODES, and with
                             421 in the place of the banner */
    const char *text;     /* what the client is told, one line, without the
                             proxy's name, which the host puts before it;
                             NULL: msg_temp_unavail */
    const char *event;    /* what an objection has found, or NULL.  The host
                             raises it: see `event`.  The statefile counts
                             "virus", "spam", "dnsbl", "regex", "spf",
                             "earlytalk", "noauth", "maxhost", "maxident",
                             "ratelimit", "locked", "load" */
    const char *detail;   /* of the event: the virus' name, the zone, … */
};

/* A question that is still open.  0 is not a ticket. */
typedef uint64_t sg_ticket;

/* Takes a ticket for the deciding hook that is running now; the hook must then
 * return SG_PENDING.  Once per call of a hook; 0 outside of one.
 *
 * The host owns the deadline: when the plugin's `timeout` is over the ticket dies,
 * on_error decides, and `cancel` is called.  The same call comes when another
 * plugin objects first, when one in front accepts, and when the client or the server
 * goes.  A client that has been greeted and has only closed its sending side is not gone:
 * it still gets its reply.  While a command is pending, nothing more is read from it. */
sg_ticket sg_defer(struct sg_session *s);

/* Answers: the verdict is taken up by the loop, soon, not inside the call.  A
 * ticket that is dead (deadline over, client gone, another plugin objected,
 * answered before) is ignored, so no bookkeeping is needed; of two answers the first
 * counts.  SG_PENDING is not an
 * answer: on_error decides. */
void sg_resume(sg_ticket ticket, struct sg_verdict verdict);

/* 1 while the answer to this ticket is still wanted; then the session, and the
 * mail of a hook that had one, are there, too. */
int sg_ticket_alive(sg_ticket ticket);

/* Runs work(arg) on a thread of the worker's and then done(arg) on the loop; done
 * is always called, once, also when the session is gone by then, and frees arg.
 * work must call no sg_*() function except those that any thread may call, as listed on top,
 * and must not touch a session or mail.  A thread cannot be stopped: the worker that is to end
 * waits for it, so `done` comes before `stop`.  (At timeout_generation the worker ends, and
 * neither comes.)  Works are done one after the other while they are brief; what
 * lasts, or would have to wait, longer than 50 ms is done beside others, up to four
 * at a time.  Works begun in hooks are their client's: clients take turns, and no client
 * has more than three threads.  Returns 0, or -1 if it cannot be queued (then done is not called).
 */
int sg_offload(void (*work)(void *arg), void (*done)(void *arg), void *arg);

/* Shorthands for hooks: an answer with a text, all else the hook's default. */
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
static inline struct sg_verdict sg_pass(void)
{
    return sg_answer(SG_PASS, NULL);
}
static inline struct sg_verdict sg_pending(void)
{
    return sg_answer(SG_PENDING, NULL);
}
/* `why` is for the log; the client is told what on_error says. */
static inline struct sg_verdict sg_failed(const char *why)
{
    return sg_answer(SG_ERROR, why);
}

/* -------------------------------------------------------------- routing -- */

/* How to go there. */
enum sg_route_flag {
    SG_ROUTE_FIXED = 1,       /* the server is configured, not found out: the
                                 source-equals-destination loop check is off */
    SG_ROUTE_XCLIENT = 2,     /* hand the client's address over with XCLIENT */
    SG_ROUTE_PROXY = 4,       /* … with a PROXY v1 line before anything else */
    SG_ROUTE_FROM_CLIENT = 8, /* connect from the client's own address
                             (IP_TRANSPARENT; needs SG_CAP_NET_ADMIN) */
    SG_ROUTE_PROXY_V2 = 16    /* as SG_ROUTE_PROXY, with a header of version 2 */
};

/* Where a session goes.  The route hook fills it in; all zero on entry.  A hook that
 * answers later may keep the pointer as long as its ticket lives. */
struct sg_route {
    struct sockaddr_storage server; /* family AF_UNSPEC: no answer */
    unsigned flags;                 /* of enum sg_route_flag */
    uint16_t source_port;           /* with SG_ROUTE_FROM_CLIENT; 0: any */
    char ident[64];                 /* who the client is, beyond its address; ""
                                       if nobody knows */
};

/* -------------------------------------------------------------- options -- */

/* What an option may be, and the field it fills.  What is unset is 0, NULL, AF_UNSPEC. */
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
    SG_MODE,     /* unsigned: file permissions in octal, "0660" */
    SG_SECRET,   /* const char *: as SG_STRING, and shown to nobody: a password */
    SG_REGEXES   /* struct sg_regexes *: list of PCRE2 patterns, compiled: sg_regex_match() */
};

/* A UNIX socket's path or a host and port.  Names are resolved at load. */
struct sg_endpoint {
    struct sockaddr_storage addr; /* AF_UNIX, AF_INET or AF_INET6; AF_UNSPEC if unset */
    socklen_t addrlen;
    const char *text; /* as configured */
};

/* One option.  The table ends with an all-zero entry (SG_OPT_END), and lives as long
 * as the object: it is usually static.  The host parses and checks the file, says
 * what is wrong and where, and fills the settings before `configure`; what the
 * fields point to is the host's, and lives until `release` has returned.  A table
 * that contradicts itself (a default its type refuses, a field outside the
 * settings) is refused at load. */
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

/* The type of the field that each kind of option fills, as above. */
#define SG_C_TYPE_SG_BOOL int
#define SG_C_TYPE_SG_INT long
#define SG_C_TYPE_SG_SIZE uint64_t
#define SG_C_TYPE_SG_DURATION uint64_t
#define SG_C_TYPE_SG_FLOAT double
#define SG_C_TYPE_SG_STRING const char *
#define SG_C_TYPE_SG_PATH const char *
#define SG_C_TYPE_SG_IP struct sockaddr_storage
#define SG_C_TYPE_SG_ENDPOINT struct sg_endpoint
#define SG_C_TYPE_SG_NETS struct sg_nets *
#define SG_C_TYPE_SG_ENUM int
#define SG_C_TYPE_SG_FLAGS unsigned
#define SG_C_TYPE_SG_STRINGS const char **
#define SG_C_TYPE_SG_REGEX const char *
#define SG_C_TYPE_SG_MODE unsigned
#define SG_C_TYPE_SG_SECRET const char *
#define SG_C_TYPE_SG_REGEXES struct sg_regexes *

/* The offset of the field.  A field of another type does not compile, since the host would
 * write over what stands beside it.  (C99 only warns of another type of the same size.) */
#if !defined(__cplusplus) && defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#define SG_FIELD(strct, field, ctype)                                                              \
    (offsetof(strct, field) + 0 * sizeof(_Generic(&((strct *)0)->field, ctype * : (char)0)))
#else
#define SG_FIELD(strct, field, ctype)                                                              \
    (offsetof(strct, field) + 0 * sizeof(1 ? &((strct *)0)->field : (ctype *)0) +                  \
     0 * sizeof(char[sizeof(((strct *)0)->field) == sizeof(ctype) ? 1 : -1]))
#endif

#define SG_OPT(type, strct, field, initial, help)                                                  \
    {                                                                                              \
#field, type, SG_FIELD(strct, field, SG_C_TYPE_##type), initial, help, NULL, 0, 0          \
    }
#define SG_OPT_BOOL(strct, field, initial, help) SG_OPT(SG_BOOL, strct, field, initial, help)
#define SG_OPT_INT(strct, field, initial, min, max, help)                                          \
    {                                                                                              \
#field, SG_INT, SG_FIELD(strct, field, SG_C_TYPE_SG_INT), initial, help, NULL, min, max    \
    }
#define SG_OPT_SIZE(strct, field, initial, help) SG_OPT(SG_SIZE, strct, field, initial, help)
#define SG_OPT_DURATION(strct, field, initial, help)                                               \
    SG_OPT(SG_DURATION, strct, field, initial, help)
/* The same between bounds, in bytes and in milliseconds. */
#define SG_OPT_SIZE_IN(strct, field, initial, min, max, help)                                      \
    {                                                                                              \
#field, SG_SIZE, SG_FIELD(strct, field, SG_C_TYPE_SG_SIZE), initial, help, NULL, min, max  \
    }
#define SG_OPT_DURATION_IN(strct, field, initial, min, max, help)                                  \
    {                                                                                              \
#field, SG_DURATION, SG_FIELD(strct, field, SG_C_TYPE_SG_DURATION), initial, help, NULL,   \
            min, max                                                                               \
    }
#define SG_OPT_FLOAT(strct, field, initial, help) SG_OPT(SG_FLOAT, strct, field, initial, help)
#define SG_OPT_STRING(strct, field, initial, help) SG_OPT(SG_STRING, strct, field, initial, help)
#define SG_OPT_PATH(strct, field, initial, help) SG_OPT(SG_PATH, strct, field, initial, help)
#define SG_OPT_IP(strct, field, initial, help) SG_OPT(SG_IP, strct, field, initial, help)
#define SG_OPT_ENDPOINT(strct, field, initial, help)                                               \
    SG_OPT(SG_ENDPOINT, strct, field, initial, help)
#define SG_OPT_NETS(strct, field, initial, help) SG_OPT(SG_NETS, strct, field, initial, help)
#define SG_OPT_ENUM(strct, field, initial, choices, help)                                          \
    {                                                                                              \
#field, SG_ENUM, SG_FIELD(strct, field, SG_C_TYPE_SG_ENUM), initial, help, choices, 0, 0   \
    }
#define SG_OPT_FLAGS(strct, field, initial, choices, help)                                         \
    {                                                                                              \
#field, SG_FLAGS, SG_FIELD(strct, field, SG_C_TYPE_SG_FLAGS), initial, help, choices, 0, 0 \
    }
#define SG_OPT_STRINGS(strct, field, initial, help) SG_OPT(SG_STRINGS, strct, field, initial, help)
#define SG_OPT_REGEX(strct, field, initial, help) SG_OPT(SG_REGEX, strct, field, initial, help)
#define SG_OPT_REGEXES(strct, field, initial, help) SG_OPT(SG_REGEXES, strct, field, initial, help)
#define SG_OPT_SECRET(strct, field, initial, help) SG_OPT(SG_SECRET, strct, field, initial, help)
#define SG_OPT_MODE(strct, field, initial, help) SG_OPT(SG_MODE, strct, field, initial, help)
#define SG_OPT_END                                                                                 \
    {                                                                                              \
        NULL, (enum sg_option_type)0, 0, NULL, NULL, NULL, 0, 0                                    \
    }

/* Addresses and networks, as the option lists them. */
struct sg_nets;

/* 1 if addr (v4-mapped ones count as IPv4) lies in one of the networks.  An
 * empty or NULL list holds nothing.  Any thread, any process. */
int sg_nets_contain(const struct sg_nets *nets, const struct sockaddr *addr);

/* Patterns, as the option lists them. */
struct sg_regexes;

/* Which of the patterns is the first that matches somewhere in the n bytes of text: 1 is the
 * first of the list; 0: none does.  An empty or NULL list matches nothing.  Strangers write
 * the text, and must not keep the worker busy: one match may take 100,000 steps and 1 MiB.  One
 * that would take more is -1, which a hook answers with sg_failed().  Any thread, any process. */
int sg_regex_match(const struct sg_regexes *list, const char *text, size_t n);

/* The value is wrong although its type is right: the host prints file, line,
 * option and value, and this sentence, which says what would be right.  Only
 * inside `configure` and `prepare`, which then return -1; may be called several times.  option
 * may be NULL: the whole file. */
void sg_config_error(const char *option, const char *fmt, ...) SG_PRINTF(2, 3);

/* -------------------------------------------------------------- sandbox -- */

/* Workers are confined before `start` is called: to the system calls that serving
 * takes, and to the files that somebody named.  A call beyond them ends the worker
 * as a crash does, and the log says which call it was, in which hook of which plugin.
 * A file beyond them cannot be opened, made or removed: EACCES.
 *
 * Open to every plugin are: sockets of TCP, UDP and UNIX; threads, timers, memory;
 * for reading /usr, the configuration of the resolver, of time zones and the like,
 * and what its own SG_PATH options name, with all that lies below.  More it declares:
 * files and directories with sg_grant(), the rest with `needs`.  What was opened in
 * `configure` stays open, and is not looked at again.  Permissions, owner, times and
 * length of a file are changed by its descriptor; by its path that is EPERM. */

/* For sg_grant(): read the file, or list the directory and read all below it; or
 * also write, make and remove there. */
#define SG_GRANT_READ 1u
#define SG_GRANT_WRITE 3u

/* In `configure` and `prepare` only.  Workers may use this file; a link is followed now.
 * What is to be made later is granted by the directory it will lie in.  Permissions count
 * as ever, since workers are set_user: of what `configure` has granted for writing, -t says
 * where set_user cannot write.  Returns 0; or -1 and errno, if there is nothing of this name;
 * with chroot_path it may still be there inside. */
int sg_grant(const char *path, unsigned access);

/* For `needs`.  SG_NEEDS_PROGRAMS: fork and execute.  Nobody knows what programs need,
 * so while such a plugin is loaded files are not confined, and of the system calls only
 * those are refused that none has a reason for (ptrace, mount, bpf, …).
 * SG_NEEDS_NETLINK: sockets of AF_NETLINK. */
#define SG_NEEDS_PROGRAMS 1u
#define SG_NEEDS_NETLINK 2u

/* ------------------------------------------------------------- counters -- */

/* A number of the plugin's own in the statefile, as plugins.LABEL.NAME, where LABEL is that of
 * the conf.d file.  It is one for all workers, goes on over reloads, and begins at 0 with the
 * daemon.  name: at most 27 lower case letters, digits and _; help: one line for the manual. */
struct sg_counter {
    const char *name, *help;
};
#define SG_COUNTER_END                                                                             \
    {                                                                                              \
        NULL, NULL                                                                                 \
    }

/* Adds n to a counter of the plugin whose settings are self; which: its place in the table of
 * counters.  Lets a number be set instead, such as an age, a size, or 1 for "cannot be reached"
 * and 0 for "can": then it is what any worker said last.  Any thread, from `configure` on; costs
 * no system call.  What the table does not have is not counted. */
void sg_count(const void *self, unsigned which, uint64_t n);
void sg_gauge(const void *self, unsigned which, uint64_t value);

/* ----------------------------------------------------------- descriptor -- */

/* Linux capabilities a plugin's worker needs; all others are dropped. */
#define SG_CAP_NET_ADMIN 1u
#define SG_CAP_NET_RAW 2u

/* What a plugin is.  Made by SG_PLUGIN(); fields are only ever appended, and a
 * field left out is NULL.  `self` is the settings struct of one conf.d file; the
 * same object may be loaded by several files, so a plugin keeps nothing that
 * belongs to one in static memory.
 *
 * Deciders return a verdict, observers nothing.  The plugins of one decider are
 * started in the order of their files and not waited for; the first objection
 * decides, and the tickets of the others die.  on_error, timeout, log_only,
 * skip_authenticated, max_load, only and except are the host's to apply: a plugin
 * that they exempt is not asked, and its observers but mail_done, close and cancel are
 * not told (max_load exempts from being asked only). */
struct sg_plugin {
    size_t size;      /* by SG_PLUGIN */
    unsigned api;     /* by SG_PLUGIN */
    const char *name; /* by SG_PLUGIN: the file is NAME.so, NN-NAME.conf */

    const char *summary; /* one line for -T and the manual */
    const struct sg_option *options;
    size_t settings_size;  /* of the struct the options fill, 0 if none; it begins as
                              zeroes, and may have room for what `configure` makes */
    size_t session_size;   /* bytes of sg_session_state(), 0 if none */
    size_t mail_size;      /* bytes of sg_mail_state(), 0 if none */
    unsigned capabilities; /* SG_CAP_* */
    unsigned want;         /* SG_WANT_* */

    /* ---- Life ---- */

    /* In the keeper, before privileges are dropped, chroot_path is entered and workers
     * are forked; the options are filled in.  Also for -t and -T, in a process that
     * serves nobody.  Look at the options, open devices, load data to share; what is to be
     * written by all workers, too, lies in memory of mmap(2) with MAP_SHARED.  May block.
     * No threads, no loop, no sg_*() function except sg_config_error(), sg_grant(), sg_log()
     * and those for any thread or process.  Returns 0; or -1 after sg_config_error(): then the
     * daemon does not start, or the reload does not happen. */
    int (*configure)(void *self);
    /* In each worker, its loop exists, no session does.  Connections, timers, what
     * is one per worker.  May block: the worker accepts nobody before it has returned.
     * Returns 0; or -1, having logged why: the worker gives up,
     * and if it is the first of a reload, the reload does not happen. */
    int (*start)(void *self);
    /* In the worker, the last session is gone, the loop still turns once.  Closes
     * what `start` opened; not called if start failed. */
    void (*stop)(void *self);
    /* In the keeper at its end, and after -t and -T: the opposite of a configure that
     * returned 0, and of prepare.  Workers do not call it. */
    void (*release)(void *self);

    /* ---- Deciders, in the order of a session's life.  Worker, on the loop. ---- */

    /* The client is accepted: where did it want to go?  Fills in *route and passes;
     * who does not know leaves it and passes, and the next is asked.  The first
     * destination wins.  If nobody knows, the client is told 421 with msg_lookup_failed.
     * Refusals: 554 or 421 in the place of the banner, and the end of the connection. */
    struct sg_verdict (*route)(struct sg_session *s, struct sg_route *route, void *self);
    /* The destination is known, nothing has been said to the client.  The server is
     * dialled beside hooks that are pending.  Refusals as at route.  Of a peer of
     * xclient_from: not then, but each time it has told of a client, and again for the
     * next one; a refusal is then the reply to MAIL. */
    struct sg_verdict (*connect)(struct sg_session *s, void *self);
    /* The server's banner is here and has not been passed on; see sg_early_line().
     * Refusals as at route. */
    struct sg_verdict (*greet)(struct sg_session *s, void *self);
    /* HELO or EHLO, before it is forwarded.  name: the argument, "" if none.  Refusals:
     * 550 5.7.1 or 451 4.7.1 to this command, which the server never sees; the session
     * goes on, unless the answer is SG_TAKEOVER. */
    struct sg_verdict (*helo)(struct sg_session *s, const char *name, void *self);
    /* AUTH, before it is forwarded.  mechanism is the word alone: an initial response
     * and what follows 334 never come here.  Refusals: 535 5.7.8 or 454 4.7.0. */
    struct sg_verdict (*auth)(struct sg_session *s, const char *mechanism, void *self);
    /* MAIL, before it is forwarded; m is new.  reverse_path without <>, "" for the null
     * path, however long; parameters: "SIZE=5 BODY=8BITMIME" or "".  The only place
     * where sg_add_header() corrects SIZE=.  Refusals as at helo; they end m. */
    struct sg_verdict (*mail)(struct sg_session *s, struct sg_mail *m, const char *reverse_path,
                              const char *parameters, void *self);
    /* RCPT, before it is forwarded, once for each.  A refusal costs this recipient and
     * no other; in a pipeline it comes out at its place. */
    struct sg_verdict (*rcpt)(struct sg_session *s, struct sg_mail *m, const char *forward_path,
                              const char *parameters, void *self);
    /* DATA, or the first BDAT, before it is forwarded.  Refusals as at helo; m goes on
     * after a refused DATA, and ends with a refused BDAT, whose chunk is swallowed. */
    struct sg_verdict (*data)(struct sg_session *s, struct sg_mail *m, void *self);
    /* The whole message is here and with the server, except its end: the server cannot
     * deliver it unless this passes, and then the client gets the server's reply.
     * Refusals: 550 5.7.1 or 451 4.7.1; the server's connection is dropped without the
     * end, and the session is taken over.  If the server goes meanwhile, tickets die and
     * the client gets 451.  Not called for a message the host itself refuses. */
    struct sg_verdict (*end)(struct sg_session *s, struct sg_mail *m, void *self);

    /* ---- Observers.  Worker, on the loop. ---- */

    /* A run of message bytes as they pass: dot-unstuffed, cut anywhere, NULs and all,
     * without added headers.  bytes are gone when this returns; sg_mail_pause() is for
     * those who pass them on to somebody slow.  Of a message that the host itself refuses
     * (too large, a bare CR) the rest does not come here. */
    void (*body)(struct sg_session *s, struct sg_mail *m, const char *bytes, size_t n, void *self);
    /* The server has answered a command, and the facts are still those before it.
     * command: the verb, "" for the banner, "?" for one the host does not know; text: of
     * the last line, after the code.  Replies of the host and of plugins do not come
     * here. */
    void (*reply)(struct sg_session *s, const char *command, int code, const char *text,
                  void *self);
    /* An objection named an event; detail is "" if it named none.  Called before the
     * refusal is sent, so what is done here holds when the client reads it.  Not called
     * under log_only. */
    void (*event)(struct sg_session *s, const char *name, const char *detail, void *self);
    /* The transaction is over: delivered, refused, reset, or the session gone.  All facts
     * of m may still be asked; m is freed after this call. */
    void (*mail_done)(struct sg_session *s, struct sg_mail *m, void *self);
    /* The session is over, whoever ended it; tickets are dead and told by now.  All facts
     * of s may still be asked; s is freed after this call. */
    void (*close)(struct sg_session *s, void *self);
    /* A ticket of this plugin has died unanswered: for plugins that want to stop what they
     * began.  sg_resume() for it does nothing any more. */
    void (*cancel)(struct sg_session *s, sg_ticket ticket, void *self);

    unsigned needs; /* SG_NEEDS_* */

    /* Keywords of EHLO that the plugin cannot bear, NULL-terminated; NULL: none.  What
     * the server says of them never reaches a client, of whatever network, and also
     * under log_only: a client that takes up an offer must not be punished for it, and
     * it remembers offers. */
    const char *const *not_offered;

    /* What on_error is where nobody has set it: "pass", "tempfail" or "reject"; NULL is
     * tempfail.  For checks that many do without when they cannot be made. */
    const char *on_error;

    /* What the other options of every plugin are where nobody has set them, in the words
     * of a conf.d file, networks with spaces between: .timeout = "2m", .except = "::1".
     * NULL is the usual default, see smtp-gated.conf(5).  A plugin with a word here that
     * the option would refuse is not loaded. */
    const char *timeout, *skip_authenticated, *log_only, *max_load;
    const char *only, *except;

    /* What the plugin counts, see sg_count(); ends with SG_COUNTER_END.  NULL: nothing. */
    const struct sg_counter *counters;

    /* In the keeper, once at each start and reload, after every configure: as set_user and
     * inside chroot_path, before any worker of this generation is there; those of the one
     * before still serve.  The place to make a database or bring it up to date: what is made
     * here belongs to the user that the workers are.  Not for -t and -T.  May block.  Not
     * confined.  No threads, no loop; the functions of `configure`, except sg_spool_up_to().
     * Returns 0; or -1 after sg_config_error(): then the daemon does not start, or the reload
     * does not happen.  `release` undoes it, too, also if it failed. */
    int (*prepare)(void *self);
};

/* `want`: `end` reads the message by descriptor or path, so the host keeps it. */
#define SG_WANT_SPOOL 1u

/* In `configure` only: this plugin reads messages of up to so many bytes (0: of any
 * size).  What is larger than all plugins read is not kept: then there is no descriptor,
 * path or text of it in `end`, which looks at sg_mail_size() first. */
void sg_spool_up_to(uint64_t bytes);

#ifdef __cplusplus
#define SG_PLUGIN_LINKAGE extern "C"
#else
#define SG_PLUGIN_LINKAGE
#endif

/* Named fields came to C++ in 2020; compilers take them before, with a warning.  Those that
 * are left out are meant to be. */
#if defined(__cplusplus) && defined(__clang__)
#define SG_FIELDS_BY_NAME                                                                          \
    _Pragma("clang diagnostic push") _Pragma("clang diagnostic ignored \"-Wpedantic\"")            \
        _Pragma("clang diagnostic ignored \"-Wmissing-field-initializers\"")
#define SG_FIELDS_END _Pragma("clang diagnostic pop")
#elif defined(__cplusplus) && defined(__GNUC__)
#define SG_FIELDS_BY_NAME                                                                          \
    _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wpragmas\"")                 \
        _Pragma("GCC diagnostic ignored \"-Wpedantic\"")                                           \
            _Pragma("GCC diagnostic ignored \"-Wc++20-extensions\"")                               \
                _Pragma("GCC diagnostic ignored \"-Wmissing-field-initializers\"")
#define SG_FIELDS_END _Pragma("GCC diagnostic pop")
#else
#define SG_FIELDS_BY_NAME
#define SG_FIELDS_END
#endif

/* Defines the plugin.  The first argument is its name, '-' written '_': the
 * file NAME.so must bear the name (nat_fixed is nat-fixed.so). */
#define SG_PLUGIN(ident, ...)                                                                      \
    SG_FIELDS_BY_NAME                                                                              \
    SG_PLUGIN_LINKAGE SG_PUBLIC const struct sg_plugin *sg_plugin_entry(void);                     \
    SG_PLUGIN_LINKAGE SG_PUBLIC const struct sg_plugin *sg_plugin_entry(void)                      \
    {                                                                                              \
        static const struct sg_plugin plugin = {                                                   \
            .size = sizeof(struct sg_plugin), .api = SG_API_VERSION, .name = #ident, __VA_ARGS__}; \
        return &plugin;                                                                            \
    }                                                                                              \
    SG_FIELDS_END

/* 1 if this plugin's file says skip_authenticated: what is decided before the
 * client can have authenticated must then wait until it has had its chance. */
int sg_skips_authenticated(const void *self);

/* --------------------------------------------------- facts of a session -- */

/* Who is connected to whom.  Addresses never are v4-mapped: a ::ffff:a.b.c.d client
 * is AF_INET.  The server's is NULL before route has been answered; the local one is
 * where the client arrived. */
const struct sockaddr *sg_client_addr(const struct sg_session *s);
const struct sockaddr *sg_server_addr(const struct sg_session *s);
const struct sockaddr *sg_local_addr(const struct sg_session *s);

/* Our address as the server sees it, unless there is NAT between: of the connection to it;
 * NULL while there is none.  Borrowed until the next call. */
const struct sockaddr *sg_outgoing_addr(const struct sg_session *s);

/* The client's socket, for getsockopt(2) only.  The host's; open until `close` has
 * returned. */
int sg_client_fd(const struct sg_session *s);

/* 1 if the client is a program on this machine, or a peer of xclient_from of which nobody
 * told who its client is: an MTA or a proxy that sends what it has from others.  A plugin
 * that refuses or locks out by address should leave such a client alone. */
int sg_client_is_local(const struct sg_session *s);

/* The same as text, without port; the server's is "" before route. */
const char *sg_client_ip(const struct sg_session *s);
const char *sg_server_ip(const struct sg_session *s);

/* Who the client is beyond its address, as route said; "" if nobody knows. */
const char *sg_ident(const struct sg_session *s);

/* The last argument of HELO or EHLO, "" before.  Valid until the next one. */
const char *sg_helo_name(const struct sg_session *s);

/* proxy_name of the configuration: what replies of the proxy begin with. */
const char *sg_proxy_name(void);

/* The number in the log, which is not met again; and Unix time in seconds. */
uint64_t sg_session_id(const struct sg_session *s);
int64_t sg_session_start(const struct sg_session *s);

/* Counts of the session so far: 354s and first BDATs; recipients the server
 * accepted; bytes from either side. */
unsigned sg_transaction(const struct sg_session *s);
unsigned sg_rcpts_total(const struct sg_session *s);
uint64_t sg_bytes_from_client(const struct sg_session *s);
uint64_t sg_bytes_from_server(const struct sg_session *s);

/* 1 if: the server said 235; AUTH was in its last EHLO reply; the client had sent a
 * whole line before it was greeted (of use from greet on); the proxy plays the
 * server; STARTTLS was accepted, and all after it is opaque. */
int sg_authenticated(const struct sg_session *s);
int sg_auth_offered(const struct sg_session *s);
int sg_early_line(const struct sg_session *s);
int sg_taken_over(const struct sg_session *s);
int sg_tls_started(const struct sg_session *s);

/* Sessions open now, in all workers, of the same client address / of the same
 * address and ident, this one included.  Right from connect on. */
unsigned sg_sessions_of_client(const struct sg_session *s);
unsigned sg_sessions_of_ident(const struct sg_session *s);

/* Zeroed memory of session_size bytes, the plugin's own, made at the first call;
 * freed by the host after `close`.  NULL if session_size is 0, or self is not what
 * the hook was given. */
void *sg_session_state(struct sg_session *s, const void *self);

/* ------------------------------------------------------ facts of a mail -- */

/* The transaction that is open, NULL between mails. */
struct sg_mail *sg_current_mail(struct sg_session *s);

/* The envelope.  Paths are without <>; "" is the null path.  Each has one spelling: no
 * source route, no quotes that it does not need, no dot after the domain, and of an
 * international domain the A-labels ("xn--bcher-kva.example").  Recipients are those the
 * server has accepted by now, in their order; NULL beyond the last.  Of a client that
 * pipelines, the replies to earlier ones may still be due at rcpt and data; at end none
 * is.  Parameters as the client wrote them: "SIZE=5 RET=HDRS", "" if none. */
const char *sg_reverse_path(const struct sg_mail *m);
unsigned sg_rcpt_count(const struct sg_mail *m);
const char *sg_rcpt(const struct sg_mail *m, unsigned i);
const char *sg_mail_parameters(const struct sg_mail *m);
const char *sg_rcpt_parameters(const struct sg_mail *m, unsigned i);

/* Bytes of the message so far, unstuffed, without added header; SIZE= of MAIL, 0 if
 * there was none; 1 if it came in chunks (known in body and end). */
uint64_t sg_mail_size(const struct sg_mail *m);
uint64_t sg_mail_declared_size(const struct sg_mail *m);
int sg_mail_is_bdat(const struct sg_mail *m);

/* The message as a file, in `end` (and offloaded work begun there), of plugins
 * with SG_WANT_SPOOL.  The descriptor is the host's: use pread(2) or dup(2), do
 * not seek.  -1 if the message could not be kept.  It is closed with the mail:
 * work on a thread holds a reference, sg_spool_ref(). */
int sg_mail_fd(struct sg_mail *m);

/* The same under a name others can open, made at the first call; NULL and errno
 * if that fails.  It vanishes after the mail. */
const char *sg_mail_path(struct sg_mail *m);

/* The name the message has already, for sg_mail_path() or spool_leave_on; NULL: none. */
const char *sg_mail_name(const struct sg_mail *m);

/* Keeps a descriptor beyond the mail: a reference the plugin must drop, on the
 * loop.  NULL if there is no file; dropping NULL is fine.  sg_spool_fd(): any
 * thread. */
struct sg_spool;
struct sg_spool *sg_spool_ref(struct sg_mail *m);
int sg_spool_fd(const struct sg_spool *spool);
void sg_spool_unref(struct sg_spool *spool);

/* The same message as one run of n bytes, in `end`: for a check that needs no file,
 * as it costs nothing to make.  The reference keeps it beyond the mail, until
 * sg_spool_unref(); threads may read it, too.  NULL and errno if there is none. */
struct sg_spool *sg_text_ref(struct sg_mail *m, const char **text, size_t *n);

/* Zeroed memory of mail_size bytes, made at the first call; freed after
 * `mail_done`.  NULL as sg_session_state() is. */
void *sg_mail_state(struct sg_mail *m, const void *self);

/* Puts lines (each ended by CRLF) before the client's first byte.  In `mail` (then
 * SIZE= is corrected), `rcpt` and `data`, or while their answer is pending, before
 * sg_resume(); several calls add up, in their order.
 * Returns 0, or -1 if it is too late or the text is malformed.
 * sg_add_spool_header(): the lines stand in the file only, the server never sees
 * them. */
int sg_add_header(struct sg_mail *m, const char *lines);
int sg_add_spool_header(struct sg_mail *m, const char *lines);

/* In `body`: stop reading the message until sg_mail_go_on(), because what
 * takes the bytes is full.  Counted: each pause needs its go on, before
 * `mail_done`; after sg_mail_go_on() the mail may be gone. */
void sg_mail_pause(struct sg_mail *m);
void sg_mail_go_on(struct sg_mail *m);

/* ---------------------------------------------------------------- notes -- */

/* Named strings left for other plugins and scripts ("spam.score", "lock.file"; the
 * manual of each bundled plugin lists its own).
 * Both strings are copied; setting NULL removes.  A note lives as long as the
 * session, beyond the mail.  sg_noted(): NULL if not set; borrowed until the note
 * is set again. */
void sg_note(struct sg_session *s, const char *name, const char *value);
const char *sg_noted(const struct sg_session *s, const char *name);

/* --------------------------------------------------------------- memory -- */

/* sg_alloc(): n zeroed bytes, never NULL.  sg_strdup(): a copy of the text; of NULL it
 * is NULL.  free(3) gives them back.  When there is no memory left, the process ends
 * inside the call, with a line in the log: so no check is left out for want of memory,
 * and there is nothing to test for.  sg_out_of_memory() is that end, for what a library
 * reports.  Any thread, any process. */
void *sg_alloc(size_t n);
char *sg_strdup(const char *text);
void sg_out_of_memory(void);

/* ------------------------------------------------------------- services -- */

/* How much it matters, in syslog's numbers. */
enum sg_level { SG_ERR = 3, SG_WARNING = 4, SG_NOTICE = 5, SG_INFO = 6, SG_DEBUG = 7 };

/* One log line "EVENT key=value, key=value".  `fields` is a printf format of
 * exactly that shape, so that the JSON log knows the keys; "" means no field.  s may be
 * NULL (no session): then the host adds "plugin=LABEL", and the line has the process id
 * of the worker.  LABEL is that of the conf.d file for which the host calls; in a call that
 * is libuv's, of an object that several files load, it is all of theirs, with | between.
 * Control bytes come out as '?'.  Never blocks; also in the keeper. */
void sg_log(const struct sg_session *s, enum sg_level level, const char *event, const char *fields,
            ...) SG_PRINTF(4, 5);

/* An address as a log line may have it.  The core's log_mail_from and log_rcpt_to say of whom,
 * accepted or refused ones, the log may have any, and whether as a digest; email_length, how
 * much of it.  "-" is the word for the others.  refused: whether the plugin refuses what the
 * line is about.  Returns out.  In hooks and on the loop. */
#define SG_LOG_ADDRESS 300
const char *sg_log_mail_from(const char *reverse_path, int refused, char out[SG_LOG_ADDRESS]);
const char *sg_log_rcpt_to(const char *forward_path, int refused, char out[SG_LOG_ADDRESS]);

/* The worker's uv_loop_t, for libraries that speak libuv; NULL outside workers.  It is
 * the host's to run, and while four or more checks are waited for it looks there every
 * 5 ms only.  What a plugin opens there it closes in `stop`. */
struct uv_loop_s *sg_loop(void);

/* Milliseconds of a monotonic clock, as of this turn of the loop; no system
 * call.  And Unix time in seconds. */
uint64_t sg_now(void);
int64_t sg_time(void);

/* Asks the daemon to read its configuration again, as HUP does, because what the plugin loaded
 * in `configure` has changed.  In a worker, on the loop.  self: its settings; `why` is logged.
 * It may take some seconds until the wish is heard.  However often workers ask, plugins get one
 * reload a minute at most.  If the new configuration has an error, the old one goes on serving. */
void sg_request_reload(const void *self, const char *why);

/* The one-minute load average, read at most once a second. */
double sg_load(void);

/* Ends the session once all replies owed are written; hooks may be called until
 * then.  From outside of a hook: with the session's next event. */
void sg_close_session(struct sg_session *s);

#ifdef __cplusplus
}
#endif
#endif
