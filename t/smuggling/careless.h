/* Toy MTAs that are careless, each in its own way, and what they take. */
#ifndef SMUGGLING_CARELESS_H
#define SMUGGLING_CARELESS_H

#include "../unit/readings.h"
#include <stdbool.h>
#include <stdint.h>

struct dialect {
    struct reading reading; /* its name, too */
    bool no_chunking;       /* offers none; takes the payload for commands */
    bool refuses_chunks;    /* offers them, and then does so, and drops what came with them */
    bool lmtp;              /* an answer for each recipient */
    bool data_250;          /* says 250 where 354 is due, and goes on */
    bool xdata;             /* knows a DATA of another name, that says nothing at first */
    bool xdata_says_ok;     /* … or says 250 */
    bool exchange;          /* knows verbs that nobody else knows */
    bool starttls;          /* says 220, and goes on in clear */
    bool small_lines;       /* has a buffer of 512 bytes */
};

enum { DIALECTS = 23 };
extern const struct dialect dialects[DIALECTS];

/* A session is of the case whose number is in the client's first line ("EHLO c12.…"),
 * and gets the dialect number % DIALECTS. */
uint16_t careless_listen(void);
extern unsigned careless_open; /* connections */

/* In dialect.c: a message is whole.  what: "<sender> recipient,recipient hash". */
void dialect_taken(unsigned number, const char *what);
/* What no server may be told. */
void dialect_told(unsigned number, const char *line);

#endif
