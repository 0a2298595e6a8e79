/* Text for people and for the tools of 1.4, JSON for machines, the journal's own
 * protocol.  The C library's month names are not used: they follow the locale. */
#include "log_format.h"
#include "decimal.h"
#include "printable.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define TAG "smtp-gated"
#define TEXT_LIMIT 1024u

static const char *const levels[] = {"emerg",   "alert",  "crit", "err",
                                     "warning", "notice", "info", "debug"};

/* ------------------------------------------------------------------ time -- */

/* The clock in the notations the log needs, made once a second. */
struct stamp {
    time_t second;
    char rfc3164[32]; /* "Oct  2 09:05:01" */
    char iso[32];     /* "2026-10-02T09:05:01" */
    char zone[16];    /* "+02:00" */
};

static void stamp_make(struct stamp *s, time_t second)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char day_time[16], zone[16];
    struct tm tm;

    localtime_r(&second, &tm);
    strftime(day_time, sizeof day_time, "%e %H:%M:%S", &tm);
    snprintf(s->rfc3164, sizeof s->rfc3164, "%.3s %s", months + 3 * tm.tm_mon, day_time);
    strftime(s->iso, sizeof s->iso, "%Y-%m-%dT%H:%M:%S", &tm);
    strftime(zone, sizeof zone, "%z", &tm);
    snprintf(s->zone, sizeof s->zone, "%.3s:%.2s", zone, zone + 3);
    s->second = second;
}

static const struct stamp *stamp_now(int *milliseconds)
{
    static struct stamp stamp;
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    if (now.tv_sec != stamp.second)
        stamp_make(&stamp, now.tv_sec);
    *milliseconds = (int)(now.tv_nsec / 1000000);
    return &stamp;
}

/* ------------------------------------------------------------------ text -- */

static uint64_t number(const struct log_entry *e)
{
    return e->session ? e->session : (uint64_t)e->pid;
}

static void append(struct buffer *out, const char *text)
{
    buffer_append(out, text, strlen(text));
}

/* Who speaks: the program, and the session's number where others have the pid. */
static void text_tag(struct buffer *out, const struct log_entry *e)
{
    char text[sizeof TAG "[]: " + DECIMAL_DIGITS] = TAG "[", *at = text + strlen(text);

    at = decimal_put(at, number(e));
    memcpy(at, "]: ", 3);
    buffer_append(out, text, (size_t)(at - text) + 3);
}

static void text_message(struct buffer *out, const struct log_entry *e)
{
    size_t before = buffer_len(out);

    append(out, e->text != NULL ? e->text : e->event);
    make_printable(buffer_at(out, before), buffer_len(out) - before);
    if (e->text == NULL && e->fields->length > 0) {
        append(out, " ");
        buffer_append(out, e->fields->text, e->fields->length); /* is printable */
    }
}

/* ------------------------------------------------------------------ JSON -- */

static void json_string(struct buffer *out, struct span s)
{
    buffer_append(out, "\"", 1);
    while (s.n > 0) {
        size_t n = utf8_length(s);

        if (n == 0)
            buffer_append(out, "\xef\xbf\xbd", 3); /* U+FFFD */
        else if ((unsigned char)s.p[0] < 0x20)
            buffer_printf(out, "\\u%04x", (unsigned)s.p[0]);
        else if (s.p[0] == '"' || s.p[0] == '\\')
            buffer_printf(out, "\\%c", s.p[0]);
        else
            buffer_append(out, s.p, n);
        s = span_skip(s, n ? n : 1);
    }
    buffer_append(out, "\"", 1);
}

static void json_fields(struct buffer *out, const struct log_fields *fields)
{
    buffer_printf(out, ",\"fields\":{");
    for (unsigned i = 0; i < fields->count; i++) {
        struct span key = fields->field[i].key;

        if (i > 0)
            buffer_append(out, ",", 1);
        json_string(out, key.n ? key : span_str("text"));
        buffer_append(out, ":", 1);
        if (fields->field[i].number)
            buffer_append(out, fields->field[i].value.p, fields->field[i].value.n);
        else
            json_string(out, fields->field[i].value);
    }
    buffer_append(out, "}", 1);
}

