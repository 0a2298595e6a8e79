/* BDAT's argument: what is taken reads back as the same size. */
#include "fuzz.h"

#include "../../daemon/smtp/bdat.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span arg = span_of((const char *)data, size);
    char *text = span_dup(arg), *end;
    char again[64];
    uint64_t n, m;
    bool last, last_again;

    if (bdat_parse(arg, &n, &last)) {
        check(strtoull(text, &end, 10) == n && n <= INT64_MAX);
        check(last == (strcasestr(end, "LAST") != NULL));
        snprintf(again, sizeof again, "%" PRIu64 "%s", n, last ? " LAST" : "");
        check(bdat_parse(span_str(again), &m, &last_again) && m == n && last_again == last);
    }
    free(text);
    return 0;
}
