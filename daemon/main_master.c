/* smtp-gated: the master, and the command that speaks to it. */
#include "master/cli.h"
#include "master/errands.h"
#include "master/inherited.h"

#include <locale.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    struct cli cli;
    inherited_reset();
    setlocale(LC_TIME, "");
    if (!cli_parse(argc, argv, &cli))
        return 1;
    const int status = errand_run(&cli);
    free(cli.config);
    return status;
}
