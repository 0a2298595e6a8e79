/* How messages are kept for the checks, as the core file says, and what it costs. */
#ifndef SG_SESSION_HOOKS_KEEPING_H
#define SG_SESSION_HOOKS_KEEPING_H

#include "../store/spool.h"

const struct spool_policy *keeping_policy(void); /* of this worker; the same at every call */

#endif
