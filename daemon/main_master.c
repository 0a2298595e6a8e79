/* smtp-gated: the master, and the command that speaks to it. */
#include "master/cli.h"
#include "master/errands.h"

#include <locale.h>

int main(int argc, char **argv)
{
    struct cli cli;
    setlocale(LC_TIME, "");
    if (!cli_parse(argc, argv, &cli))
        return 1;
    return errand_run(&cli);
}
