/* The log as the program sees it: what is logged at all, and from where.  Until
 * log_open() is called lines go to stderr as they come. */
#include "log.h"
#include "log_fields.h"
#include "log_format.h"
#include "log_target.h"

#include <stdio.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#define UNOPENED                                                                                   \
    {                                                                                              \
        LOG_TO_STDERR, LOG_AS_TEXT, LOG_NOTICE, LOG_DAEMON, NULL, false                            \
    }
static const struct log_setup unopened = UNOPENED;

static struct {
    struct log_setup setup;
    pid_t pid; /* who opened it; 0: nobody */
} state = {UNOPENED, 0};

void log_open(const struct log_setup *setup)
{
    if (state.pid != 0 && state.pid != getpid())
        log_target_forget();
    log_target_write();
    tzset(); /* the zone's file may be out of reach after chroot(2) */
    state.setup = *setup;
    state.setup.path = NULL; /* the target has its copy */
    state.pid = getpid();
    log_target_open(setup);
    state.setup.prefixed = log_target_is_journal();
}

void log_keep_path(void)
{
    log_target_keep_path();
}

void log_forked(void)
{
    log_target_forget();
    if (state.pid != 0)
        state.pid = getpid();
}

void log_close(void)
{
    log_target_close();
    state.setup = unopened;
    state.pid = 0;
}

void log_flush(void)
{
    log_target_write();
}

uint64_t log_lost(void)
{
    return log_target_lost();
}

bool log_wants(int level)
{
    return level <= state.setup.level;
}

/* Only JSON and the journal take the fields apart; others need none where there
 * is a text. */
static void write_entry(struct log_entry *entry, const char *format, va_list ap)
{
    struct log_fields fields;

    if (state.setup.format == LOG_AS_JSON || state.setup.target == LOG_TO_JOURNAL)
        log_fields_split(&fields, format, ap);
    else if (entry->text == NULL)
        log_fields_format(&fields, format, ap);
    entry->pid = state.pid ? state.pid : getpid();
    entry->fields = &fields;
    log_format(log_target_lines(), &state.setup, entry);
    log_target_line_done();
    if (state.pid == 0)
        log_target_write();
}

void log_event_v(int level, uint64_t session, const char *event, const char *fields, va_list ap)
{
    struct log_entry entry = {.level = level, .session = session, .event = event};

    if (log_wants(level))
        write_entry(&entry, fields, ap);
}

void log_event(int level, uint64_t session, const char *event, const char *fields, ...)
{
    va_list ap;

    va_start(ap, fields);
    log_event_v(level, session, event, fields, ap);
    va_end(ap);
}

void log_event_as(int level, uint64_t session, const char *text, const char *event,
                  const char *fields, ...)
{
    struct log_entry entry = {.level = level, .session = session, .text = text, .event = event};
    va_list ap;

    if (!log_wants(level))
        return;
    va_start(ap, fields);
    write_entry(&entry, fields, ap);
    va_end(ap);
}

void log_note(int level, const char *fmt, ...)
{
    char sentence[1024];
    va_list ap;

    if (!log_wants(level))
        return;
    va_start(ap, fmt);
    vsnprintf(sentence, sizeof sentence, fmt, ap);
    va_end(ap);
    log_event_as(level, 0, sentence, "NOTE", "text=%s", sentence);
}
