/* The queue that keeps replies in the order of the commands: one slot for each
 * command in flight, which the server will answer or the relay has. */
#ifndef SG_SMTP_SLOTS_H
#define SG_SMTP_SLOTS_H

#include "../base/span.h"
#include "command.h"
#include <stdint.h>

struct slot {
    uint8_t verb;  /* enum verb */
    uint8_t mark;  /* the session's own, which reply this is */
    uint16_t mail; /* … and of which transaction */
    char *local;   /* the whole reply with its CRLF, owned; NULL: the server answers */
    char *note;    /* what the reply's handling needs (an address, a HELO name), owned */
};

#define SLOTS_INLINE 2u

/* All zero is an empty queue.  More than SLOTS_INLINE go to the heap, until empty. */
struct slots {
    struct slot few[SLOTS_INLINE];
    struct slot *many; /* a ring of `room`, or NULL: `few` is the ring */
    uint16_t room, first, count;
};

/* The queue takes ownership of both strings. */
void slots_push(struct slots *q, struct slot slot);
const struct slot *slots_head(const struct slots *q); /* NULL if empty; valid until push or pop */
struct slot slots_pop(struct slots *q);               /* the caller owns its strings */
bool slots_owe(const struct slots *q, uint8_t verb);  /* is a reply to such a command awaited? */
unsigned slots_awaited(const struct slots *q);        /* how many the server owes */
void slots_finish(struct slots *q);

#endif
