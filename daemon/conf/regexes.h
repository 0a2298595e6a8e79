/* A list of patterns, compiled from the configuration once and matched by sg_regex_match(),
 * which plugins call. */
#ifndef SG_CONF_REGEXES_H
#define SG_CONF_REGEXES_H

#include "../base/buffer.h"
#include "smtp-gated/plugin.h"
#include <stdbool.h>

/* Adds a pattern; *list may be NULL.  False if it does not compile; why then says where. */
bool regexes_add(struct sg_regexes **list, const char *text, struct buffer *why);

/* Pattern i as text; false if there are fewer. */
bool regexes_format(const struct sg_regexes *list, unsigned i, struct buffer *out);

void regexes_destroy(struct sg_regexes *list);

#endif
