/* 1.4's grammar: a name, blanks, a value to the end of the line with trailing
 * blanks cut; '#' and ';' begin a comment only where a name could stand.  The
 * last line of an option counts. */
#include "import.h"
#include "import_old.h"
#include "parse.h"
#include "quote.h"
#include "source.h"
#include "../base/check.h"
#include <stdlib.h>
#include <string.h>

const struct old_row old_rows[] = {
#define SAME(name, kind) {#name, CORE, #name, rewrite_##kind, NULL, NULL},
#define MOVED(name, place, option, kind, initial)                                                  \
    {#name, place, option, rewrite_##kind, initial, NULL},
#define DECIDES(name, kind, initial) {#name, NULL, NULL, rewrite_##kind, initial, NULL},
#define GONE(name, why) {#name, NULL, NULL, NULL, NULL, why},
#include "import.def"
#undef SAME
#undef MOVED
#undef DECIDES
#undef GONE
    {NULL, NULL, NULL, NULL, NULL, NULL}};

#define ROWS (sizeof old_rows / sizeof *old_rows - 1)

/* --------------------------------------------------------------- asking -- */

const char *old_say(const struct old_conf *old, const char *name)
{
    const char *initial = "";
    for (size_t i = 0; i < ROWS; i++) {
        if (strcmp(old_rows[i].name, name) != 0)
            continue;
        if (old->values[i].text)
            return old->values[i].text;
        if (old_rows[i].initial)
            initial = old_rows[i].initial;
    }
    return initial;
}

bool old_says(const struct old_conf *old, const char *name, const char *word)
{
    const char *list = old_say(old, name);
    size_t n = strlen(word);
    while (*list) {
        list += strspn(list, ", \t");
        size_t length = strcspn(list, ", \t");
        if (length == n && strncmp(list, word, n) == 0)
            return true;
        list += length;
    }
    return false;
}

bool old_is_yes(const struct old_conf *old, const char *name)
{
    struct buffer word = {0};
    const char *expected;
    rewrite_yes_no(old_say(old, name), &word, &expected);
    bool yes = strcmp(buffer_cstr(&word), "yes") == 0;
    buffer_finish(&word);
    return yes;
}

double old_number(const struct old_conf *old, const char *name)
{
    const char *text = old_say(old, name);
    char *end;
    long number = strtol(text, &end, 0); /* C's notation, unless there is a fraction */
    return *end ? strtod(text, NULL) : (double)number;
}

/* -------------------------------------------------------------- reading -- */

static const char *nearest_old(const char *name)
{
    struct assignments names = {0};
    for (size_t i = 0; i < ROWS; i++)
        assignments_add(&names, old_rows[i].name);
    const char *near = nearest_name(name, &names);
    assignments_finish(&names);
    return near;
}

static void complain_unknown(const struct old_conf *old, int line, const char *name,
                             struct complaints *c)
{
    const char *near = nearest_old(name);
    complain(c, old->file, line, excerpt(name), NULL,
             near ? "is not an option of version 1.4; perhaps %s is meant"
                  : "is not an option of version 1.4%s",
             near ? near : "");
}

static void complain_value(const struct old_conf *old, int line, const char *name,
                           const char *value, const char *expected, struct complaints *c)
{
    complain(c, old->file, line, name, excerpt(value), "expected %s", expected);
}

static bool acceptable(const struct old_row *row, const char *value, const char **expected)
{
    struct buffer scratch = {0};
    bool ok = !row->rewrite || row->rewrite(value, &scratch, expected) != WRONG;
    buffer_finish(&scratch);
    return ok;
}

/* 1.4 also took the number of a word, in C's notation: of one word, also where several may be
 * given. */
static const struct {
    const char *option;
    long number;
    const char *word;
} numbers[] = {
#define NUMBER(option, number, word) {#option, number, word},
#include "import_numbers.def"
#undef NUMBER
};

static const char *word_for(const char *name, const char *value)
{
    char *end;
    const long number = strtol(value, &end, 0);
    for (size_t i = 0; *value && !*end && i < sizeof numbers / sizeof *numbers; i++)
        if (numbers[i].number == number && strcmp(numbers[i].option, name) == 0)
            return numbers[i].word;
    return value;
}

/* Keeps the value in every row of that name; the kind is the same in all. */
static void keep(struct old_conf *old, int line, const char *name, const char *value,
                 struct complaints *c)
{
    const struct old_row *known = NULL;
    const char *expected = "";
    value = word_for(name, value);
    for (size_t i = 0; i < ROWS; i++) {
        if (strcmp(old_rows[i].name, name) != 0)
            continue;
        known = &old_rows[i];
        free(old->values[i].text);
        old->values[i] = (struct old_value){xstrdup(value), line};
    }
    if (!known)
        complain_unknown(old, line, name, c);
    else if (!acceptable(known, value, &expected))
        complain_value(old, line, name, value, expected, c);
}

static void read_line(struct old_conf *old, int line, char *text, struct complaints *c)
{
    char *name = text + strspn(text, " \t"), *end = text + strlen(text);
    while (end > name && strchr(" \t\r", end[-1]))
        *--end = '\0';
    if (*name == '\0' || *name == '#' || *name == ';')
        return;
    char *value = name + strcspn(name, " \t");
    if (*value) {
        *value++ = '\0';
        value += strspn(value, " \t");
    }
    keep(old, line, name, value, c);
}

bool old_read(const char *file, struct old_conf *old, struct complaints *c)
{
    unsigned errors_before = c->errors;
    char *text = source_read(file, c), *rest = text, *line;
    *old = (struct old_conf){file, xcalloc(ROWS, sizeof *old->values)};
    for (int number = 1; text && (line = strsep(&rest, "\n")) != NULL; number++)
        if (c->errors < errors_before + SHOWN_MAX)
            read_line(old, number, line, c);
    free(text);
    return c->errors == errors_before;
}

void old_finish(struct old_conf *old)
{
    for (size_t i = 0; i < ROWS; i++)
        free(old->values[i].text);
    free(old->values);
}

/* ----------------------------------------------------------- recognising -- */

static bool is_old_line(const char *line)
{
    size_t blank = strspn(line, " \t"), n = strcspn(line + blank, " \t=");
    const char *name = line + blank, *behind = name + n;
    for (size_t i = 0; i < ROWS; i++)
        if (strncmp(old_rows[i].name, name, n) == 0 && old_rows[i].name[n] == '\0')
            return n > 0 && *behind != '\0' && behind[strspn(behind, " \t")] != '=';
    return false;
}

bool import_looks_old(const char *file)
{
    struct complaints unwanted = {0};
    char *text = source_read(file, &unwanted), *rest = text, *line;
    bool old = false;
    while (text && !old && (line = strsep(&rest, "\n")) != NULL)
        old = is_old_line(line);
    complaints_finish(&unwanted);
    free(text);
    return old;
}
