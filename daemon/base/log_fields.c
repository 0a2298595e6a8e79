/* Formatting the fields of a log line, and finding them again. */
#include "log_fields.h"
#include "check.h"
#include "printable.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

void log_fields_format(struct log_fields *f, const char *format, va_list ap)
{
    int n = vsnprintf(f->text, sizeof f->text, format, ap);

    f->length = n < 0 ? 0 : (size_t)n;
    if (f->length >= sizeof f->text)
        f->length = sizeof f->text - 1;
    make_printable(f->text, f->length);
    f->count = 0;
}

/* The key at the front of a format: the word before '=', or nothing. */
static struct span key_at(const char *format)
{
    size_t n = strspn(format, "abcdefghijklmnopqrstuvwxyz0123456789_.-");

    return span_of(format, format[n] == '=' && !isdigit((unsigned char)*format) ? n : 0);
}

/* The field after the one at p: "key=" after a blank, or NULL.  1.4 put no comma
 * between some of its fields. */
static const char *next_field(const char *p)
{
    while ((p = strchr(p, ' ')) != NULL)
        if (key_at(++p).n > 0)
            return p;
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

/* Are the first n bytes of a format one conversion to a decimal number? */
static bool is_numeric(const char *format, size_t n)
{
    size_t at = 1;

    if (n < 2 || format[0] != '%')
        return false;
    at += strspn(format + at, "-+ .0123456789hljztL");
    return at == n - 1 && strchr("diufg", format[at]) != NULL;
}

/* JSON knows neither "nan" nor "+1" nor "007" (RFC 8259, 6). */
static bool is_json_number(struct span s)
{
    if (s.n > 1 && s.p[0] == '-')
        s = span_skip(s, 1);
    if (s.n == 0 || !isdigit((unsigned char)s.p[0]) || !isdigit((unsigned char)s.p[s.n - 1]))
        return false;
    if (s.n > 1 && s.p[0] == '0' && isdigit((unsigned char)s.p[1]))
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!isdigit((unsigned char)s.p[i]) && s.p[i] != '.')
            return false;
    return true;
}

void log_fields_split(struct log_fields *f, const char *format, va_list ap)
{
    const char *p = format, *next;
    size_t from = 0, to, gap;
    va_list again;

    va_copy(again, ap);
    log_fields_format(f, format, again);
    va_end(again);
    while (f->length > 0 && f->count < LOG_FIELDS_COUNT) {
        struct span key = key_at(p);

        next = next_field(p);
        gap = next && next - p >= 2 && next[-2] == ',' ? 2 : 1;
        to = next ? length_until(format, (size_t)(next - format) - gap, ap) : f->length;
        struct span value = cut(f, from + (key.n ? key.n + 1 : 0), to);
        size_t length = (next ? (size_t)(next - p) - gap : strlen(p));
        bool number = key.n && is_numeric(key.p + key.n + 1, length - key.n - 1);
        f->field[f->count++] = (struct log_field){key, value, number && is_json_number(value)};
        if (next == NULL)
            break;
        p = next;
        from = to + gap;
    }
}
