/* What is wrong with a configuration, as sentences that teach: where, what was
 * found, what would be right.  Collected, so that one run shows them all. */
#ifndef SG_BASE_COMPLAINT_H
#define SG_BASE_COMPLAINT_H

#include "buffer.h"

struct complaints {
    struct buffer text; /* lines ending in LF */
    unsigned errors, notices;
};

/* "FILE:LINE: option 'NAME': found 'VALUE'; EXPECTED".  line 0 and NULL name or
 * value are left out. */
void complain(struct complaints *c, const char *file, int line, const char *option,
              const char *value, const char *fmt, ...) __attribute__((format(printf, 6, 7)));
/* The same, but not an error: obsolete options, ignored files. */
void remark(struct complaints *c, const char *file, int line, const char *option, const char *value,
            const char *fmt, ...) __attribute__((format(printf, 6, 7)));
void complaints_add(struct complaints *c, const struct complaints *more);
void complaints_finish(struct complaints *c);

#endif
