/* Options that are patterns: one as text, which its user compiles with the flags of its
 * own, and lists that are compiled here. */
#include "regexes.h"
#include "types.h"
#include "../base/check.h"

static bool parse_regex(const struct sg_option *option, const char *text, void *field,
                        struct buffer *why)
{
    (void)option;
    struct sg_regexes *only = NULL;
    if (*text == '\0')
        return true;
    if (!regexes_add(&only, text, why))
        return false;
    regexes_destroy(only);
    *(char **)field = xstrdup(text);
    return true;
}

static void expect_regex(const struct sg_option *option, struct buffer *out)
{
    (void)option;
    buffer_printf(out, "a regular expression as in pcre2pattern(3)");
}

const struct option_type type_regex = {"pattern",   sizeof(char *), false,       true,
                                       parse_regex, expect_regex,   format_text, finish_text};

static bool parse_regexes(const struct sg_option *option, const char *text, void *field,
                          struct buffer *why)
{
    (void)option;
    return *text == '\0' || regexes_add(field, text, why);
}

static bool format_regexes(const struct sg_option *option, const void *field, unsigned i,
                           struct buffer *out)
{
    (void)option;
    return regexes_format(*(struct sg_regexes *const *)field, i, out);
}

static void finish_regexes(void *field)
{
    regexes_destroy(*(struct sg_regexes **)field);
    *(struct sg_regexes **)field = NULL;
}

const struct option_type type_regexes = {"patterns",     sizeof(struct sg_regexes *),
                                         true,           true,
                                         parse_regexes,  expect_regex,
                                         format_regexes, finish_regexes};
