/* dlopen() and everything that can be wrong with what it finds.  A plugin that
 * is not what it claims to be is refused here, with the file that asked for
 * it, its name, the path of the object and what would be right; after this
 * file its descriptor can be trusted to be well-formed. */
#include "open.h"
#include "last_words.h"
#include "whose.h"
#include "../conf/options.h"
#include "../conf/types.h"
#include "../base/check.h"
#include "../base/complaint.h"
#include <ctype.h>
#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A descriptor shorter than this has no name, so it is no descriptor. */
#define SMALLEST_DESCRIPTOR (offsetof(struct sg_plugin, name) + sizeof(const char *))
#define OPTIONS_MAX 256u /* a table without an end would otherwise be read on and on */

static bool refuse(const struct plugin *p, struct complaints *c, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static bool refuse(const struct plugin *p, struct complaints *c, const char *fmt, ...)
{
    char why[512];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(why, sizeof why, fmt, ap);
    va_end(ap);
    complain(c, p->file, 0, NULL, NULL, "plugin %s (%s) %s", p->name, p->path, why);
    return false;
}

/* ----------------------------------------------------------- descriptor -- */

static bool open_object(struct plugin *p, struct complaints *c)
{
    if (access(p->path, F_OK) != 0)
        return refuse(p, c, "does not exist; plugin_path says where plugins are");
    p->handle = dlopen(p->path, RTLD_NOW | RTLD_LOCAL);
    if (!p->handle)
        return refuse(p, c, "cannot be loaded: %s", dlerror());
    return true;
}

static const struct sg_plugin *entry_of(struct plugin *p, struct complaints *c)
{
    const struct sg_plugin *(*entry)(void);
    void *symbol = dlsym(p->handle, "sg_plugin_entry");
    const struct sg_plugin *desc = NULL;
    Dl_info object;
    if (!symbol) {
        refuse(p, c, "is not a plugin: it has no sg_plugin_entry(), which SG_PLUGIN() makes");
        return NULL;
    }
    memcpy(&entry, &symbol, sizeof entry); /* ISO C has no cast for this */
    if (dladdr(symbol, &object))
        whose_add(p, object.dli_fbase);
    desc = entry();
    if (!desc)
        refuse(p, c, "is not a plugin: its sg_plugin_entry() returns nothing");
    return desc;
}

/* "nat_fixed" is the plugin nat-fixed. */
static bool same_name(const char *ident, const char *name)
{
    for (; *ident && *name; ident++, name++)
        if (*ident != *name && !(*ident == '_' && *name == '-'))
            return false;
    return *ident == *name;
}

static bool copy_descriptor(struct plugin *p, const struct sg_plugin *theirs, struct complaints *c)
{
    size_t known = theirs->size < sizeof p->desc ? theirs->size : sizeof p->desc;
    if (theirs->api == 0 || theirs->size < SMALLEST_DESCRIPTOR)
        return refuse(p, c, "has a malformed descriptor; it is made by SG_PLUGIN()");
    if (theirs->api > SG_API_VERSION)
        return refuse(p, c,
                      "was built for interface version %u, but this smtp-gated knows versions up "
                      "to %u: a newer smtp-gated or an older plugin is needed",
                      theirs->api, SG_API_VERSION);
    if (!theirs->name || !same_name(theirs->name, p->name))
        return refuse(p, c, "calls itself %s; object, file and plugin bear the same name",
                      theirs->name ? theirs->name : "nothing");
    memcpy(&p->desc, theirs, known);
    return true;
}

/* ---------------------------------------------------------- option table -- */

static bool name_is_word(const char *name)
{
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return n > 0 && name[n] == '\0' && isalpha((unsigned char)name[0]);
}

static unsigned count_choices(const struct sg_option *option)
{
    unsigned n = 0;
    while (option->choices && option->choices[n])
        n++;
    return n;
}

/* What is wrong with one option, or NULL. */
static const char *option_fault(const struct plugin *p, const struct sg_option *option)
{
    const struct option_type *type = option_type(option->type);
    if (!name_is_word(option->name))
        return "is not a name; lower case letters, digits and _ are";
    if (!type)
        return "has a type this smtp-gated does not know";
    if (option->offset > p->desc.settings_size ||
        type->size > p->desc.settings_size - option->offset)
        return "lies outside the settings; settings_size is the size of the struct";
    if (type == &type_enum && count_choices(option) == 0)
        return "has no choices";
    if (type == &type_flags && (count_choices(option) == 0 || count_choices(option) > 32))
        return "has no choices, or more than 32";
    return NULL;
}

static bool named_before(const struct sg_option *table, const struct sg_option *option)
{
    for (const struct sg_option *o = table; o->name && o != option; o++)
        if (strcmp(o->name, option->name) == 0)
            return true;
    return false;
}

static bool default_sane(const struct sg_option *option, size_t size)
{
    const struct sg_option table[] = {*option, SG_OPT_END};
    struct option_target target = {table, xcalloc(1, size)};
    struct complaints unwanted = {0};
    bool sane = option_set_default(option, target.settings, &unwanted);
    options_free(&target, 1);
    free(target.settings);
    complaints_finish(&unwanted);
    return sane;
}

static bool option_sane(const struct plugin *p, const struct sg_option *option,
                        struct complaints *c)
{
    const char *fault = option_fault(p, option);
    if (fault)
        return refuse(p, c, "has a faulty option table: %s %s", option->name, fault);
    if (named_before(p->desc.options, option))
        return refuse(p, c, "has a faulty option table: %s is there twice", option->name);
    if (!default_sane(option, p->desc.settings_size))
        return refuse(p, c, "has a faulty option table: %s has a default it would refuse: %s",
                      option->name, option->initial);
    for (const struct sg_option *o = common_options; o->name; o++)
        if (strcmp(o->name, option->name) == 0)
            return refuse(p, c, "has a faulty option table: %s is an option of every plugin",
                          option->name);
    return true;
}

static bool option_table_sane(const struct plugin *p, struct complaints *c)
{
    bool sane = true;
    const struct sg_option *o = p->desc.options;
    for (unsigned n = 0; o && o->name; o++, n++) {
        if (n == OPTIONS_MAX)
            return refuse(p, c, "has an option table without SG_OPT_END");
        sane = option_sane(p, o, c) && sane;
    }
    return sane;
}

static bool common_defaults_sane(const struct plugin *p, struct complaints *c)
{
    struct sg_option table[COMMON_OPTIONS + 1];
    common_options_of(&p->desc, table);
    for (const struct sg_option *o = table; o->name; o++)
        if (!default_sane(o, sizeof(struct common)))
            return refuse(p, c, "has a default that the option %s would refuse: %s", o->name,
                          o->initial);
    return true;
}

bool module_open(struct plugin *p, struct complaints *c)
{
    const struct sg_plugin *theirs;
    last_words_about(p, "while it was loaded");
    const bool ok = open_object(p, c) && (theirs = entry_of(p, c)) != NULL &&
                    copy_descriptor(p, theirs, c) && option_table_sane(p, c) &&
                    common_defaults_sane(p, c);
    last_words_about(NULL, NULL);
    return ok;
}

void module_close(struct plugin *p)
{
    whose_remove(p);
    if (p->handle)
        dlclose(p->handle);
    p->handle = NULL;
}
