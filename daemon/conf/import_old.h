/* The old file, read: what import.c, its values and its rules share. */
#ifndef SG_CONF_IMPORT_OLD_H
#define SG_CONF_IMPORT_OLD_H

#include "../base/complaint.h"
#include <stdbool.h>

#define CORE "smtp-gated" /* the place that is the core file */

/* How a value of 1.4 is written now: appends it to out.  WRONG: 1.4 would not
 * have taken it, and *expected is what it would have.  NOTHING: it says what
 * leaving the option away says. */
enum rewritten { WRITTEN, NOTHING, WRONG };
typedef enum rewritten (*rewrite)(const char *value, struct buffer *out, const char **expected);

#define KIND(name)                                                                                 \
    enum rewritten rewrite_##name(const char *value, struct buffer *out, const char **expected)
KIND(text);
KIND(list);
KIND(number);
KIND(real);
KIND(yes_no);
KIND(mode);
KIND(length);
KIND(limit);
KIND(unless_negative);
KIND(lock_time);
KIND(address);
KIND(source_address);
KIND(forbid);
KIND(level);
KIND(facility);
KIND(statefile_type);
KIND(leave_on);
KIND(log_words);
KIND(lock_words);
KIND(skip_words);
KIND(mode_words);
KIND(auth_word);
KIND(spf_word);
KIND(antivirus_word);
KIND(antispam_word);
KIND(header_word);

/* One row of import.def. */
struct old_row {
    const char *name;
    const char *place;   /* CORE, a plugin, or NULL: see option and why */
    const char *option;  /* its new name; NULL: only asked by the rules */
    rewrite rewrite;     /* NULL: gone */
    const char *initial; /* 1.4's default where it matters */
    const char *why;     /* it is gone */
};

extern const struct old_row old_rows[]; /* ends with name NULL */

struct old_value {
    char *text; /* NULL: not set */
    int line;
};

struct old_conf {
    const char *file;
    struct old_value *values; /* one per row; rows of one name share the text */
};

/* False and complained if 1.4 would have refused it; to be finished anyway. */
bool old_read(const char *file, struct old_conf *old, struct complaints *c);
void old_finish(struct old_conf *old);

/* What the old file says, or else 1.4's default; "" if there is none. */
const char *old_say(const struct old_conf *old, const char *name);

/* True if word is one of the comma list that the option says. */
bool old_says(const struct old_conf *old, const char *name, const char *word);
bool old_is_yes(const struct old_conf *old, const char *name);
double old_number(const struct old_conf *old, const char *name);

/* The plugins a 1.4 could stand for. */
struct old_plugin {
    const char *number, *name;                                         /* NN-NAME.conf */
    bool (*wanted)(const struct old_conf *old);                        /* it was switched on */
    void (*more)(const struct old_conf *old, struct buffer *out);      /* lines without a row */
    void (*comment)(const struct old_conf *old, struct complaints *c); /* remarks */
};

extern const struct old_plugin old_plugins[]; /* ends with name NULL */

#endif
