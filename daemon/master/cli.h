/* The command line: the switches of 1.4, unchanged, and --import. */
#ifndef SG_MASTER_CLI_H
#define SG_MASTER_CLI_H

#include <stdbool.h>
#include <stdio.h>

enum errand {
    ERRAND_SERVE,
    ERRAND_HELP,
    ERRAND_DUMP,
    ERRAND_STATUS,
    ERRAND_RELOAD,
    ERRAND_KILL,
    ERRAND_CHECK,
    ERRAND_PRINT,
    ERRAND_OPTION,
    ERRAND_VERSION,
    ERRAND_BUILD,
    ERRAND_IMPORT,
    ERRAND_COUNT
};

struct cli {
    enum errand errand;
    bool foreground, verbose;
    char *config;       /* absolute where the file exists; on the heap */
    const char *option; /* of -C */
    const char *import_from, *import_to;
};

/* False after a sentence on stderr. */
bool cli_parse(int argc, char **argv, struct cli *cli);
void cli_usage(FILE *out);

#endif
