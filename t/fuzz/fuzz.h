/* A fuzz target is one function.  What must hold is said with check(). */
#ifndef SG_T_FUZZ_H
#define SG_T_FUZZ_H

#include "../../daemon/base/check.h"
#include "../../daemon/base/span.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* inner lies within outer; an empty span may stand at either end. */
static inline bool within(struct span inner, struct span outer)
{
    return inner.n == 0 || (inner.p >= outer.p && inner.p + inner.n <= outer.p + outer.n);
}

#endif
