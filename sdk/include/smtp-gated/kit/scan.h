/* smtp-gated/kit/scan.h - what plugins that ask a scanner share: the SCAN: and SPAM:
 * log lines, which tools of the 1.4 program read, the verdicts, what becomes of a
 * message that is not scanned, and how it is shown to a scanner.
 *
 * Needs <smtp-gated/plugin.h> only.  Compile scan.c into the plugin.
 */
#ifndef SMTP_GATED_KIT_SCAN_H
#define SMTP_GATED_KIT_SCAN_H

#include <smtp-gated/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One scan of one message. */
struct scan_facts {
    const struct sg_session *session;
    uint64_t size;    /* of the message */
    uint64_t began;   /* sg_now() */
    const char *kind; /* of the log lines: "SPAM", or NULL: "SCAN" */
};

/* Each writes its log line and returns the verdict that belongs to it; strings
 * of the verdict live until the next call.  `message` is what the client is
 * told, with the name in brackets after it.  `why` is for the log. */
struct sg_verdict scan_clean(const struct scan_facts *f);
struct sg_verdict scan_virus(const struct scan_facts *f, const char *message, const char *name);
struct sg_verdict scan_failed(const struct scan_facts *f, const char *why);
struct sg_verdict scan_timeout(const struct scan_facts *f, const char *why);

/* What becomes of a message that is not scanned, and would not be next time either: the
 * choices of an option, too_large or on_unscannable. */
enum scan_policy { SCAN_PASS, SCAN_TEMPFAIL, SCAN_REJECT };
extern const char *const scan_policies[];

/* It is larger than `limit` bytes (0: nobody knows), or cannot be scanned for what it
 * is: broken, nested too deep. */
struct sg_verdict scan_too_large(const struct scan_facts *f, int policy, uint64_t limit);
struct sg_verdict scan_unscannable(const struct scan_facts *f, int policy, const char *why);

/* Only logs: the client has as much as it may have with the scanner, so this one waits. */
void scan_waits(const struct scan_facts *f);

/* 1: the "virus" is ClamAV's way to say that a limit kept it from looking at
 * everything.  Such a message is neither clean nor infected. */
int scan_is_limit(const char *name);
/* 1: that limit was time, which may be enough the next time. */
int scan_is_late(const char *name);

/* Scanners guess from the first bytes, up to some hundred, what a file is, and
 * who writes the message chooses its first bytes: "MZ: x" makes it a program,
 * "ustar" at the right place an archive, "From " a mailbox, and its attachments
 * are not decoded.  So a message is shown after a header field of ours, longer
 * than what they look at. */
#define SCAN_PREAMBLE_SIZE 1033
extern const char scan_preamble[SCAN_PREAMBLE_SIZE + 1];

/* What a scanner must know of the client, which it reads nowhere else: two header fields to
 * stand before the message, X-Envelope-From and a Received field of the kind that MTAs
 * write, with address, HELO, protocol, our name, number and date.  Without them the first
 * Received field that the sender wrote is taken for the truth.  The server never gets
 * them.  What the client said is made harmless.  Returns their length, below `size`. */
#define SCAN_TRACE_SIZE 1536
size_t scan_trace(char to[SCAN_TRACE_SIZE], struct sg_session *s, struct sg_mail *m);

/* The n bytes of a message after the preamble, as a memory file for scanners that
 * take a descriptor; the caller closes it.  -1 and errno.  Any thread; takes about a
 * millisecond per 2 MB. */
int scan_copy_message(const char *message, size_t n);
/* What to read of a spool: more than sg_mail_size() if other plugins have put
 * lines before the message.  -1 and errno.  Any thread. */
int64_t scan_spool_size(int fd);

#ifdef __cplusplus
}
#endif
#endif
