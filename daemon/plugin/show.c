/* What is loaded, for -t and -T, and the manual section of a plugin. */
#include "open.h"
#include "settings.h"
#include "../base/span.h"
#include "../conf/types.h"
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

static bool print_one(const struct plugin *p, const char *option, FILE *out)
{
    struct option_target targets[SETTINGS_TARGETS];
    settings_targets(p, targets);
    for (unsigned t = 0; t < SETTINGS_TARGETS; t++)
        if (options_print_one(&targets[t], option, out))
            return true;
    return false;
}

bool plugins_print_option(const struct plugins *set, const char *name, FILE *out)
{
    const char *dot = strrchr(name, '.');
    const struct span of = span_of(name, dot ? (size_t)(dot - name) : 0);
    for (unsigned i = 0; dot && i < set->count; i++) {
        const struct plugin *p = set->all[i];
        if (span_is(of, p->label) || span_is(of, p->name))
            return print_one(p, dot + 1, out);
    }
    return false;
}

/* --------------------------------------------------------------- manual -- */

char *plugin_name_in_path(const char *path)
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

/* Those of the options of every plugin that have another default here. */
static void tell_defaults(const struct sg_plugin *desc, const char *before, const char *lead,
                          FILE *out)
{
    struct sg_option table[COMMON_OPTIONS + 1];
    common_options_of(desc, table);
    for (unsigned i = 0; i < COMMON_OPTIONS; i++) {
        if (table[i].initial == common_options[i].initial)
            continue;
        fputs(before, out);
        fprintf(out, "%s%s = %s\n", lead, table[i].name, table[i].initial);
        before = "";
    }
}

static void document_counters(const struct sg_plugin *desc, FILE *out)
{
    const struct sg_counter *c = desc->counters;
    if (!c)
        return;
    fputs(".Sh COUNTERS\nIn the statefile, as\n.Li plugins.LABEL.NAME .\n"
          ".Bl -tag -width Ds\n",
          out);
    for (; c->name; c++)
        fprintf(out, ".It Li %s\n%s.\n", c->name, c->help ? c->help : "");
    fputs(".El\n", out);
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
    tell_defaults(&p->desc, "Of those, the default here is\n", ".Dl ", out);
    document_hooks(&p->desc, out);
    document_counters(&p->desc, out);
}

/* dlopen() would look for a name without a slash elsewhere. */
static char *as_path(const char *path)
{
    return strchr(path, '/') ? xstrdup(path) : xasprintf("./%s", path);
}

/* Opens the object for as long as tell() speaks of it. */
static bool with_object(const char *path, void (*tell)(const struct plugin *p, FILE *out),
                        FILE *out, struct complaints *c)
{
    struct plugin p = {
        .path = as_path(path), .file = xstrdup(path), .name = plugin_name_in_path(path)};
    bool ok = module_open(&p, c);
    if (ok)
        tell(&p, out);
    module_close(&p);
    free(p.path);
    free(p.file);
    free(p.name);
    return ok;
}

bool plugin_document(const char *path, FILE *out, struct complaints *c)
{
    return with_object(path, document, out, c);
}

bool plugin_takes(const char *path, const char *file, struct complaints *c)
{
    struct plugin p = {
        .path = as_path(path), .file = xstrdup(file), .name = plugin_name_in_path(path)};
    bool ok = module_open(&p, c) && settings_take(&p, c);
    settings_free(&p);
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

/* ------------------------------------------------------------ for people -- */

static void show_hooks(const struct sg_plugin *desc, FILE *out)
{
    fputs("hooks         ", out);
#define HOOK(name, decider)                                                                        \
    if (desc->name)                                                                                \
        fputs(" " #name, out);
#include "hooks.def"
#undef HOOK
    const bool lives =
        desc->configure || desc->prepare || desc->start || desc->stop || desc->release;
    fprintf(out, "\nlife          %s", lives ? "" : " none of its own");
    fprintf(out, "%s%s%s%s%s\n", desc->configure ? " configure" : "",
            desc->prepare ? " prepare" : "", desc->start ? " start" : "", desc->stop ? " stop" : "",
            desc->release ? " release" : "");
}

static void show_option(const struct sg_option *o, FILE *out)
{
    fprintf(out, "\n  %s = %s", o->name, option_type(o->type)->argument);
    for (unsigned i = 0; o->choices && o->choices[i]; i++)
        fprintf(out, "%s%s", i ? ", " : "; of: ", o->choices[i]);
    fprintf(out, "\n      %s.\n", o->help ? o->help : "");
    if (o->initial)
        fprintf(out, "      Default: %s\n", *o->initial ? o->initial : "the empty string");
    else
        fputs("      Not set by default.\n", out);
}

static void show(const struct plugin *p, FILE *out)
{
    const struct sg_plugin *desc = &p->desc;
    fprintf(out, "plugin         %s\nsummary        %s\n", p->name,
            desc->summary ? desc->summary : "");
    fprintf(out, "interface      version %u; this smtp-gated knows up to %d\n", desc->api,
            SG_API_VERSION);
    fprintf(out, "descriptor     %zu bytes, settings %zu, of a session %zu, of a mail %zu\n",
            desc->size, desc->settings_size, desc->session_size, desc->mail_size);
    fprintf(
        out, "capabilities  %s%s%s\n", desc->capabilities & SG_CAP_NET_ADMIN ? " net_admin" : "",
        desc->capabilities & SG_CAP_NET_RAW ? " net_raw" : "", desc->capabilities ? "" : " none");
    fputs("not offered   ", out);
    for (const char *const *word = desc->not_offered; word && *word; word++)
        fprintf(out, " %s", *word);
    fprintf(out, "%s\n", desc->not_offered ? "" : " (every offer of the server passes)");
    fprintf(out, "wants the file %s\n", desc->want & SG_WANT_SPOOL ? "yes" : "no");
    show_hooks(desc, out);
    fputs("counters      ", out);
    for (const struct sg_counter *c = desc->counters; c && c->name; c++)
        fprintf(out, " %s", c->name);
    fprintf(out, "%s\n", desc->counters ? "" : " none");
    fputs("options        (besides those of every plugin)\n", out);
    for (const struct sg_option *o = desc->options; o && o->name; o++)
        show_option(o, out);
    tell_defaults(desc, "\n  Of those of every plugin, the default here is\n", "      ", out);
}

bool plugin_show(const char *path, FILE *out, struct complaints *c)
{
    return with_object(path, show, out, c);
}
