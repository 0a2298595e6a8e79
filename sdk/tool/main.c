/* smtp-gated-plugin: what somebody who writes a plugin needs beside a compiler.
 * A project to start from (new.c), a look into an object (show), its manual
 * (page.c), and the relay itself to play it without a daemon (play.c). */
#include "tool.h"
#include "../../daemon/plugin/module.h"
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name, *usage;
    int (*run)(char **words);
} commands[] = {
    {"new", "new NAME [DIRECTORY]", tool_new},
    {"show", "show FILE.so", tool_show},
    {"doc", "doc FILE.so [PROSE.mdoc [DATE]]", tool_doc},
    {"play", "play [-v] [--confine] FILE.so [--conf FILE] [FILE.so …] SCRIPT", tool_play},
};

#define COMMANDS (sizeof commands / sizeof *commands)

int tool_usage(void)
{
    for (size_t i = 0; i < COMMANDS; i++)
        fprintf(stderr, "%s smtp-gated-plugin %s\n", i ? "      " : "usage:", commands[i].usage);
    return EXIT_WRONG;
}

void tool_complaints(struct complaints *c)
{
    fputs(buffer_cstr(&c->text), stderr);
    complaints_finish(c);
}

int tool_show(char **words)
{
    struct complaints c = {0};
    if (!words[0] || words[1])
        return tool_usage();
    bool ok = plugin_show(words[0], stdout, &c);
    tool_complaints(&c);
    return ok ? EXIT_FINE : EXIT_WRONG;
}

int main(int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < COMMANDS; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argv + 2);
    return tool_usage();
}
