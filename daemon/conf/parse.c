/* The only file that knows libconfuse.  Every option is a list of strings to
 * it, so that types, ranges and the number of values are judged in one place
 * and in one voice, with the line of each value.
 *
 * libconfuse stops at the first name it does not know.  To show all of them
 * in one run the text is parsed again with that name added to the known ones,
 * until none is left. */
#include "parse.h"
#include "quote.h"
#include "source.h"
#include "types.h"
#include "../base/check.h"
#include <confuse.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --------------------------------------------------------- assignments -- */

struct assignment *assignments_add(struct assignments *a, const char *name)
{
    if (a->count == a->room) {
        a->room = a->room ? 2 * a->room : 64;
        a->all = xrealloc(a->all, a->room * sizeof *a->all);
    }
    a->all[a->count] = (struct assignment){.name = name};
    return &a->all[a->count++];
}

struct assignment *assignments_find(struct assignments *a, const char *name)
{
    for (unsigned i = 0; i < a->count; i++)
        if (strcmp(a->all[i].name, name) == 0)
            return &a->all[i];
    return NULL;
}

static void forget_values(struct assignment *a)
{
    for (unsigned i = 0; i < a->count; i++)
        free(a->values[i]);
    free(a->values);
    free(a->lines);
    *a = (struct assignment){.name = a->name, .secret = a->secret};
}

static void add_value(struct assignment *a, const char *value, int line)
{
    if (a->count % 16 == 0) {
        a->values = xrealloc(a->values, (a->count + 16) * sizeof *a->values);
        a->lines = xrealloc(a->lines, (a->count + 16) * sizeof *a->lines);
    }
    a->values[a->count] = xstrdup(value);
    a->lines[a->count] = line;
    a->count++;
    a->line = line;
}

void assignments_finish(struct assignments *a)
{
    for (unsigned i = 0; i < a->count; i++)
        forget_values(&a->all[i]);
    free(a->all);
    *a = (struct assignments){0};
}

/* ---------------------------------------------------- libconfuse's side -- */

/* One run of libconfuse; its callbacks carry no pointer of ours, and its lexer
 * is global anyway. */
static struct run {
    const char *file, *text;
    struct assignments *known;
    struct complaints *c;
    char *unknown; /* the name that stopped it */
} run;

/* Does this line, counted from 1, set a password? */
static bool is_secret(int line)
{
    const char *at = run.text;
    while (--line > 0 && (at = strchr(at, '\n')) != NULL)
        at++;
    for (unsigned i = 0; at && i < run.known->count; i++) {
        const char *name = run.known->all[i].name, *word = at + strspn(at, " \t");
        const size_t n = strlen(name);
        if (run.known->all[i].secret && strncmp(word, name, n) == 0 && strchr(" \t=+", word[n]))
            return true;
    }
    return false;
}

static int take_value(cfg_t *cfg, cfg_opt_t *opt, const char *value, void *result)
{
    struct assignment *a = assignments_find(run.known, opt->name);
    if (opt->nvalues == 1 && a->count > 0) { /* a new assignment, not += */
        int overridden = a->line;
        forget_values(a);
        a->overridden = overridden;
    }
    add_value(a, value, cfg->line);
    *(const char **)result = value;
    return 0;
}

/* What libconfuse says, by the start of its format, and what we say.  In ours
 * the %s is its first argument, if it has one. */
static const struct {
    const char *theirs, *ours;
    bool value; /* its argument is what was found there */
} sentences[] = {
    {"missing equal sign after option", "an option is written NAME = VALUE", false},
    {"unexpected token",
     "cannot stand here; an option is written NAME = VALUE, a list of "
     "values NAME = {VALUE, VALUE}",
     true},
    {"unexpected closing brace", "closes a list that was never opened", false},
    {"premature end of file", "the file ends in the middle of an option", false},
};

static void tell(int line, const char *fmt, const char *argument, const char *whole)
{
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++) {
        const char *shown = argument && !is_secret(line) ? excerpt(argument) : NULL;
        bool value = sentences[i].value;
        if (strncmp(fmt, sentences[i].theirs, strlen(sentences[i].theirs)) != 0)
            continue;
        complain(run.c, run.file, line, value ? NULL : shown, value ? shown : NULL, "%s",
                 sentences[i].ours);
        return;
    }
    complain(run.c, run.file, line, NULL, NULL, "is not understood: %s",
             is_secret(line) ? "what is written here" : excerpt(whole));
}

