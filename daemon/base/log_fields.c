/* Formatting the fields of a log line, and finding them again. */
#include "log_fields.h"
#include "check.h"

#include <stdio.h>
#include <stdlib.h>

void log_make_printable(char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
            text[i] = '?';
}

void log_fields_format(struct log_fields *f, const char *format, va_list ap)
{
    int n = vsnprintf(f->text, sizeof f->text, format, ap);

    f->length = n < 0 ? 0 : (size_t)n;
    if (f->length >= sizeof f->text)
        f->length = sizeof f->text - 1;
    log_make_printable(f->text, f->length);
    f->count = 0;
}

/* The key at the front of a format: what stands before '=', or nothing. */
static struct span key_at(const char *format)
{
    size_t n = strcspn(format, "=%, ");

    return span_of(format, format[n] == '=' ? n : 0);
}

/* Where the field that begins at p ends: before ", key=", or at the end. */
static const char *field_end(const char *p)
{
    while ((p = strstr(p, ", ")) != NULL) {
        if (key_at(p + 2).n > 0)
            return p;
        p += 2;
    }
    return NULL;
}

/* How many bytes the first n of a format make. */
static size_t length_until(const char *format, size_t n, va_list ap)
{
    char *front = span_dup(span_of(format, n));
    va_list again;
    int length;

    va_copy(again, ap);
    length = vsnprintf(NULL, 0, front, again);
    va_end(again);
    free(front);
    return length < 0 ? 0 : (size_t)length;
}

static struct span cut(const struct log_fields *f, size_t from, size_t to)
{
    to = to < f->length ? to : f->length;
    from = from < to ? from : to;
    return span_of(f->text + from, to - from);
}

void log_fields_split(struct log_fields *f, const char *format, va_list ap)
{
    const char *p = format, *end;
    size_t from = 0, to;
    va_list again;

    va_copy(again, ap);
    log_fields_format(f, format, again);
    va_end(again);
    while (f->length > 0 && f->count < LOG_FIELDS_COUNT) {
        struct span key = key_at(p);

        end = field_end(p);
        to = end ? length_until(format, (size_t)(end - format), ap) : f->length;
        f->field[f->count++] = (struct log_field){key, cut(f, from + (key.n ? key.n + 1 : 0), to)};
        if (end == NULL)
            break;
        p = end + 2;
        from = to + 2;
    }
}
