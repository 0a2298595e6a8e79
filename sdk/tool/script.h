/* A script, read: what smtp-gated-plugin(1) describes, line by line. */
#ifndef SG_TOOL_SCRIPT_H
#define SG_TOOL_SCRIPT_H

#include "../../daemon/base/complaint.h"
#include <stdbool.h>

struct script_line {
    int number;       /* in the file */
    const char *word; /* ">", "<", "event", … */
    const char *rest; /* after it, trimmed of one blank; "" if nothing */
};

struct script {
    const char *file; /* borrowed */
    char *text;
    struct script_line *lines;
    unsigned count;
};

/* Comments and empty lines are left out.  False and complained. */
bool script_read(const char *file, struct script *s, struct complaints *c);
void script_finish(struct script *s);

#endif
