/* From a file's text to a settings struct: defaults first, then what the file
 * says, each value judged by its type.  Everything wrong is complained of, not
 * only the first thing. */
#include "options.h"
#include "parse.h"
#include "quote.h"
#include "source.h"
#include "types.h"
#include "../base/check.h"
#include <locale.h>
#include <stdlib.h>
#include <string.h>

/* Lines of the file read last, for options_line(). */
static struct {
    char **names;
    int *lines;
    unsigned count;
} last;

static void remember_lines(const struct assignments *a)
{
    for (unsigned i = 0; i < last.count; i++)
        free(last.names[i]);
    last.names = xrealloc(last.names, (a->count + 1) * sizeof *last.names);
    last.lines = xrealloc(last.lines, (a->count + 1) * sizeof *last.lines);
    for (unsigned i = 0; i < a->count; i++) {
        last.names[i] = xstrdup(a->all[i].name);
        last.lines[i] = a->all[i].line;
    }
    last.count = a->count;
}

int options_line(const char *option)
{
    for (unsigned i = 0; option && i < last.count; i++)
        if (strcmp(last.names[i], option) == 0)
            return last.lines[i];
    return 0;
}

/* ---------------------------------------------------------- one option -- */

static void clear_field(const struct sg_option *option, void *settings)
{
    const struct option_type *type = option_type(option->type);
    void *field = option_field(option, settings);
    if (type->finish)
        type->finish(field);
    memset(field, 0, type->size);
}

/* What a value that was not accepted ought to be. */
static void complain_value(const struct sg_option *option, const char *file, int line,
                           const char *value, struct buffer *why, struct complaints *c)
{
    if (buffer_len(why) == 0)
        option_type(option->type)->expect(option, why);
    complain(c, file, line, option->name, option->type == SG_SECRET ? NULL : excerpt(value),
             "expected %s", buffer_cstr(why));
}

static bool set_value(const struct sg_option *option, void *settings, const char *file, int line,
                      const char *value, struct complaints *c)
{
    struct buffer why = {0};
    bool ok = option_type(option->type)->parse(option, value, option_field(option, settings), &why);
    if (!ok)
        complain_value(option, file, line, value, &why, c);
    buffer_finish(&why);
    return ok;
}

struct default_context {
    const struct sg_option *option;
    void *settings;
    struct complaints *c;
};

static bool set_default_word(void *context, const char *word)
{
    struct default_context *d = context;
    return set_value(d->option, d->settings, "default", 0, word, d->c);
}

bool option_set_default(const struct sg_option *option, void *settings, struct complaints *c)
{
    struct default_context context = {option, settings, c};
    if (!option->initial)
        return true;
    if (option_type(option->type)->list)
        return for_each_word(option->initial, set_default_word, &context);
    return set_default_word(&context, option->initial);
}

static void set_from_file(const struct sg_option *option, void *settings,
                          const struct assignment *a, const char *file, struct complaints *c)
{
    const struct option_type *type = option_type(option->type);
    if (!type->list && a->count != 1) {
        complain(c, file, a->line, option->name, NULL, "takes one value, not a list of %u",
                 a->count);
        return;
    }
    unsigned wrong = 0;
    clear_field(option, settings);
    for (unsigned i = 0; i < a->count && wrong < SHOWN_MAX; i++)
        wrong += !set_value(option, settings, file, a->lines[i], a->values[i], c);
    if (wrong) { /* later checks find at least the default */
        clear_field(option, settings);
        option_set_default(option, settings, c);
    }
}

/* --------------------------------------------------------------- tables -- */

/* Calls act for every option of every target; the context is the caller's. */
#define FOR_EACH_OPTION(option, target, targets, count)                                            \
    for (const struct option_target *target = (targets); target < (targets) + (count); target++)   \
        for (const struct sg_option *option = target->options; option && option->name; option++)

static void set_all(const char *file, const struct option_target *targets, unsigned count,
                    struct assignments *a, struct complaints *c)
{
    FOR_EACH_OPTION(option, target, targets, count)
    {
        const struct assignment *set = assignments_find(a, option->name);
        if (set->line)
            set_from_file(option, target->settings, set, file, c);
    }
}

static void remark_obsolete(const char *file, const char *const *obsolete, struct assignments *a,
                            struct complaints *c)
{
    for (; obsolete && *obsolete; obsolete++) {
        const struct assignment *set = assignments_find(a, *obsolete);
        if (set->line)
            remark(c, file, set->line, *obsolete, NULL,
                   "is obsolete and does nothing; it may be removed");
    }
}

bool options_read(const char *file, const struct option_target *targets, unsigned count,
                  const char *const *obsolete, struct complaints *c)
{
    struct assignments a = {0};
    unsigned errors_before = c->errors;
    /* Numbers have a point, and libconfuse speaks English, whatever LANG says. */
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0), before = uselocale(plain);
    FOR_EACH_OPTION(option, target, targets, count)
    {
        assignments_add(&a, option->name)->secret = option->type == SG_SECRET;
        option_set_default(option, target->settings, c);
    }
    for (const char *const *name = obsolete; name && *name; name++)
        assignments_add(&a, *name);
    if (parse_file(file, &a, c)) {
        set_all(file, targets, count, &a, c);
        remark_obsolete(file, obsolete, &a, c);
    }
    remember_lines(&a);
    assignments_finish(&a);
    uselocale(before);
    freelocale(plain);
    return c->errors == errors_before;
}

void options_free(const struct option_target *targets, unsigned count)
{
    FOR_EACH_OPTION(option, target, targets, count)
    {
        if (option_type(option->type))
            clear_field(option, target->settings);
    }
}
