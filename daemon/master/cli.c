/* One row per switch: what getopt is told, what the usage says and what is done
 * come from the same table. */
#include "cli.h"
#include "paths.h"

#include <getopt.h>
#include <string.h>

#define DEFAULT_CONFIG SYSCONFDIR "/smtp-gated/smtp-gated.conf"

enum { FOREGROUND = 'f', IMPORT = 'i' };

static const struct {
    char letter; /* FOREGROUND is no errand, IMPORT has a long name only */
    enum errand errand;
    const char *argument;
    const char *help;
} switches[] = {
    {FOREGROUND, ERRAND_SERVE, NULL, "stay in the foreground"},
    {'h', ERRAND_HELP, NULL, "show this"},
    {'s', ERRAND_DUMP, NULL, "let the daemon write its statefile, and show it"},
    {'S', ERRAND_STATUS, NULL, "show the statefile as it is"},
    {'r', ERRAND_RELOAD, NULL,
     "let the daemon read its configuration again, and wait until it serves"},
    {'K', ERRAND_KILL, NULL, "end the daemon when its sessions are over"},
    {'t', ERRAND_CHECK, NULL,
     "check the configuration, load every plugin; with -v show what is in force"},
    {'T', ERRAND_PRINT, NULL, "show all options with their values"},
    {'v', ERRAND_VERSION, NULL, "show the version"},
    {'V', ERRAND_BUILD, NULL, "show the version and how it was built"},
    {'C', ERRAND_OPTION, "NAME", "show the value of one option; PLUGIN.NAME is a plugin's"},
    {IMPORT, ERRAND_IMPORT, "OLD DIR", "make a configuration in DIR from a file of version 1"},
};
enum { SWITCHES = sizeof switches / sizeof *switches };

static const struct option long_switches[] = {
    {"foreground", no_argument, NULL, FOREGROUND},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'v'},
    {"import", required_argument, NULL, IMPORT},
    {NULL, 0, NULL, 0},
};

void cli_usage(FILE *out)
{
    fputs("usage: smtp-gated [switch] [config_file]\n", out);
    for (unsigned i = 0; i < SWITCHES; i++) {
        char name[32];
        if (switches[i].letter == IMPORT)
            snprintf(name, sizeof name, "--import");
        else
            snprintf(name, sizeof name, "-%c", switches[i].letter);
        if (switches[i].argument)
            snprintf(name + strlen(name), sizeof name - strlen(name), " %s", switches[i].argument);
        fprintf(out, "  %-18s%s\n", name, switches[i].help);
    }
    fprintf(out, "The configuration is %s unless named.\n", DEFAULT_CONFIG);
}

static void getopt_letters(char *letters)
{
    for (unsigned i = 0; i < SWITCHES; i++) {
        if (switches[i].letter == IMPORT)
            continue;
        *letters++ = switches[i].letter;
        if (switches[i].argument)
            *letters++ = ':';
    }
    *letters = '\0';
}

static bool take_switch(struct cli *cli, int letter)
{
    if (letter == FOREGROUND) {
        cli->foreground = true;
        return true;
    }
    cli->verbose = cli->verbose || letter == 'v';
    for (unsigned i = 0; i < SWITCHES; i++) {
        if (switches[i].letter != letter)
            continue;
        if (letter != 'v' || cli->errand != ERRAND_CHECK)
            cli->errand = switches[i].errand;
        if (letter == IMPORT)
            cli->import_from = optarg;
        else if (switches[i].argument)
            cli->option = optarg;
        return true;
    }
    return false;
}

/* --import takes two words; getopt took the first. */
static bool take_words(struct cli *cli, int count, char **words)
{
    if (cli->errand == ERRAND_IMPORT) {
        if (count != 1) {
            fputs("smtp-gated: --import needs a file of version 1 and a directory\n", stderr);
            return false;
        }
        cli->import_to = words[0];
        return true;
    }
    if (count > 1) {
        fprintf(stderr, "smtp-gated: '%s' is too much; one configuration file\n", words[1]);
        return false;
    }
    cli->config = path_absolute(count ? words[0] : DEFAULT_CONFIG);
    return true;
}

bool cli_parse(int argc, char **argv, struct cli *cli)
{
    char letters[2 * SWITCHES + 1];
    int letter;
    getopt_letters(letters);
    *cli = (struct cli){.errand = ERRAND_SERVE};
    while ((letter = getopt_long(argc, argv, letters, long_switches, NULL)) != -1) {
        if (!take_switch(cli, letter)) {
            cli_usage(stderr);
            return false;
        }
    }
    return take_words(cli, argc - optind, argv + optind);
}
