/* How messages are kept for the checks, as the core file says, and what it costs. */
#ifndef SG_SESSION_HOOKS_KEEPING_H
#define SG_SESSION_HOOKS_KEEPING_H

#include "../store/spool.h"

const struct spool_policy *keeping_policy(void); /* of this worker; the same at every call */

/* What spool_leave_on has kept is swept: at once, every minute, and after more was kept. */
void keeping_open(void); /* service is known, and the loop is open */
void keeping_close(void);
void keeping_left(void); /* one more was kept */

#endif
