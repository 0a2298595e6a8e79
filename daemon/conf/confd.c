/* Which plugins are enabled: the names in conf.d, taken apart. */
#include "confd.h"
#include "../base/check.h"
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LOWER "abcdefghijklmnopqrstuvwxyz0123456789"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* Takes "NN-PLUGIN.conf" or "NN-PLUGIN@INSTANCE.conf" apart. */
static bool take_apart(const char *name, struct confd_entry *entry)
{
    if (!isdigit((unsigned char)name[0]) || !isdigit((unsigned char)name[1]) || name[2] != '-')
        return false;
    const char *plugin = name + 3, *instance = NULL, *end;
    size_t plugin_length = strspn(plugin, LOWER "-"), instance_length = 0;
    end = plugin + plugin_length;
    if (*end == '@') {
        instance = end + 1;
        instance_length = strspn(instance, LOWER UPPER "-_");
        end = instance + instance_length;
    }
    if (strcmp(end, ".conf") != 0 || plugin_length == 0 || (instance && instance_length == 0))
        return false;
    entry->label = strndup(name, (size_t)(end - name));
    entry->plugin = strndup(plugin, plugin_length);
    entry->instance = instance ? strndup(instance, instance_length) : NULL;
    return true;
}

static int by_label(const void *a, const void *b)
{
    return strcmp(((const struct confd_entry *)a)->label, ((const struct confd_entry *)b)->label);
}

static void add(struct confd *confd, const char *directory, const char *name, struct complaints *c)
{
    struct confd_entry entry = {0};
    if (name[0] == '.')
        return;
    entry.path = xasprintf("%s/%s", directory, name);
    if (!take_apart(name, &entry)) {
        remark(c, entry.path, 0, NULL, NULL,
               "is ignored; a plugin's file is named NN-PLUGIN.conf or NN-PLUGIN@INSTANCE.conf");
        free(entry.path);
        return;
    }
    confd->entries = xrealloc(confd->entries, (confd->count + 1) * sizeof entry);
    confd->entries[confd->count++] = entry;
}

static bool same_instance(const struct confd_entry *a, const struct confd_entry *b)
{
    const char *one = a->instance ? a->instance : "", *other = b->instance ? b->instance : "";
    return strcmp(a->plugin, b->plugin) == 0 && strcmp(one, other) == 0;
}

/* Two files of one plugin differ in their @INSTANCE, or one of them is a
 * leftover of renaming. */
static void check_twins(const struct confd *confd, struct complaints *c)
{
    for (unsigned i = 1; i < confd->count; i++)
        for (unsigned j = 0; j < i; j++)
            if (same_instance(&confd->entries[j], &confd->entries[i]))
                complain(c, confd->entries[i].path, 0, NULL, NULL,
                         "enables %s again, as %s does; a second instance is named "
                         "NN-%s@INSTANCE.conf",
                         confd->entries[i].plugin, confd->entries[j].path,
                         confd->entries[i].plugin);
}

bool confd_scan(const char *directory, struct confd *confd, struct complaints *c)
{
    unsigned errors_before = c->errors;
    DIR *dir = opendir(directory);
    *confd = (struct confd){0};
    if (!dir) {
        complain(c, directory, 0, NULL, NULL, "cannot be read: %s", strerror(errno));
        return false;
    }
    for (const struct dirent *d; (d = readdir(dir)) != NULL;)
        add(confd, directory, d->d_name, c);
    closedir(dir);
    if (confd->count)
        qsort(confd->entries, confd->count, sizeof *confd->entries, by_label);
    check_twins(confd, c);
    return c->errors == errors_before;
}

void confd_finish(struct confd *confd)
{
    for (unsigned i = 0; i < confd->count; i++) {
        free(confd->entries[i].path);
        free(confd->entries[i].label);
        free(confd->entries[i].plugin);
        free(confd->entries[i].instance);
    }
    free(confd->entries);
    *confd = (struct confd){0};
}
