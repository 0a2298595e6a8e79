/* Decimal digits where printf() would cost more than all the rest: in what is done
 * for each session. */
#ifndef SG_BASE_DECIMAL_H
#define SG_BASE_DECIMAL_H

#include <stdint.h>

#define DECIMAL_DIGITS 20u /* of the greatest number */

/* Puts the digits of n at `at`, without a NUL; returns the byte after them. */
static inline char *decimal_put(char *at, uint64_t n)
{
    char digits[DECIMAL_DIGITS], *front = digits + sizeof digits;

    do
        *--front = (char)('0' + n % 10);
    while ((n /= 10) > 0);
    while (front < digits + sizeof digits)
        *at++ = *front++;
    return at;
}

#endif
