/* The set of plugins: one instance per conf.d file, in the files' order, and
 * for each hook the list of those that have it. */
#include "module.h"
#include "open.h"
#include "settings.h"
#include "../base/check.h"
#include "../conf/confd.h"
#include <stdlib.h>

/* --------------------------------------------------------- one instance -- */

static void unload(struct plugin *p)
{
    if (p->configured && p->desc.release)
        p->desc.release(p->settings);
    settings_free(p);
    module_close(p);
    free(p->label);
    free(p->name);
    free(p->file);
    free(p->path);
    free(p);
}

static struct plugin *load(const struct confd_entry *entry, const struct core *core,
                           struct complaints *c)
{
    struct plugin *p = xcalloc(1, sizeof *p);
    p->label = xstrdup(entry->label);
    p->name = xstrdup(entry->plugin);
    p->file = xstrdup(entry->path);
    p->path = xasprintf("%s/%s.so", core->plugin_path, entry->plugin);
    if (module_open(p, c) && settings_read(p, core->ignore_errors, c))
        return p;
    unload(p);
    return NULL;
}

/* -------------------------------------------------------------- the set -- */

static bool has_hook(const struct sg_plugin *desc, unsigned hook)
{
    const bool has[HOOK_COUNT] = {
#define HOOK(name, decider) [HOOK_##name] = desc->name != NULL,
#include "hooks.def"
#undef HOOK
    };
    return has[hook];
}

static struct plugin **list_of_hook(const struct plugins *set, unsigned hook)
{
    struct plugin **list = xcalloc(set->count + 1, sizeof(struct plugin *)), **end = list;
    for (unsigned i = 0; i < set->count; i++)
        if (has_hook(&set->all[i]->desc, hook))
            *end++ = set->all[i];
    return list;
}

static void sum_up(struct plugins *set)
{
    for (unsigned hook = 0; hook < HOOK_COUNT; hook++)
        set->by_hook[hook] = list_of_hook(set, hook);
    for (unsigned i = 0; i < set->count; i++) {
        set->capabilities |= set->all[i]->desc.capabilities;
        set->wants_spool |= (set->all[i]->desc.want & SG_WANT_SPOOL) != 0;
    }
    set->wants_body = set->wants_spool || set->by_hook[HOOK_body][0] != NULL;
}

/* All are tried, so that one run shows what is wrong with each. */
static void load_all(struct plugins *set, const struct confd *confd, const struct core *core,
                     struct complaints *c)
{
    set->all = xcalloc(confd->count + 1, sizeof(struct plugin *));
    for (unsigned i = 0; i < confd->count; i++) {
        struct plugin *p = load(&confd->entries[i], core, c);
        if (!p)
            continue;
        p->index = set->count;
        set->all[set->count++] = p;
    }
}

struct plugins *plugins_load(const struct core *core, struct complaints *c)
{
    struct confd confd;
    unsigned errors_before = c->errors;
    struct plugins *set = xcalloc(1, sizeof *set);
    confd_scan(core->conf_dir, &confd, c);
    load_all(set, &confd, core, c);
    confd_finish(&confd);
    sum_up(set);
    if (c->errors == errors_before)
        return set;
    plugins_release(set);
    return NULL;
}

void plugins_release(struct plugins *set)
{
    for (unsigned i = set->count; i-- > 0;)
        unload(set->all[i]);
    for (unsigned hook = 0; hook < HOOK_COUNT; hook++)
        free(set->by_hook[hook]);
    free(set->all);
    free(set);
}

/* ------------------------------------------------------------- a worker -- */

const struct plugin *plugins_start(struct plugins *set)
{
    for (unsigned i = 0; i < set->count; i++) {
        struct plugin *p = set->all[i];
        if (p->desc.start && p->desc.start(p->settings) != 0)
            return p;
        p->started = true;
    }
    return NULL;
}

void plugins_stop(struct plugins *set)
{
    for (unsigned i = set->count; i-- > 0;) {
        struct plugin *p = set->all[i];
        if (p->started && p->desc.stop)
            p->desc.stop(p->settings);
        p->started = false;
    }
}

const struct plugin *plugin_of_self(const struct plugins *set, const void *self)
{
    for (unsigned i = 0; i < set->count; i++)
        if (set->all[i]->settings == self)
            return set->all[i];
    return NULL;
}
