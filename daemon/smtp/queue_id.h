/* What a server calls a message that it has taken, for the log: there is no standard,
 * but few habits. */
#ifndef SG_SMTP_QUEUE_ID_H
#define SG_SMTP_QUEUE_ID_H

#include "../base/span.h"

/* text: of the reply to the end of the message, after the code.  Empty if nothing in it
 * looks like an id. */
struct span queue_id(struct span text);

#endif
