/* poor - preloaded into the daemon: as soon as the file SG_TEST_POOR is there, nobody
 * gets SG_TEST_MOST bytes or more of calloc(3) at once. */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

void *__libc_calloc(size_t n, size_t size);

void *calloc(size_t n, size_t size)
{
    const char *file = getenv("SG_TEST_POOR"), *most = getenv("SG_TEST_MOST");

    if (file && most && n * size >= (size_t)atol(most) && access(file, F_OK) == 0) {
        errno = ENOMEM;
        return NULL;
    }
    return __libc_calloc(n, size);
}
