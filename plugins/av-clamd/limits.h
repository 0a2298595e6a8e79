/* What clamd itself looks at: less than it is shown, if nobody compares. */
#ifndef AV_CLAMD_LIMITS_H
#define AV_CLAMD_LIMITS_H

#include "check.h"

/* In `configure`: one line in the log with clamd's limits beside ours, if clamd's
 * configuration is here and is that of the clamd we ask. */
void limits_compare(struct clamd *my);

#endif
