/* The set of plugins: one instance per conf.d file, in the files' order, and
 * for each hook the list of those that have it. */
#include "module.h"
#include "counting.h"
#include "grants.h"
#include "guard.h"
#include "last_words.h"
#include "open.h"
#include "settings.h"
#include "../base/check.h"
#include "../conf/confd.h"
#include <stdlib.h>

/* --------------------------------------------------------- one instance -- */

static void unload(struct plugin *p)
{
    last_words_about(p, "in release");
    if (p->configured && p->desc.release)
        p->desc.release(p->settings);
    last_words_about(NULL, NULL);
    counting_forget(p);
    settings_free(p);
    grants_free(p);
    module_close(p);
    free(p->label);
    free(p->name);
    free(p->file);
    free(p->path);
    free(p);
}

/* p has its names; NULL if it cannot be loaded. */
static struct plugin *load(struct plugin *p, bool ignore_errors, struct complaints *c)
{
    if (module_open(p, c) && counting_declare(p, c) && settings_read(p, ignore_errors, c))
        return p;
    unload(p);
    return NULL;
}

static struct plugin *load_entry(const struct confd_entry *entry, const struct core *core,
                                 struct complaints *c)
{
    struct plugin *p = xcalloc(1, sizeof *p);
    p->label = xstrdup(entry->label);
    p->name = xstrdup(entry->plugin);
    p->file = xstrdup(entry->path);
    p->path = xasprintf("%s/%s.so", core->plugin_path, entry->plugin);
    return load(p, core->ignore_errors, c);
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

static const char **not_offered(const struct plugins *set)
{
    const char **list = xcalloc(1, sizeof *list);
    size_t n = 0;
    for (unsigned i = 0; i < set->count; i++) {
        const char *const *word = set->all[i]->desc.not_offered;
        for (; word && *word; word++) {
            list = xrealloc(list, (n + 2) * sizeof *list);
            list[n++] = *word;
            list[n] = NULL;
        }
    }
    return list;
}

/* Also anew, when the set has grown. */
static void sum_up(struct plugins *set)
{
    for (unsigned hook = 0; hook < HOOK_COUNT; hook++) {
        free(set->by_hook[hook]);
        set->by_hook[hook] = list_of_hook(set, hook);
    }
    free(set->not_offered);
    set->not_offered = not_offered(set);
    for (unsigned i = 0; i < set->count; i++) {
        set->capabilities |= set->all[i]->desc.capabilities;
        set->needs |= set->all[i]->desc.needs;
        if (!(set->all[i]->desc.want & SG_WANT_SPOOL))
            continue;
        set->wants_spool = true;
        if (set->spool_most < set->all[i]->spool_most)
            set->spool_most = set->all[i]->spool_most;
    }
    set->wants_body = set->wants_spool || set->by_hook[HOOK_body][0] != NULL;
}

static void append(struct plugins *set, struct plugin *p)
{
    set->all = xrealloc(set->all, (set->count + 1) * sizeof(struct plugin *));
    p->index = set->count;
    set->all[set->count++] = p;
}

/* All are tried, so that one run shows what is wrong with each. */
static void load_all(struct plugins *set, const struct confd *confd, const struct core *core,
                     struct complaints *c)
{
    for (unsigned i = 0; i < confd->count; i++) {
        struct plugin *p = load_entry(&confd->entries[i], core, c);
        if (p)
            append(set, p);
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

struct plugins *plugins_create(void)
{
    struct plugins *set = xcalloc(1, sizeof *set);
    sum_up(set);
    return set;
}

bool plugins_add_object(struct plugins *set, const char *object, const char *file,
                        struct complaints *c)
{
    struct plugin *p = xcalloc(1, sizeof *p);
    p->name = plugin_name_in_path(object);
    p->label = xstrdup(p->name);
    p->file = xstrdup(file ? file : "/dev/null");
    p->path = xstrdup(object);
    p = load(p, false, c);
    if (!p)
        return false;
    append(set, p);
    sum_up(set);
    return true;
}

struct plugin *plugins_append(struct plugins *set, const struct sg_plugin *desc)
{
    struct plugin *p = xcalloc(1, sizeof *p);
    p->desc = *desc;
    p->name = xstrdup(desc->name);
    p->label = xstrdup(desc->name);
    p->settings = xcalloc(1, desc->settings_size + 1);
    append(set, p);
    sum_up(set);
    return p;
}

void plugins_release(struct plugins *set)
{
    for (unsigned i = set->count; i-- > 0;)
        unload(set->all[i]);
    for (unsigned hook = 0; hook < HOOK_COUNT; hook++)
        free(set->by_hook[hook]);
    free(set->not_offered);
    free(set->all);
    free(set);
}

bool plugins_prepare(struct plugins *set, struct complaints *c)
{
    for (unsigned i = 0; i < set->count; i++)
        if (!settings_prepare(set->all[i], c))
            return false;
    return true;
}

/* ------------------------------------------------------------- a worker -- */

static bool start(const struct plugin *p)
{
    struct guard g;
    if (!p->desc.start)
        return true;
    guard_enter(&g, p, HOOK_start, 0);
    const int failed = p->desc.start(p->settings);
    guard_leave(&g);
    return !failed;
}

static void stop(const struct plugin *p)
{
    struct guard g;
    if (!p->desc.stop)
        return;
    guard_enter(&g, p, HOOK_stop, 0);
    p->desc.stop(p->settings);
    guard_leave(&g);
}

const struct plugin *plugins_start(struct plugins *set)
{
    for (unsigned i = 0; i < set->count; i++) {
        struct plugin *p = set->all[i];
        if (!start(p))
            return p;
        p->started = true;
    }
    return NULL;
}

void plugins_stop(struct plugins *set)
{
    for (unsigned i = set->count; i-- > 0;) {
        struct plugin *p = set->all[i];
        if (p->started)
            stop(p);
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
