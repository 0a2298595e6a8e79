/* Every option of smtp-gated.conf: name, type, default, help.  From this table
 * the file is read, -T prints, and the manual is made. */
#include "core_options.h"
#include "../base/scoreboard.h"
#include <limits.h>

#ifndef PLUGINDIR
#define PLUGINDIR "/usr/local/lib/smtp-gated"
#endif

static const char *const statefile_types[] = {"flat", "human", "human+slots", "flat+slots", NULL};
static const char *const leave_words[] = {"never", "error", "virus", "spam", "always", NULL};
static const char *const log_words[] = {"accepted", "rejected", "base64", NULL};
static const char *const targets[] = {"syslog", "stderr", "journal", NULL};
static const char *const formats[] = {"text", "json", NULL};
static const char *const starttls_words[] = {"pass", "forbid", NULL};
static const char *const names_words[] = {"strip", "refuse", NULL};
static const char *const takeover_words[] = {"close", "refuse", NULL};
static const char *const commands_words[] = {"any", "known", "listed", NULL};
static const char *const newline_words[] = {"normalise", "reject", NULL};

/* Index is syslog's number (RFC 5424, tables 1 and 2). */
static const char *const levels[] = {"emerg",  "alert", "crit",  "err", "warning",
                                     "notice", "info",  "debug", NULL};
static const char *const facilities[] = {
    "kern",   "user",     "mail",   "daemon", "auth",   "syslog", "lpr",   "news",   "uucp",
    "cron",   "authpriv", "ftp",    "ntp",    "audit",  "alert",  "clock", "local0", "local1",
    "local2", "local3",   "local4", "local5", "local6", "local7", NULL};

#define OPT(type, field, initial, help) SG_OPT(type, struct core, field, initial, help)
#define INT(field, initial, min, max, help) SG_OPT_INT(struct core, field, initial, min, max, help)
#define WORD(field, initial, words, help) SG_OPT_ENUM(struct core, field, initial, words, help)
#define WORDS(field, initial, words, help) SG_OPT_FLAGS(struct core, field, initial, words, help)
#define SIZE(field, initial, min, max, help)                                                       \
    SG_OPT_SIZE_IN(struct core, field, initial, min, max, help)
#define TIME(field, initial, help) SG_OPT_DURATION(struct core, field, initial, help)

