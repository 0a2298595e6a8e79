/* Dialogues that a careless server may read differently from whoever looks on: each is
 * one trick.  Some are honest, so that what should arrive is seen to. */
#ifndef SMUGGLING_HOSTILE_H
#define SMUGGLING_HOSTILE_H

#include "../stress/bytes.h"
#include <stdbool.h>

/* In the text `#` is the number of the case, by which its messages are known again, `^` a
 * long word; at `~` the client waits until nothing more is answered. */
struct hostile {
    const char *name;
    const char *text;
    bool honest; /* one message must arrive */
};

extern const struct hostile hostiles[];
extern const unsigned hostile_count;

/* How it is sent. */
enum pace { PACE_GATED, PACE_AT_ONCE, PACE_BYTES, PACES };
extern const char *const pace_names[PACES];

/* All that the client says, with `~` where it waits. */
void hostile_text(const struct hostile *h, unsigned number, struct bytes *text);

#endif
