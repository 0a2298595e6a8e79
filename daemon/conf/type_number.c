/* Options that are numbers: yes and no, counts, sizes, times, permissions.
 * A number has one notation, decimal; a leading zero means nothing, but in
 * permissions, which are octal always. */
#include "types.h"
#include "../base/span.h"
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

/* ------------------------------------------------------------- yes or no -- */

static const struct {
    const char *word;
    int value;
} bool_words[] = {
    {"yes", 1}, {"no", 0}, {"on", 1}, {"off", 0}, {"true", 1}, {"false", 0}, {"1", 1}, {"0", 0},
};

static bool parse_bool(const struct sg_option *option, const char *text, void *field,
                       struct buffer *why)
{
    (void)option, (void)why;
    for (size_t i = 0; i < sizeof bool_words / sizeof *bool_words; i++)
        if (strcasecmp(text, bool_words[i].word) == 0) {
            *(int *)field = bool_words[i].value;
            return true;
        }
    return false;
}

static void expect_bool(const struct sg_option *option, struct buffer *out)
{
    (void)option;
    buffer_printf(out, "yes or no");
}

static bool format_bool(const struct sg_option *option, const void *field, unsigned i,
                        struct buffer *out)
{
    (void)option;
    if (i > 0)
        return false;
    buffer_printf(out, "%s", *(const int *)field ? "yes" : "no");
    return true;
}

const struct option_type type_bool = {"yes | no", sizeof(int), false,       false,
                                      parse_bool, expect_bool, format_bool, NULL};

/* ---------------------------------------------------------------- counts -- */

static bool parse_int(const struct sg_option *option, const char *text, void *field,
                      struct buffer *why)
{
    (void)why;
    const char *digits = text + (*text == '-');
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    if (!isdigit((unsigned char)*digits) || *end || errno)
        return false;
    if (option->max > option->min && (value < option->min || value > option->max))
        return false;
    *(long *)field = value;
    return true;
}

static void expect_int(const struct sg_option *option, struct buffer *out)
{
    buffer_printf(out, "a whole number");
    if (option->max > option->min)
        buffer_printf(out, " from %ld to %ld", option->min, option->max);
}

static bool format_int(const struct sg_option *option, const void *field, unsigned i,
                       struct buffer *out)
{
    (void)option;
    if (i > 0)
        return false;
    buffer_printf(out, "%ld", *(const long *)field);
    return true;
}

const struct option_type type_int = {"number",  sizeof(long), false,      false,
                                     parse_int, expect_int,   format_int, NULL};

/* --------------------------------------------- numbers with a unit after -- */

struct unit {
    const char *suffix;
    uint64_t factor;
};

/* Digits and one of the units; NULL suffix ends the table. */
static bool parse_scaled(const struct sg_option *option, const char *text, const struct unit *units,
                         uint64_t *value)
{
    size_t digits = strspn(text, "0123456789");
    unsigned long long number;
    if (!span_number(span_of(text, digits), &number))
        return false;
    while (units->suffix && strcasecmp(units->suffix, text + digits) != 0)
        units++;
    /* Nothing is larger than what a signed 64-bit number holds, so that
     * sums of a few of them cannot overflow unnoticed. */
    if (!units->suffix || number > INT64_MAX / units->factor)
        return false;
    *value = number * units->factor;
    return option->max <= option->min ||
           (*value >= (uint64_t)option->min && *value <= (uint64_t)option->max);
}

/* The largest unit that divides the value, but never one below `floor`, so
 * that small numbers stay as people write them. */
static void write_scaled(uint64_t value, const struct unit *units, struct buffer *out)
{
    const struct unit *best = NULL;
    for (; units->suffix; units++)
        if (value % units->factor == 0 && (!best || (value && units->factor > best->factor)))
            best = units;
    buffer_printf(out, "%" PRIu64 "%s", value / best->factor, best->suffix);
}

bool option_limits(const struct sg_option *option, struct buffer *out,
                   void (*write)(uint64_t value, struct buffer *out))
{
    if (option->max <= option->min)
        return false;
    buffer_printf(out, " from ");
    write((uint64_t)option->min, out);
    buffer_printf(out, " to ");
    write((uint64_t)option->max, out);
    return true;
}

/* Words for units; a beginning of one will do ("min"), the first that fits counts. */
static const struct {
    const char *word, *unit;
} unit_words[] = {
    {"minutes", "m"},   {"mins", "m"},      {"seconds", "s"},   {"secs", "s"},
    {"hours", "h"},     {"hrs", "h"},       {"days", "d"},      {"milliseconds", "ms"},
    {"msecs", "ms"},    {"kilobytes", "K"}, {"kb", "K"},        {"kib", "K"},
    {"megabytes", "M"}, {"mb", "M"},        {"mib", "M"},       {"gigabytes", "G"},
    {"gb", "G"},        {"gib", "G"},       {"terabytes", "T"},
};

const char *unit_meant(const char *word)
{
    const size_t n = strlen(word);
    for (size_t i = 0; n && i < sizeof unit_words / sizeof *unit_words; i++)
        if (strncasecmp(unit_words[i].word, word, n) == 0)
            return unit_words[i].unit;
    return NULL;
}

