/* BDAT's argument (RFC 3030, 2): "size [LAST]". */
#ifndef SG_SMTP_BDAT_H
#define SG_SMTP_BDAT_H

#include "../base/span.h"
#include <stdint.h>

/* False: not a number that fits 63 bits, or something else after it. */
bool bdat_parse(struct span arg, uint64_t *size, bool *last);

#endif
