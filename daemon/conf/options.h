/* Typed option tables: parsing a libconfuse file into the struct a table
 * describes, printing it back, and the manual's list.  The only user of
 * confuse.h.  Used for the core file, for plugins' files, by -T and the docs. */
#ifndef SG_CONF_OPTIONS_H
#define SG_CONF_OPTIONS_H

#include "../base/complaint.h"
#include "smtp-gated/plugin.h"
#include <stdbool.h>
#include <stdio.h>

/* One struct to fill by one table. */
struct option_target {
    const struct sg_option *options; /* ends with name NULL */
    void *settings;
};

/* Fills `count` targets from one file (they share one name space), defaults
 * first.  Memory of strings and lists belongs to the settings: options_free().
 * `obsolete`: NULL or NULL-terminated names that are accepted, ignored and
 * remarked.  An unknown option is an error that names the nearest known one.
 * False if errors were added. */
bool options_read(const char *file, const struct option_target *targets, unsigned count,
                  const char *const *obsolete, struct complaints *c);

/* Line of an option in the file last read by options_read(), 0 if it was not set. */
int options_line(const char *option);

/* Also after options_read() failed: whatever was filled until then. */
void options_free(const struct option_target *targets, unsigned count);

void options_print(const struct option_target *target, FILE *out); /* "name = value" lines */
/* The bare value and LF, for scripts; of a list, a line each. */
bool options_print_one(const struct option_target *target, const char *name, FILE *out);
/* One option's default into zeroed settings; false and complained if the table
 * holds one that its own type refuses. */
bool option_set_default(const struct sg_option *option, void *settings, struct complaints *c);
/* The text of an option's value, as the file would have it. */
void option_format(const struct sg_option *option, const void *settings, struct buffer *out);
/* The same without quotes and braces, for people and scripts. */
void option_show(const struct sg_option *option, const void *settings, const char *between,
                 struct buffer *out);
/* mdoc(7) list items, for the manual. */
void options_document(const struct sg_option *options, FILE *out);

#endif
