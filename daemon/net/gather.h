/* What the two halves of a connection share: reading and events (conn.c), and
 * writing (gather.c).  Nobody else includes this. */
#ifndef SG_NET_GATHER_H
#define SG_NET_GATHER_H

#include "conn.h"
#include <stdbool.h>

/* Where sockets are read to.  Spans in it are sent without a copy. */
#define CONN_SCRATCH ((size_t)262144)
#define CONN_READ ((size_t)65536) /* of it, by who does not expect much */
extern char conn_scratch[CONN_SCRATCH];

/* The connection is to be served this turn or the next. */
void conn_enlist(struct conn *c);
/* Writing failed: told by `error`, from the loop, after what is still to be read. */
void conn_fail(struct conn *c, int error);

/* Sends `out`.  True if that emptied it. */
bool gather_drain(struct conn *c);
/* The connection is closed: its spans are not sent. */
void gather_drop(struct conn *c);
/* Sends what all connections have gathered; after it scratch may be used. */
void gather_flush_all(void);
/* Sends the FIN if it is due. */
void gather_shut(struct conn *c);

#endif
