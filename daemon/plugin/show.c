/* What is loaded, for -t and -T, and the manual section of a plugin. */
#include "open.h"
#include "settings.h"
#include "../base/check.h"
#include <stdlib.h>
#include <string.h>

static void print_hooks(const struct plugins *set, const struct plugin *p, FILE *out)
{
    fprintf(out, "# hooks:");
    for (unsigned hook = 0; hook < HOOK_COUNT; hook++)
        for (struct plugin **q = set->by_hook[hook]; *q; q++)
            if (*q == p)
                fprintf(out, " %s", hook_name(hook));
    fprintf(out, "\n");
}

void plugins_print(const struct plugins *set, FILE *out)
{
    for (unsigned i = 0; i < set->count; i++) {
        const struct plugin *p = set->all[i];
        struct option_target targets[SETTINGS_TARGETS];
        settings_targets(p, targets);
        fprintf(out, "\n# %s: %s\n# %s, %s\n", p->label,
                p->desc.summary ? p->desc.summary : p->name, p->file, p->path);
        print_hooks(set, p, out);
        for (unsigned t = 0; t < SETTINGS_TARGETS; t++)
            options_print(&targets[t], out);
    }
}

/* --------------------------------------------------------------- manual -- */

/* The name in /some/where/av-clamd.so. */
static char *name_in_path(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *name = xstrdup(slash ? slash + 1 : path);
    size_t n = strlen(name);
    if (n > 3 && strcmp(name + n - 3, ".so") == 0)
        name[n - 3] = '\0';
    return name;
}

static void document_hooks(const struct sg_plugin *desc, FILE *out)
{
    const char *before = ".Sh HOOKS\n";
#define HOOK(name, decider)                                                                        \
    if (desc->name) {                                                                              \
        fprintf(out, "%s.Ic " #name, before);                                                      \
        before = " ,\n";                                                                           \
    }
#include "hooks.def"
#undef HOOK
    if (*before == ' ')
        fputc('\n', out);
}

static void document(const struct plugin *p, FILE *out)
{
    const bool has_options = p->desc.options && p->desc.options->name;
    fprintf(out, ".Nd %s\n.Sh OPTIONS\n", p->desc.summary ? p->desc.summary : p->name);
    if (has_options) {
        fputs(".Bl -tag -width Ds\n", out);
        options_document(p->desc.options, out);
        fputs(".El\n", out);
    }
    fprintf(out, "%s those of every plugin, see\n.Xr smtp-gated.conf 5 .\n",
            has_options ? ".Pp\nBesides there are" : "There are only");
    document_hooks(&p->desc, out);
}

bool plugin_document(const char *path, FILE *out, struct complaints *c)
{
    struct plugin p = {.path = xstrdup(path), .file = xstrdup(path), .name = name_in_path(path)};
    bool ok = module_open(&p, c);
    if (ok)
        document(&p, out);
    module_close(&p);
    free(p.path);
    free(p.file);
    free(p.name);
    return ok;
}

void plugins_document_common(FILE *out)
{
    options_document(common_options, out);
}
