/* smtp-gated-session: the keeper, started by the master; and for the master's
 * command line, whoever has to load plugins to answer. */
#include "base/check.h"
#include "base/printable.h"
#include "conf/core.h"
#include "keeper/fitness.h"
#include "keeper/keeper.h"
#include "plugin/last_words.h"
#include "plugin/module.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_USAGE = 1, EXIT_CONFIG = 2 };

/* keep FILE GENERATION BOARD MASTER LISTENERS; for nobody's fingers. */
static int keep(char **words)
{
    const struct keeper_setup setup = {.file = words[0],
                                       .generation = (unsigned)strtoul(words[1], NULL, 10),
                                       .board = atoi(words[2]),
                                       .master = atoi(words[3]),
                                       .listeners = words[4]};
    return keeper_run(&setup);
}

/* What files say may be anything. */
static void show(const struct core *core, const struct plugins *plugins, bool all)
{
    char *text;
    size_t n;
    FILE *out = open_memstream(&text, &n);
    check(out);
    if (all)
        core_print(core, out);
    plugins_print(plugins, out);
    fclose(out);
    print_made_printable(text, n, stdout);
}

/* CHECK says whether it is well; the others what is in force. */
enum look { LOOK_CHECK, LOOK_PLUGINS, LOOK_ALL };

static int look(const char *file, enum look how)
{
    struct complaints c = {0};
    struct core *core = core_read(file, &c);
    last_words_open(STDERR_FILENO, "");
    struct plugins *plugins = core ? plugins_load(core, &c) : NULL;
    if (plugins && how != LOOK_ALL)
        fitness_check(core, plugins, &c);
    const bool well = plugins && c.errors == 0;
    fputs(buffer_cstr(&c.text), stderr);
    complaints_finish(&c);
    if (plugins && how != LOOK_CHECK)
        show(core, plugins, how == LOOK_ALL);
    if (well && how != LOOK_ALL)
        puts("OK");
    if (plugins)
        plugins_release(plugins);
    core_destroy(core);
    return well ? 0 : EXIT_CONFIG;
}

/* One option of a plugin, PLUGIN.NAME. */
static int print_option(const char *file, const char *name)
{
    struct complaints c = {0};
    struct core *core = core_read(file, &c);
    last_words_open(STDERR_FILENO, "");
    struct plugins *plugins = core ? plugins_load(core, &c) : NULL;
    char *text;
    size_t n;
    FILE *out = open_memstream(&text, &n);
    check(out);
    bool known = plugins && plugins_print_option(plugins, name, out);
    fclose(out);
    print_made_printable(text, n, stdout);
    fputs(buffer_cstr(&c.text), stderr);
    complaints_finish(&c);
    if (plugins && !known)
        fprintf(stderr, "smtp-gated: there is no plugin's option '%s'; -T shows all\n", name);
    if (plugins)
        plugins_release(plugins);
    core_destroy(core);
    return known ? 0 : EXIT_CONFIG;
}

/* For the manual: "core" and "common" are lists of options, anything else is a
 * plugin's object. */
static int document(const char *what)
{
    struct complaints c = {0};
    bool ok = true;
    if (strcmp(what, "core") == 0)
        core_document(stdout);
    else if (strcmp(what, "common") == 0)
        plugins_document_common(stdout);
    else
        ok = plugin_document(what, stdout, &c);
    fputs(buffer_cstr(&c.text), stderr);
    complaints_finish(&c);
    return ok ? 0 : EXIT_CONFIG;
}

/* For --import: does the object take the file? */
static int take(const char *object, const char *file)
{
    struct complaints c = {0};
    const bool ok = plugin_takes(object, file, &c);
    fputs(buffer_cstr(&c.text), stdout);
    complaints_finish(&c);
    return ok ? 0 : EXIT_CONFIG;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    if (argc == 7 && strcmp(what, "--keep") == 0)
        return keep(argv + 2);
    if (argc == 3 && strcmp(what, "--check") == 0)
        return look(argv[2], LOOK_CHECK);
    if (argc == 3 && strcmp(what, "--check-all") == 0)
        return look(argv[2], LOOK_PLUGINS);
    if (argc == 3 && strcmp(what, "--print") == 0)
        return look(argv[2], LOOK_ALL);
    if (argc == 4 && strcmp(what, "--option") == 0)
        return print_option(argv[2], argv[3]);
    if (argc == 4 && strcmp(what, "--take") == 0)
        return take(argv[2], argv[3]);
    if (argc == 3 && strcmp(what, "--document") == 0)
        return document(argv[2]);
    fputs("smtp-gated-session is started by smtp-gated; smtp-gated -h says more\n", stderr);
    return EXIT_USAGE;
}
