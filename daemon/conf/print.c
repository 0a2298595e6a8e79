/* Settings as text: a line of a file that says the same again (-T), or a bare
 * value for scripts (-C). */
#include "options.h"
#include "quote.h"
#include "types.h"
#include <string.h>

static bool append_value(const struct sg_option *option, const void *settings, unsigned i,
                         struct buffer *out)
{
    const struct option_type *type = option_type(option->type);
    struct buffer plain = {0};
    bool there = type->format(option, option_field_const(option, settings), i, &plain);
    size_t n = buffer_len(&plain);
    if (there)
        (type->quoted ? quote_text : quote_word)(buffer_cstr(&plain), n, out);
    buffer_finish(&plain);
    return there;
}

static bool is_set(const struct sg_option *option, const void *settings)
{
    struct buffer scratch = {0};
    bool set = option_type(option->type)
                   ->format(option, option_field_const(option, settings), 0, &scratch);
    buffer_finish(&scratch);
    return set;
}

void option_format(const struct sg_option *option, const void *settings, struct buffer *out)
{
    if (!option_type(option->type)->list) {
        append_value(option, settings, 0, out);
        return;
    }
    struct buffer value = {0};
    buffer_printf(out, "{");
    for (unsigned i = 0; append_value(option, settings, i, &value); i++) {
        buffer_printf(out, "%s%s", i > 0 ? ", " : "", buffer_cstr(&value));
        buffer_consume(&value, buffer_len(&value));
    }
    buffer_printf(out, "}");
    buffer_finish(&value);
}

/* An option that is not set is a comment, unless that takes its default away:
 * then the line says so. */
void options_print(const struct option_target *target, FILE *out)
{
    for (const struct sg_option *o = target->options; o && o->name; o++) {
        struct buffer value = {0};
        option_format(o, target->settings, &value);
        const bool set = is_set(o, target->settings);
        if (!set && !o->initial)
            fprintf(out, "# %s is not set\n", o->name);
        else if (set && o->type == SG_SECRET)
            fprintf(out, "# %s is set, and not shown\n", o->name);
        else
            fprintf(out, "%s = %s\n", o->name, buffer_len(&value) ? buffer_cstr(&value) : "\"\"");
        buffer_finish(&value);
    }
}

void option_show(const struct sg_option *option, const void *settings, const char *between,
                 struct buffer *out)
{
    const struct option_type *type = option_type(option->type);
    const void *field = option_field_const(option, settings);
    struct buffer value = {0};
    for (unsigned i = 0; type->format(option, field, i, &value); i++) {
        buffer_printf(out, "%s%s", i > 0 ? between : "", buffer_cstr(&value));
        buffer_consume(&value, buffer_len(&value));
    }
    buffer_finish(&value);
}

static void print_bare(const struct sg_option *option, const void *settings, FILE *out)
{
    struct buffer value = {0};
    option_show(option, settings, "\n", &value);
    fprintf(out, "%s\n", buffer_cstr(&value));
    buffer_finish(&value);
}

bool options_print_one(const struct option_target *target, const char *name, FILE *out)
{
    for (const struct sg_option *o = target->options; o && o->name; o++)
        if (strcmp(o->name, name) == 0) {
            print_bare(o, target->settings, out);
            return true;
        }
    return false;
}