static void json_message(struct buffer *out, const struct log_entry *e)
{
    int milliseconds;
    const struct stamp *now = stamp_now(&milliseconds);

    buffer_printf(out, "{\"time\":\"%s.%03d%s\",\"level\":\"%s\",\"%s\":%ju,\"event\":", now->iso,
                  milliseconds, now->zone, levels[e->level], e->session ? "session" : "pid",
                  (uintmax_t)number(e));
    json_string(out, span_str(e->event));
    json_fields(out, e->fields);
    buffer_append(out, "}", 1);
}

/* --------------------------------------------------------------- targets -- */

static void message(struct buffer *out, const struct log_setup *setup, const struct log_entry *e)
{
    if (setup->format == LOG_AS_JSON)
        json_message(out, e);
    else
        text_message(out, e);
}

static void limit(struct buffer *out, const struct log_setup *setup, size_t before)
{
    if (setup->format == LOG_AS_TEXT && buffer_len(out) - before > TEXT_LIMIT)
        buffer_cut(out, before + TEXT_LIMIT);
}

/* RFC 3164. */
static void to_syslog(struct buffer *out, const struct log_setup *setup, const struct log_entry *e)
{
    size_t before = buffer_len(out);
    int milliseconds;

    buffer_printf(out, "<%d>", setup->facility | e->level);
    append(out, stamp_now(&milliseconds)->rfc3164);
    append(out, " ");
    text_tag(out, e);
    message(out, setup, e);
    limit(out, setup, before);
}

static void append_time(struct buffer *out, const struct stamp *now)
{
    append(out, now->iso);
    append(out, now->zone);
    append(out, " ");
}

static void to_stderr(struct buffer *out, const struct log_setup *setup, const struct log_entry *e)
{
    size_t before = buffer_len(out);
    int milliseconds;
    const struct stamp *now = stamp_now(&milliseconds);

    if (setup->prefixed)
        buffer_printf(out, "<%d>", e->level);
    else if (setup->format == LOG_AS_TEXT)
        append_time(out, now);
    if (setup->format == LOG_AS_TEXT)
        text_tag(out, e);
    message(out, setup, e);
    limit(out, setup, before);
    buffer_append(out, "\n", 1);
}

/* "KEY=value\n": values hold no LF, so the plain form always does.  Names are
 * upper case, digits and '_'. */
static void journal_field(struct buffer *out, const struct log_field *field)
{
    buffer_printf(out, "SMTP_GATED_");
    for (size_t i = 0; i < field->key.n; i++) {
        unsigned char c = (unsigned char)field->key.p[i];
        char upper = isalnum(c) ? (char)toupper(c) : '_';

        buffer_append(out, &upper, 1);
    }
    if (field->key.n == 0)
        buffer_append(out, "TEXT", 4);
    buffer_append(out, "=", 1);
    buffer_append(out, field->value.p, field->value.n);
    buffer_append(out, "\n", 1);
}

static void to_journal(struct buffer *out, const struct log_setup *setup, const struct log_entry *e)
{
    size_t before;

    buffer_printf(out,
                  "PRIORITY=%d\nSYSLOG_IDENTIFIER=" TAG "\nSYSLOG_FACILITY=%d\nSYSLOG_PID=%ju\n",
                  e->level, setup->facility >> 3, (uintmax_t)number(e));
    if (e->session)
        buffer_printf(out, "SMTP_GATED_SESSION=%ju\n", (uintmax_t)e->session);
    buffer_printf(out, "SMTP_GATED_EVENT=%s\n", e->event);
    for (unsigned i = 0; i < e->fields->count; i++)
        journal_field(out, &e->fields->field[i]);
    buffer_printf(out, "MESSAGE=");
    before = buffer_len(out);
    message(out, setup, e);
    limit(out, setup, before);
    buffer_append(out, "\n", 1);
}

void log_format(struct buffer *out, const struct log_setup *setup, const struct log_entry *entry)
{
    static void (*const writers[])(struct buffer *, const struct log_setup *,
                                   const struct log_entry *) = {
        [LOG_TO_SYSLOG] = to_syslog,
        [LOG_TO_STDERR] = to_stderr,
        [LOG_TO_JOURNAL] = to_journal,
    };

    writers[setup->target](out, setup, entry);
}