const struct sg_option core_options[] = {
    OPT(SG_STRING, proxy_name, "*",
        "Name in the banner, in replies and in added headers; * is the name of the host"),
    OPT(SG_STRINGS, bind_address, "0.0.0.0, ::", "Addresses to listen on, IPv4 and IPv6"),
    INT(port, "9199", 0, 65535, "TCP port to listen on; 0 lets the system choose"),
    OPT(SG_STRINGS, outgoing_addr, NULL,
        "Local addresses to connect to servers from, at most one IPv4 and one IPv6"),
    OPT(SG_PATH, pidfile, "/run/smtp-gated/smtp-gated.pid", "File that holds the process number"),
    OPT(SG_PATH, chroot_path, NULL, "Directory that the processes serving mail are confined to"),
    OPT(SG_STRING, set_user, NULL, "User to serve as, a name or a number"),
    OPT(SG_STRING, set_group, NULL,
        "Group to serve as, a name or a number; without it the group of set_user"),
    INT(priority, "0", -20, 19, "Scheduling priority as in setpriority(2); 0 means no change"),
    INT(connect_queue, "512", 1, 65535, "Connections that may wait to be accepted, see listen(2)"),
    TIME(enfile_sleep, "5",
         "Pause before accepting again when file descriptors are short; the last 24 are kept for "
         "sessions that are in"),
    INT(on_takeover_cmds, "10", 0, INT_MAX,
        "Commands answered to a client after its session was taken over"),
    WORD(on_takeover_mail, "close", takeover_words,
         "The next MAIL of a session that was taken over: close ends it with 421, so that the "
         "client connects again; refuse answers 451 with the reason of the takeover, as version 1 "
         "did"),
    SIZE(buffer_size, "16384", 1024, 1 << 20,
         "Bytes kept per direction of a session for a peer that is slow to read"),
    INT(pipeline_size, "128", 16, 32768,
        "Commands in flight of one session; above it reading from the client pauses"),
    OPT(SG_STRING, limit_core_size, "-1",
        "Largest core file (RLIMIT_CORE), a size; -1 leaves it as it is"),
    OPT(SG_STRING, limit_virt_size, "-1",
        "Most address space of a process (RLIMIT_AS), a size; -1 leaves it as it is"),
    OPT(SG_STRING, limit_data_size, "-1",
        "Most data of a process (RLIMIT_DATA), a size; -1 leaves it as it is"),
    OPT(SG_STRING, limit_fsize, "-1",
        "Largest file a process may write (RLIMIT_FSIZE), a size; -1 leaves it as it is"),
    OPT(SG_PATH, statefile, "/run/smtp-gated/state", "File that the status is written to"),
    OPT(SG_MODE, statefile_perm, "0660", "Permissions of the status file"),
    OPT(SG_STRING, statefile_group, NULL,
        "Group of the status file, a name or a number, whose members may read it with -S"),
    WORD(statefile_type, "human+slots", statefile_types,
         "Form of the status file; with slots every open session has a line"),
    OPT(SG_PATH, spool_path, "/var/spool/smtp-gated",
        "Directory for messages that are larger than spool_memory or need a name"),
    OPT(SG_MODE, spool_perm, "0660", "Permissions of spooled messages that have a name"),
    WORDS(spool_leave_on, "never", leave_words, "Events after which the spooled message is kept"),
    TIME(spool_leave_age, "14d", "Age at which a kept message is removed; 0 is never"),
    INT(spool_leave_number, "1000", 0, INT_MAX,
        "Most kept messages; of more, the oldest are removed; 0 means no limit"),
    SIZE(spool_leave_total, "1G", 0, LONG_MAX,
         "Most bytes of kept messages together; of more, the oldest are removed; 0 means no limit"),
    SIZE(spool_memory, "1M", 0, LONG_MAX,
         "Bytes of a message kept in memory before it is written to spool_path"),
    SIZE(spool_memory_total, "32M", 0, LONG_MAX,
         "Bytes that all messages of a worker together keep in memory; beyond, they are written to "
         "spool_path"),
    SIZE(spool_disk_total, "4G", 0, LONG_MAX,
         "Bytes that the messages of all workers together have in spool_path; beyond, clients are "
         "told to come again (451); 0 means no limit"),
    TIME(timeout_direct, "300", "Silence after which a tunnelled session (STARTTLS) is ended"),
    TIME(timeout_session, "20", "Total time of a session after it was taken over"),
    TIME(timeout_idle, "300",
         "Silence after which a session is ended; a server has as long for its greeting and for "
         "every reply except the one that timeout_final is for"),
    TIME(
        timeout_final, "600",
        "Time a server has for its reply to the end of a message: clients wait ten minutes for it, "
        "and send the message once more if they are told less"),
    TIME(session_lifetime, "24h",
         "Total time of a session, after which it is ended with 421, however busy it is; 0 is no "
         "limit"),
    TIME(timeout_generation, "1h",
         "Time the sessions have that are open when a reload or SIGTERM ends their processes, "
         "after which they are ended with 421; 0 means no limit"),
    TIME(timeout_connect, "30", "Time to connect to a server; its greeting is not part of it"),
    INT(max_connections, "10000", 1, SCOREBOARD_SESSIONS, "Sessions at one time"),
    SIZE(size_limit, "0", 0, LONG_MAX,
         "Largest message; 0 means no limit.  What the server says in SIZE is lowered to it"),
    INT(max_recipients, "1000", 100, INT_MAX,
        "Recipients of one mail; those beyond it are answered 452, and what the server promises "
        "with LIMITS is lowered to it"),
    INT(max_session_recipients, "100000", 100, INT_MAX,
        "Recipients named in one session, accepted or not; those beyond it are answered 452"),
    SIZE(max_envelope, "1M", 65536, INT_MAX,
         "Bytes of all recipients of one mail with their parameters; beyond it 452"),
    INT(max_refused, "20", 0, INT_MAX,
        "Commands in a row that the relay itself refuses, after which the session is ended with "
        "421; 0 means no limit"),
    WORD(commands, "any", commands_words,
         "Which commands are passed: any that no server can misread, only those that smtp-gated "
         "knows and allow_commands, or only allow_commands"),
    OPT(SG_STRINGS, allow_commands,
        "HELO, EHLO, MAIL, RCPT, DATA, BDAT, RSET, NOOP, QUIT, AUTH, STARTTLS",
        "Verbs for commands = known and listed"),
    OPT(SG_BOOL, ignore_errors, "no",
        "Let mail pass when a check cannot be made; the default of every plugin's on_error"),
    OPT(SG_BOOL, reply_reference, "yes",
        "End the refusals of the proxy with the number that the session has in the log, [NUMBER]"),
    OPT(SG_BOOL, log_helo, "no", "Log the name given with HELO and EHLO"),
    WORDS(log_mail_from, NULL, log_words,
          "Log reverse-paths: those the server accepted, those it rejected, as a base64 digest"),
    WORDS(log_rcpt_to, NULL, log_words,
          "Log forward-paths: those the server accepted, those it rejected, as a base64 digest"),
    INT(email_length, "64", 1, 1024, "Characters of an address that are logged"),
    WORD(log_level, "debug", levels, "Least important messages that are logged"),
    WORD(log_facility, "daemon", facilities, "Facility of the log, see syslog(3)"),
    WORD(log_target, "syslog", targets, "Where the log goes"),
    WORD(log_format, "text", formats, "Form of a log line"),
    WORD(starttls, "pass", starttls_words,
         "Whether clients may begin TLS, after which nothing can be checked"),
    WORD(bare_newline, "normalise", newline_words,
         "What is done with line ends other than CR LF in a message"),
    OPT(SG_NETS, bare_lf_from, NULL,
        "Clients whose lines may end with LF alone, the dot after a message too; see LINE ENDS"),
    OPT(SG_NETS, xclient_from, NULL,
        "Peers that may say by XCLIENT and XFORWARD who their client is; see TOLD CLIENTS"),
    WORD(display_names, "strip", names_words,
         "What is done with MAIL and RCPT that hold a name or a comment beside the address"),
    OPT(SG_STRING, locale, NULL, "Language of the system's error messages, see setlocale(3)"),
    OPT(SG_PATH, plugin_path, PLUGINDIR, "Directory the plugins are loaded from"),
    OPT(SG_STRING, conf_dir, "conf.d",
        "Directory of the plugins' files; a relative one is beside this file"),
    INT(workers, "0", 0, SCOREBOARD_WORKERS / 4, "Processes that serve; 0 is one per CPU"),
    INT(threads_per_client, "3", 1, 4,
        "Threads of a process, of which there are 4, that work for one client at one time, such as "
        "on scans with libclamav; what it has more of waits its turn"),
    INT(upstream_mark, "0", 0, UINT_MAX,
        "Mark (SO_MARK) of connections to servers, so that routing can tell them; 0 is none"),
    OPT(SG_BOOL, sandbox, "yes",
        "Confine the processes that serve to the system calls and files they are known to need"),
#define MSG(name, text)                                                                            \
    {"msg_" #name,                                                                                 \
     SG_STRING,                                                                                    \
     offsetof(struct core, msg_##name),                                                            \
     text,                                                                                         \
     "Text of a reply",                                                                            \
     NULL,                                                                                         \
     0,                                                                                            \
     0},
    CORE_MESSAGES
#undef MSG
        SG_OPT_END};

const char *const core_obsolete[] = {"pid_hash_size", "host_hash_size", "scanner_path", NULL};
