/* busy - preloaded into the daemon, makes the machine look busy: SG_TEST_LOAD is
 * the load average.  With SG_TEST_NO_PROC it looks as in a chroot without /proc, where
 * only the kernel tells the load. */
#include <stdlib.h>
#include <sys/sysinfo.h>

static double load(void)
{
    const char *text = getenv("SG_TEST_LOAD");

    return text ? strtod(text, NULL) : 0;
}

int getloadavg(double loads[], int n)
{
    if (getenv("SG_TEST_NO_PROC"))
        return -1;
    for (int i = 0; i < n; i++)
        loads[i] = load();
    return n;
}

int sysinfo(struct sysinfo *info)
{
    *info = (struct sysinfo){.loads = {(unsigned long)(load() * (1 << SI_LOAD_SHIFT))}};
    return 0;
}
