/* smtp-gated: the master, and the command that speaks to it. */
#include "master/cli.h"
#include "master/errands.h"

#include <fcntl.h>
#include <locale.h>
#include <stdlib.h>
#include <unistd.h>

/* Started with a standard descriptor closed, a socket of ours would get its
 * number, and whoever prints there would write to it. */
static void fill_standard_descriptors(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd > STDERR_FILENO)
        close(fd);
}

int main(int argc, char **argv)
{
    struct cli cli;
    fill_standard_descriptors();
    setlocale(LC_TIME, "");
    if (!cli_parse(argc, argv, &cli))
        return 1;
    const int status = errand_run(&cli);
    free(cli.config);
    return status;
}
