/* Options that are text: strings, paths.  All are one line: what
 * they say may end up in an SMTP reply or a log. */
#include "types.h"
#include "../base/check.h"
#include "../base/span.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static bool one_line(const char *text)
{
    for (; *text; text++)
        if (iscntrl((unsigned char)*text) && *text != '\t')
            return false;
    return true;
}

static void store(void *field, const char *text)
{
    *(char **)field = xstrdup(text);
}

bool format_text(const struct sg_option *option, const void *field, unsigned i, struct buffer *out)
{
    (void)option;
    const char *text = *(const char *const *)field;
    if (i > 0 || !text)
        return false;
    buffer_append(out, text, strlen(text));
    return true;
}

void finish_text(void *field)
{
    free(*(char **)field);
    *(char **)field = NULL;
}

/* Is it told to clients?  Names say so: msg_… of the core, message… of plugins. */
static bool is_told(const struct sg_option *option)
{
    return strncmp(option->name, "msg_", 4) == 0 || strncmp(option->name, "message", 7) == 0;
}

static bool is_placeholder(struct span name)
{
#define PLACEHOLDER(word)                                                                          \
    if (span_is(name, #word))                                                                      \
        return true;
#include "../base/placeholders.def"
#undef PLACEHOLDER
    return false;
}

static bool placeholders_fit(const char *text, struct buffer *why)
{
    while ((text = strstr(text, "%{")) != NULL) {
        struct span name = span_of(text + 2, strcspn(text + 2, "}"));
        text += 2 + name.n;
        if (*text == '}' && is_placeholder(name))
            continue;
        buffer_printf(why, "%%{%.*s} is not a placeholder; there are", (int)name.n, name.p);
#define PLACEHOLDER(word) buffer_printf(why, " %%{" #word "}");
#include "../base/placeholders.def"
#undef PLACEHOLDER
        return false;
    }
    return true;
}

static bool parse_string(const struct sg_option *option, const char *text, void *field,
                         struct buffer *why)
{
    if (!one_line(text) || (is_told(option) && !placeholders_fit(text, why)))
        return false;
    store(field, text);
    return true;
}

static void expect_string(const struct sg_option *option, struct buffer *out)
{
    (void)option;
    buffer_printf(out, "one line of text without control characters");
}

const struct option_type type_string = {"text",       sizeof(char *), false,       true,
                                        parse_string, expect_string,  format_text, finish_text};

/* In the place of a password. */
static bool format_secret(const struct sg_option *option, const void *field, unsigned i,
                          struct buffer *out)
{
    (void)option;
    const bool there = i == 0 && *(const char *const *)field;
    if (there)
        buffer_printf(out, "(not shown)");
    return there;
}

static void finish_secret(void *field)
{
    char *text = *(char **)field;
    if (text)
        explicit_bzero(text, strlen(text));
    finish_text(field);
}

const struct option_type type_secret = {"text",       sizeof(char *), false,         true,
                                        parse_string, expect_string,  format_secret, finish_secret};

/* "" takes a default away. */
static bool parse_path(const struct sg_option *option, const char *text, void *field,
                       struct buffer *why)
{
    (void)option, (void)why;
    if (*text == '\0')
        return true;
    if (*text != '/' || !one_line(text))
        return false;
    store(field, text);
    return true;
}

static void expect_path(const struct sg_option *option, struct buffer *out)
{
    (void)option;
    buffer_printf(out, "an absolute path, one that begins with /");
}

const struct option_type type_path = {"path",     sizeof(char *), false,       true,
                                      parse_path, expect_path,    format_text, finish_text};
