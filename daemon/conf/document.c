/* The manual's list of options, from the same table that reads them. */
#include "options.h"
#include "types.h"
#include <string.h>

/* Text for mdoc(7): a backslash is written \e, a sentence begins a line, and a
 * line that begins with a dot or an apostrophe would be a macro. */
static void put_text(const char *text, FILE *out)
{
    const char *start = text;
    if (*text == '.' || *text == '\'')
        fputs("\\&", out);
    for (; *text; text++) {
        if (*text == '\\')
            fputs("\\e", out);
        else if (*text == ' ' && text > start && text[-1] == '.')
            fputc('\n', out);
        else
            fputc(*text, out);
    }
}

/* The same after a macro, where words such as "No" would be macros, too. */
static void put_words(const char *text, FILE *out)
{
    for (; *text; text++) {
        if (*text == '\\')
            fputs("\\e", out);
        else if (*text == ' ')
            fputs(" \\&", out);
        else
            fputc(*text, out);
    }
}

static void put_choices(const struct sg_option *option, FILE *out)
{
    if (!option->choices)
        return;
    fputs(option->type == SG_FLAGS ? "Any of\n" : "One of\n", out);
    for (unsigned i = 0; option->choices[i]; i++)
        fprintf(out, ".Cm %s%s\n", option->choices[i], option->choices[i + 1] ? " ," : " .");
}

static void put_limits(const struct sg_option *option, FILE *out)
{
    const struct option_type *type = option_type(option->type);
    struct buffer words = {0};
    if (option->max <= option->min)
        return;
    type->expect(option, &words);
    fputs("Takes ", out);
    put_text(buffer_cstr(&words), out);
    fputs(".\n", out);
    buffer_finish(&words);
}

static void put_default(const struct sg_option *option, FILE *out)
{
    if (!option->initial) {
        fputs("Not set by default.\n", out);
        return;
    }
    fputs("The default is\n.Ql \\&", out);
    put_words(option->initial, out);
    fputs("\\& .\n", out);
}

void options_document(const struct sg_option *options, FILE *out)
{
    for (const struct sg_option *o = options; o && o->name; o++) {
        fprintf(out, ".It Ic %s No = Ar %s\n", o->name, option_type(o->type)->argument);
        put_text(o->help ? o->help : "", out);
        fputs(".\n", out);
        put_choices(o, out);
        put_limits(o, out);
        put_default(o, out);
    }
}
