/* Options that are words out of a list, and lists of free words. */
#include "types.h"
#include "../base/check.h"
#include <stdlib.h>
#include <string.h>

bool for_each_word(const char *text, bool (*take)(void *context, const char *word), void *context)
{
    char *copy = xstrdup(text), *rest = copy, *word;
    bool ok = true;
    while (ok && (word = strsep(&rest, ", \t")) != NULL)
        if (*word != '\0')
            ok = take(context, word);
    free(copy);
    return ok;
}

static int choice_index(const struct sg_option *option, const char *word)
{
    for (int i = 0; option->choices[i]; i++)
        if (strcmp(option->choices[i], word) == 0)
            return i;
    return -1;
}

static void list_choices(const struct sg_option *option, const char *before_last,
                         struct buffer *out)
{
    for (unsigned i = 0; option->choices[i]; i++) {
        if (i > 0)
            buffer_printf(out, "%s", option->choices[i + 1] ? ", " : before_last);
        buffer_printf(out, "%s", option->choices[i]);
    }
}

/* -------------------------------------------------------------- one word -- */

static bool parse_enum(const struct sg_option *option, const char *text, void *field,
                       struct buffer *why)
{
    (void)why;
    int i = choice_index(option, text);
    if (i >= 0)
        *(int *)field = i;
    return i >= 0;
}

static void expect_enum(const struct sg_option *option, struct buffer *out)
{
    list_choices(option, " or ", out);
}

static bool format_enum(const struct sg_option *option, const void *field, unsigned i,
                        struct buffer *out)
{
    if (i > 0)
        return false;
    buffer_printf(out, "%s", option->choices[*(const int *)field]);
    return true;
}

const struct option_type type_enum = {"word",     sizeof(int), false,       false,
                                      parse_enum, expect_enum, format_enum, NULL};

/* --------------------------------------------------------- several words -- */

struct flags_context {
    const struct sg_option *option;
    unsigned *flags;
};

static bool add_flag(void *context, const char *word)
{
    struct flags_context *c = context;
    int i = choice_index(c->option, word);
    if (i >= 0)
        *c->flags |= 1u << i;
    return i >= 0;
}

static bool parse_flags(const struct sg_option *option, const char *text, void *field,
                        struct buffer *why)
{
    (void)why;
    struct flags_context context = {option, field};
    return for_each_word(text, add_flag, &context);
}

static void expect_flags(const struct sg_option *option, struct buffer *out)
{
    buffer_printf(out, "words out of ");
    list_choices(option, " and ", out);
}

static bool format_flags(const struct sg_option *option, const void *field, unsigned i,
                         struct buffer *out)
{
    unsigned flags = *(const unsigned *)field;
    for (unsigned bit = 0; option->choices[bit]; bit++)
        if (flags & (1u << bit) && i-- == 0) {
            buffer_printf(out, "%s", option->choices[bit]);
            return true;
        }
    return false;
}

const struct option_type type_flags = {"words",     sizeof(unsigned), true,         false,
                                       parse_flags, expect_flags,     format_flags, NULL};

/* --------------------------------------------------------- lists of text -- */

static bool parse_strings(const struct sg_option *option, const char *text, void *field,
                          struct buffer *why)
{
    char ***list = field;
    size_t count = 0;
    char *copy = NULL;
    if (!type_string.parse(option, text, &copy, why))
        return false;
    while (*list && (*list)[count])
        count++;
    *list = xrealloc(*list, (count + 2) * sizeof **list);
    (*list)[count] = copy;
    (*list)[count + 1] = NULL;
    return true;
}

static bool format_strings(const struct sg_option *option, const void *field, unsigned i,
                           struct buffer *out)
{
    (void)option;
    char *const *list = *(char *const *const *)field;
    for (unsigned k = 0; list && list[k]; k++)
        if (k == i) {
            buffer_append(out, list[k], strlen(list[k]));
            return true;
        }
    return false;
}

static void expect_strings(const struct sg_option *option, struct buffer *out)
{
    type_string.expect(option, out);
}

static void finish_strings(void *field)
{
    char **list = *(char ***)field;
    for (size_t i = 0; list && list[i]; i++)
        free(list[i]);
    free(list);
    *(char ***)field = NULL;
}

const struct option_type type_strings = {"list",         sizeof(char **), true,
                                         true,           parse_strings,   expect_strings,
                                         format_strings, finish_strings};
