/* The log.  One line per event: "EVENT key=value, key=value".  Targets: syslog
 * (datagrams to /dev/log, the session's number where 1.4 had the pid), stderr,
 * journal (its native protocol); formats: text and JSON.  Lines are collected
 * and written at log_flush(), once per turn of the loop.  A target that is full
 * never blocks: what it does not take waits for the next flush, and is counted as
 * lost when there is no more room for it.  The sockets are opened by log_open()
 * before chroot. */
#ifndef SG_BASE_LOG_H
#define SG_BASE_LOG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

enum log_target { LOG_TO_SYSLOG, LOG_TO_STDERR, LOG_TO_JOURNAL };
enum log_format { LOG_AS_TEXT, LOG_AS_JSON };

/* level: syslog's numbers, 0 (emerg) to 7 (debug); lines above it are dropped. */

struct log_setup {
    enum log_target target;
    enum log_format format;
    int level;
    int facility;     /* syslog's LOG_DAEMON, … already shifted */
    const char *path; /* of the socket; NULL: /dev/log, or the journal's */
    bool prefixed;    /* stderr leads to the journal, which reads "<LEVEL>" in front of a
                         line and has the time itself; log_open() finds that out */
};

/* Before it, and after log_close(), lines go to stderr as they come, as text, up
 * to level notice. */
void log_open(const struct log_setup *setup);
void log_close(void);
/* Before chroot(2), which hides the socket's name: so that a syslog daemon that is
 * started anew is found again.  Afterwards the working directory is the root. */
void log_keep_path(void);
/* In a forked child: drops the lines which are its parent's to write. */
void log_forked(void);
void log_flush(void);
uint64_t log_lost(void); /* lines no target took, since log_open() */
bool log_wants(int level);

/* A regular line.  `fields` is a printf format of the shape "k=%s, k=%d"; its
 * keys become the JSON keys.  session 0: the pid stands in its place.
 * Control characters in values come out as '?'. */
void log_event(int level, uint64_t session, const char *event, const char *fields, ...)
    __attribute__((format(printf, 4, 5)));
void log_event_v(int level, uint64_t session, const char *event, const char *fields, va_list ap);

/* An irregular line: the text log has `text` as it is, the JSON log has event
 * and the fields. */
void log_event_as(int level, uint64_t session, const char *text, const char *event,
                  const char *fields, ...) __attribute__((format(printf, 5, 6)));

/* Words outside any session: a sentence, the event is "NOTE". */
void log_note(int level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
