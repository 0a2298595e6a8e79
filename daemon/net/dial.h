/* Connecting. */
#ifndef SG_NET_DIAL_H
#define SG_NET_DIAL_H

#include "conn.h"
#include <stdbool.h>
#include <sys/socket.h>

struct dial {
    const struct sockaddr *to;
    const struct sockaddr *from; /* NULL: the kernel's choice.  Its port 0: any */
    bool transparent;            /* `from` is not ours: IP_TRANSPARENT */
    int mark;                    /* SO_MARK, 0: none */
};

/* Starts connecting c (TCP_NODELAY, non-blocking); `connected` or `error` follows, never from
 * inside the call.  What is written before goes out with the connection.  0,
 * or -1 and errno at once. */
int dial_start(struct conn *c, const struct dial *dial, const struct conn_ops *ops,
               size_t keep_max);

#endif
