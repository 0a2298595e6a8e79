/* How MTAs, strict and careless ones, read what comes behind 354. */
#ifndef SMUGGLING_MODELS_H
#define SMUGGLING_MODELS_H

#include "../stress/bytes.h"
#include <stdbool.h>

enum nul {
    NUL_KEPT,
    NUL_DROPPED, /* taken out before anything else is looked at */
    NUL_ENDS     /* lines are strings of C: what is behind a NUL is not seen */
};

struct model {
    const char *name;
    bool cr, lf; /* ends a line by itself */
    enum nul nul;
};

enum { MODELS = 12, STRICT = 0 };
extern const struct model models[MODELS];

/* The bytes up to the end of data, as this MTA sees it; 0: it is not there yet.
 * body gets the message, unstuffed, its lines ended by CRLF. */
size_t model_read(const struct model *m, const char *p, size_t n, struct bytes *body);

#endif