/* As people write it with a blank: what our notation is. */
static void say_what_is_meant(const char *text, struct buffer *why)
{
    const size_t digits = strspn(text, "0123456789");
    const char *unit = unit_meant(text + digits + strspn(text + digits, " \t"));
    if (digits > 0 && digits < 18 && unit && strcasecmp(unit, text + digits) != 0)
        buffer_printf(why, "a number with its unit after it, without a blank: %.*s%s", (int)digits,
                      text, unit);
}

static const struct unit size_units[] = {
    {"", 1},         {"K", 1 << 10},  {"M", 1 << 20},  {"G", 1 << 30}, {"T", 1ull << 40},
    {"KB", 1 << 10}, {"MB", 1 << 20}, {"GB", 1 << 30}, {NULL, 0},
};
static const struct unit size_units_written[] = {
    {"", 1}, {"M", 1 << 20}, {"G", 1 << 30}, {NULL, 0}};

static void write_size(uint64_t value, struct buffer *out)
{
    write_scaled(value, size_units_written, out);
}

static bool parse_size(const struct sg_option *option, const char *text, void *field,
                       struct buffer *why)
{
    const bool ok = parse_scaled(option, text, size_units, field);
    if (!ok)
        say_what_is_meant(text, why);
    return ok;
}

static void expect_size(const struct sg_option *option, struct buffer *out)
{
    buffer_printf(out, "a size in bytes such as 4096, 64K or 10M");
    option_limits(option, out, write_size);
}

static bool format_size(const struct sg_option *option, const void *field, unsigned i,
                        struct buffer *out)
{
    (void)option;
    if (i > 0)
        return false;
    write_size(*(const uint64_t *)field, out);
    return true;
}

const struct option_type type_size = {"size",     sizeof(uint64_t), false,       false,
                                      parse_size, expect_size,      format_size, NULL};

static const struct unit time_units[] = {
    {"", 1000},      {"ms", 1},        {"s", 1000}, {"m", 60 * 1000},
    {"h", 3600000u}, {"d", 86400000u}, {NULL, 0},
};
static const struct unit time_units_written[] = {{"ms", 1}, {"", 1000}, {NULL, 0}};

static void write_duration(uint64_t value, struct buffer *out)
{
    if (value == 0)
        buffer_printf(out, "0");
    else
        write_scaled(value, time_units_written, out);
}

static bool parse_duration(const struct sg_option *option, const char *text, void *field,
                           struct buffer *why)
{
    const bool ok = parse_scaled(option, text, time_units, field);
    if (!ok)
        say_what_is_meant(text, why);
    return ok;
}

static void expect_duration(const struct sg_option *option, struct buffer *out)
{
    buffer_printf(out, "a time such as 30 (seconds), 500ms, 5m or 2h");
    if (option_limits(option, out, write_duration))
        buffer_printf(out, " seconds");
}

static bool format_duration(const struct sg_option *option, const void *field, unsigned i,
                            struct buffer *out)
{
    (void)option;
    if (i > 0)
        return false;
    write_duration(*(const uint64_t *)field, out);
    return true;
}

const struct option_type type_duration = {"time",         sizeof(uint64_t), false,           false,
                                          parse_duration, expect_duration,  format_duration, NULL};

/* ------------------------------------------------------------- fractions -- */

static bool parse_float(const struct sg_option *option, const char *text, void *field,
                        struct buffer *why)
{
    (void)option, (void)why;
    if (text[strspn(text, "+-.0123456789")] != '\0')
        return false; /* strtod() also knows hexadecimal, "inf" and "nan" */
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end || !isfinite(value))
        return false;
    *(double *)field = value;
    return true;
}

static void expect_float(const struct sg_option *option, struct buffer *out)
{
    (void)option;
    buffer_printf(out, "a number such as 7 or 2.5");
}

static bool format_float(const struct sg_option *option, const void *field, unsigned i,
                         struct buffer *out)
{
    (void)option;
    if (i > 0)
        return false;
    buffer_printf(out, "%.15g", *(const double *)field);
    return true;
}

const struct option_type type_float = {"number",    sizeof(double), false,        false,
                                       parse_float, expect_float,   format_float, NULL};

/* ----------------------------------------------------------- permissions -- */

static bool parse_mode(const struct sg_option *option, const char *text, void *field,
                       struct buffer *why)
{
    (void)option, (void)why;
    size_t digits = strspn(text, "01234567");
    if (digits == 0 || digits > 5 || text[digits] != '\0')
        return false;
    unsigned long value = strtoul(text, NULL, 8);
    *(unsigned *)field = (unsigned)value;
    return value <= 07777;
}

static void expect_mode(const struct sg_option *option, struct buffer *out)
{
    (void)option;
    buffer_printf(out, "file permissions in octal such as 0660");
}

static bool format_mode(const struct sg_option *option, const void *field, unsigned i,
                        struct buffer *out)
{
    (void)option;
    if (i > 0)
        return false;
    buffer_printf(out, "%04o", *(const unsigned *)field);
    return true;
}

const struct option_type type_mode = {"mode",     sizeof(unsigned), false,       false,
                                      parse_mode, expect_mode,      format_mode, NULL};
