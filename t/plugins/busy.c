/* busy - preloaded into the daemon, makes the machine look busy: SG_TEST_LOAD is
 * the load average. */
#include <stdlib.h>

int getloadavg(double loads[], int n)
{
    const char *load = getenv("SG_TEST_LOAD");

    for (int i = 0; i < n; i++)
        loads[i] = load ? strtod(load, NULL) : 0;
    return n;
}
