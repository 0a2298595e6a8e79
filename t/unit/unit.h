/* What the unit tests share: titles that are sentences, spans compared with
 * text, and random numbers whose seed is printed and can be given again. */
#ifndef SG_T_UNIT_H
#define SG_T_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../daemon/base/span.h"

#define TEST(title, function)                                                                      \
    {                                                                                              \
        title, function, NULL, NULL, NULL                                                          \
    }

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* A string literal with its length: NULs inside count. */
#define BYTES(literal) span_of(literal, sizeof(literal) - 1)

#define assert_span(span, text) assert_same(span, span_str(text), __FILE__, __LINE__)
#define assert_spans(span, other) assert_same(span, other, __FILE__, __LINE__)

void assert_same(struct span found, struct span wanted, const char *file, int line);

/* SG_SEED, or the clock; printed as a TAP comment at the first call. */
uint32_t random_below(uint32_t limit);

/* Repeats of what is random, less under SG_QUICK (valgrind, sanitizers). */
unsigned repeats(unsigned wanted);

#endif
