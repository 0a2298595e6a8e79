/* The types of options, one row each: how a value is read, written and freed.
 * Private to conf/. */
#ifndef SG_CONF_TYPES_H
#define SG_CONF_TYPES_H

#include "../base/buffer.h"
#include "smtp-gated/plugin.h"
#include <stdbool.h>

struct option_type {
    const char *argument; /* what the manual calls a value */
    size_t size;          /* of the field in the settings struct */
    bool list;            /* takes several values; parse() adds one */
    bool quoted;          /* written between quotes */

    /* Stores text into the field, which is zero, or for lists what the values
     * before made of it.  False: it is wrong; why may say more than expect(). */
    bool (*parse)(const struct sg_option *option, const char *text, void *field,
                  struct buffer *why);

    /* The words after "expected": what would be right. */
    void (*expect)(const struct sg_option *option, struct buffer *out);

    /* Appends value number i (without quotes).  False if there is none, so for
     * i = 0: the option is not set. */
    bool (*format)(const struct sg_option *option, const void *field, unsigned i,
                   struct buffer *out);

    /* Frees what the field owns; NULL if nothing. */
    void (*finish)(void *field);
};

/* NULL if there is no such type. */
const struct option_type *option_type(enum sg_option_type type);

extern const struct option_type type_bool, type_int, type_size, type_duration, type_float,
    type_mode;
extern const struct option_type type_string, type_secret, type_path;
extern const struct option_type type_regex, type_regexes;
extern const struct option_type type_ip, type_endpoint, type_nets;
extern const struct option_type type_enum, type_flags, type_strings;

/* True and appends " from MIN to MAX" if the option has limits. */
bool option_limits(const struct sg_option *option, struct buffer *out,
                   void (*write)(uint64_t value, struct buffer *out));

/* "minutes", "sec", "MB" in our notation: "m", "s", "M"; NULL if the word is no unit. */
const char *unit_meant(const char *word);

/* A comma list of words, cut up: calls take for each; false as soon as it is. */
bool for_each_word(const char *text, bool (*take)(void *context, const char *word), void *context);

/* Of the types whose field is a char *: writes it, frees it. */
bool format_text(const struct sg_option *option, const void *field, unsigned i, struct buffer *out);
void finish_text(void *field);

static inline void *option_field(const struct sg_option *option, void *settings)
{
    return (char *)settings + option->offset;
}

static inline const void *option_field_const(const struct sg_option *option, const void *settings)
{
    return (const char *)settings + option->offset;
}

#endif
