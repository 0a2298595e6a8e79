/* BDAT counts octets exactly, so its argument is read strictly: what an MTA
 * might read as another number must not pass. */
#include "bdat.h"

bool bdat_parse(struct span arg, uint64_t *size, bool *last)
{
    struct span number = span_word(&arg), mark = span_word(&arg);
    unsigned long long value;

    if (!span_number(number, &value) || value > INT64_MAX)
        return false;
    if (mark.n > 0 && !span_is(mark, "LAST"))
        return false;
    if (span_trim(arg).n > 0)
        return false;
    *size = value;
    *last = mark.n > 0;
    return true;
}