static void take_unknown(const char *name, int line)
{
    const char *near = nearest_name(name, run.known), *unit = near ? NULL : unit_meant(name);
    run.unknown = xstrdup(name);
    if (is_secret(line))
        complain(run.c, run.file, line, NULL, NULL, "a password with blanks stands between quotes");
    else if (unit)
        complain(
            run.c, run.file, line, excerpt(name), NULL,
            "is not an option; a number and its unit are one word, without a blank, such as 5%s",
            unit);
    else
        complain(run.c, run.file, line, excerpt(name), NULL,
                 near ? "is not known; perhaps %s is meant" : "is not known%s", near ? near : "");
}

static void take_error(cfg_t *cfg, const char *fmt, va_list ap)
{
    char whole[256];
    va_list copy;
    va_copy(copy, ap);
    vsnprintf(whole, sizeof whole, fmt, copy);
    va_end(copy);
    const char *argument = strstr(fmt, "%s") ? va_arg(ap, const char *) : NULL;
    if (argument && strcmp(fmt, "no such option '%s'") == 0)
        take_unknown(argument, cfg->line);
    else
        tell(cfg->line, fmt, argument, whole);
}

static cfg_opt_t *make_options(const struct assignments *known, char *const *unknown,
                               unsigned unknowns)
{
    const cfg_opt_t end = CFG_END();
    cfg_opt_t *options = xcalloc(known->count + unknowns + 1, sizeof *options), *o = options;
    for (unsigned i = 0; i < known->count; i++) {
        const cfg_opt_t one = CFG_STR_LIST_CB(known->all[i].name, NULL, CFGF_NODEFAULT, take_value);
        *o++ = one;
    }
    for (unsigned i = 0; i < unknowns; i++) {
        const cfg_opt_t one = CFG_STR_LIST(unknown[i], NULL, CFGF_NODEFAULT);
        *o++ = one;
    }
    *o = end;
    return options;
}

/* The line of the last "NAME =", roughly: the name might also stand in a value. */
static int line_of_name(const char *text, const char *name)
{
    int line = 1, found = 0;
    for (const char *p = text; *p; p++) {
        size_t n = strlen(name);
        if (strncmp(p, name, n) == 0 && p[n + strspn(p + n, " \t")] == '=')
            found = line;
        line += *p == '\n';
    }
    return found;
}

/* An empty list calls nobody back, so it is found afterwards. */
static void note_empty_lists(cfg_t *cfg, const char *text)
{
    for (unsigned i = 0; i < run.known->count; i++) {
        struct assignment *a = &run.known->all[i];
        const cfg_opt_t *opt = cfg_getopt(cfg, a->name);
        if (opt->flags & CFGF_MODIFIED && opt->nvalues == 0) {
            forget_values(a);
            a->line = line_of_name(text, a->name);
        }
    }
}

static bool run_once(char *text, char *const *unknown, unsigned unknowns)
{
    cfg_opt_t *options = make_options(run.known, unknown, unknowns);
    cfg_t *cfg = cfg_init(options, CFGF_NONE);
    FILE *in = fmemopen(text, strlen(text), "r");
    check(cfg && in);
    cfg_set_error_function(cfg, take_error);
    unsigned errors_before = run.c->errors;
    bool ok = cfg_parse_fp(cfg, in) == CFG_SUCCESS;
    if (ok)
        note_empty_lists(cfg, text);
    else if (run.c->errors == errors_before)
        complain(run.c, run.file, cfg->line, NULL, NULL, "no option's name stands here");
    fclose(in);
    cfg_free(cfg);
    free(options);
    return ok;
}

/* A name that libconfuse does not find even when it is told of it ("a|b"). */
static bool repeated(char *const *unknown, unsigned unknowns)
{
    return unknowns > 1 && strcmp(unknown[unknowns - 1], unknown[unknowns - 2]) == 0;
}

static bool run_until_all_is_known(char *text)
{
    char *unknown[SHOWN_MAX];
    unsigned unknowns = 0;
    bool ok;
    do {
        for (unsigned i = 0; i < run.known->count; i++)
            forget_values(&run.known->all[i]);
        run.unknown = NULL;
        ok = run_once(text, unknown, unknowns);
        if (run.unknown)
            unknown[unknowns++] = run.unknown;
    } while (run.unknown && unknowns < SHOWN_MAX && !repeated(unknown, unknowns));
    for (unsigned i = 0; i < unknowns; i++)
        free(unknown[i]);
    return ok && unknowns == 0;
}

bool parse_file(const char *file, struct assignments *a, struct complaints *c)
{
    char *text = source_read(file, c);
    if (!text)
        return false;
    run = (struct run){.file = file, .text = text, .known = a, .c = c};
    bool ok = source_prepare(file, text, c) && run_until_all_is_known(text);
    for (unsigned i = 0; ok && i < a->count; i++)
        if (a->all[i].overridden)
            remark(c, file, a->all[i].line, a->all[i].name, NULL,
                   "is set again; line %d counts no more", a->all[i].overridden);
    free(text);
    return ok;
}
