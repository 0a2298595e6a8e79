/* The sentences about a configuration, collected line by line. */
#include "complaint.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "printable.h"

static void place(struct buffer *text, const char *file, int line)
{
    if (line > 0)
        buffer_printf(text, "%s:%d: ", file, line);
    else if (file != NULL)
        buffer_printf(text, "%s: ", file);
}

static void sentence(struct complaints *c, const char *file, int line, const char *option,
                     const char *value, const char *fmt, va_list ap)
{
    const size_t before = buffer_len(&c->text);
    char *words = NULL;

    check(vasprintf(&words, fmt, ap) >= 0);
    place(&c->text, file, line);
    if (option != NULL)
        buffer_printf(&c->text, "option '%s': ", option);
    if (value != NULL)
        buffer_printf(&c->text, "found '%s'; ", value);
    buffer_printf(&c->text, "%s\n", words);
    make_printable(buffer_at(&c->text, before), buffer_len(&c->text) - before - 1);
    free(words);
}

void complain(struct complaints *c, const char *file, int line, const char *option,
              const char *value, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    sentence(c, file, line, option, value, fmt, ap);
    va_end(ap);
    c->errors++;
}

void remark(struct complaints *c, const char *file, int line, const char *option, const char *value,
            const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    sentence(c, file, line, option, value, fmt, ap);
    va_end(ap);
    c->notices++;
}

void complaints_add(struct complaints *c, const struct complaints *more)
{
    buffer_append(&c->text, buffer_head(&more->text), buffer_len(&more->text));
    c->errors += more->errors;
    c->notices += more->notices;
}

void complaints_finish(struct complaints *c)
{
    buffer_finish(&c->text);
    c->errors = c->notices = 0;
}
