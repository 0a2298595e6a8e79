/* Which name may have been meant: the known one that the fewest single
 * mistakes (a letter missing, added, wrong, or two swapped) lead to. */
#include "parse.h"
#include <stddef.h>
#include <string.h>

#define LONGEST 63

static unsigned least(unsigned a, unsigned b, unsigned c)
{
    unsigned smaller = a < b ? a : b;
    return smaller < c ? smaller : c;
}

/* The optimal string alignment distance, three rows of its matrix at a time. */
static unsigned distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    unsigned rows[3][LONGEST + 1];
    for (unsigned j = 0; j <= b_len; j++)
        rows[0][j] = j;
    for (unsigned i = 1; i <= a_len; i++) {
        unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], *above2 = rows[(i + 1) % 3];
        row[0] = i;
        for (unsigned j = 1; j <= b_len; j++) {
            row[j] = least(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
            bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped && above2[j - 2] + 1 < row[j])
                row[j] = above2[j - 2] + 1;
        }
    }
    return rows[a_len % 3][b_len];
}

const char *nearest_name(const char *mistyped, const struct assignments *a)
{
    const char *best = NULL;
    size_t length = strlen(mistyped);
    unsigned best_distance = (unsigned)length / 3 + 2; /* farther is no likeness */
    if (length > LONGEST)
        return NULL;
    for (unsigned i = 0; i < a->count; i++) {
        size_t n = strlen(a->all[i].name);
        unsigned d = n > LONGEST ? best_distance : distance(mistyped, length, a->all[i].name, n);
        if (d < best_distance) {
            best_distance = d;
            best = a->all[i].name;
        }
    }
    return best;
}
