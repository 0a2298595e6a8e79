/* The core file, smtp-gated.conf, read.  One table (core_options.c) says name,
 * type, default, help; this struct is what it fills. */
#ifndef SG_CONF_CORE_H
#define SG_CONF_CORE_H

#include "../base/complaint.h"
#include "../base/log.h"
#include "smtp-gated/plugin.h"
#include <stdio.h>

enum on_error { ON_ERROR_PASS, ON_ERROR_TEMPFAIL, ON_ERROR_REJECT };
enum starttls { STARTTLS_PASS, STARTTLS_FORBID };
enum display_names { NAMES_STRIP, NAMES_REFUSE };
enum commands { COMMANDS_ANY, COMMANDS_KNOWN, COMMANDS_LISTED };
enum bare_newline { BARE_NORMALISE, BARE_REJECT };
enum takeover_mail { TAKEOVER_MAIL_CLOSE, TAKEOVER_MAIL_REFUSE };
enum log_rcpt { LOG_ACCEPTED = 1, LOG_REJECTED = 2, LOG_BASE64 = 4 };

enum spool_leave { /* bits of spool_leave_on */
                   SPOOL_NEVER = 1,
                   SPOOL_ERROR = 2,
                   SPOOL_VIRUS = 4,
                   SPOOL_SPAM = 8,
                   SPOOL_ALWAYS = 16
};

/* What the core says to clients: one string for each msg_* option. */
#define CORE_MESSAGES_OF_1_4                                                                       \
    MSG(sign_off, "Signing off.")                                                                  \
    MSG(hello, "SMTP Proxy, hello")                                                                \
    MSG(session_timeout, "SMTP session timeout. Closing connection")                               \
    MSG(proto_error, "Protocol error")                                                             \
    MSG(transaction_failed, "Transaction failed")                                                  \
    MSG(unimpl_command, "Command not implemented")                                                 \
    MSG(temp_unavail, "Service temporarily unavailable")                                           \
    MSG(cannot_connect, "Cannot connect to server")                                                \
    MSG(connect_timeout, "Connection timeout")                                                     \
    MSG(connect_failed, "MTA connection failed")                                                   \
    MSG(spool_problem, "Spool problem")                                                            \
    MSG(spool_open_fail, "Cannot open spool file")                                                 \
    MSG(pipeline_full, "Too many commands in flight")                                              \
    MSG(nomem, "Out of memory")                                                                    \
    MSG(max_reached, "Too many connections, try again later")                                      \
    MSG(size_limit, "Message too large")                                                           \
    MSG(loop_avoidance, "Proxy loop avoided")                                                      \
    MSG(lookup_failed, "Lookup failed")
#define CORE_MESSAGES CORE_MESSAGES_OF_1_4 MSG(next_mail, "Connect again for the next mail")

struct core {
    const char *file;          /* the path it came from */
    const char *proxy_name;    /* "*" already replaced by the host's name */
    const char **bind_address; /* NULL-terminated */
    long port;
    const char **outgoing_addr;
    const char *pidfile, *chroot_path, *set_user, *set_group;
    long priority;
    long connect_queue;
    uint64_t enfile_sleep; /* all durations: milliseconds */
    long on_takeover_cmds;
    int on_takeover_mail; /* enum takeover_mail */
    uint64_t buffer_size;
    long pipeline_size;
    const char *limit_core_size, *limit_virt_size, *limit_data_size, *limit_fsize;
    int64_t limits[4]; /* the same as numbers, bytes; -1: untouched */
    const char *statefile;
    unsigned statefile_perm;
    const char *statefile_group;
    int statefile_type; /* 0 flat, 1 human, 2 human+slots, 3 flat+slots */
    const char *spool_path;
    unsigned spool_perm;
    unsigned spool_leave_on; /* enum spool_leave */
    long spool_leave_number;
    uint64_t spool_memory, spool_memory_total, spool_disk_total, spool_leave_age, spool_leave_total;
    uint64_t timeout_direct, timeout_session, timeout_idle, timeout_final, timeout_connect;
    uint64_t session_lifetime, timeout_generation; /* 0: for ever */
    long max_connections;
    uint64_t size_limit;
    long max_recipients, max_session_recipients;
    uint64_t max_envelope;
    long max_refused;            /* 0: no limit */
    int commands;                /* enum commands */
    const char **allow_commands; /* NULL-terminated */
    int ignore_errors;           /* bool: the default of every on_error is pass */
    int reply_reference;         /* bool */
    int log_helo;
    unsigned log_mail_from, log_rcpt_to; /* enum log_rcpt bits */
    long email_length;
    int log_level, log_facility; /* syslog's numbers */
    int log_target, log_format;  /* enums of base/log.h */
    int starttls, bare_newline, display_names;
    struct sg_nets *bare_lf_from, *xclient_from;
    const char *locale;
    const char *plugin_path, *conf_dir;
    long threads_per_client;
    long workers;       /* 0 in the file: one per CPU; here already the number */
    long upstream_mark; /* SO_MARK of upstream sockets, 0: none */
    int sandbox;        /* bool */
#define MSG(name, text) const char *msg_##name;
    CORE_MESSAGES
#undef MSG
};

/* Reads and checks file.  NULL if *c has errors.  The caller destroys it. */
struct core *core_read(const char *file, struct complaints *c);
void core_destroy(struct core *core);

/* -T: every option as a line of the file; -C: one value, false if unknown. */
void core_print(const struct core *core, FILE *out);
bool core_print_option(const struct core *core, const char *name, FILE *out);

/* Whether the file may say this line; if not, *why is what would be right.  What depends
 * on the machine is not judged. */
bool core_takes(const char *line, struct buffer *why);

/* The manual's list of them: items of an mdoc(7) list. */
void core_document(FILE *out);

struct log_setup core_log_setup(const struct core *core);

#endif
