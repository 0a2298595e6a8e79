/* See grants.h. */
#include "grants.h"
#include "../base/check.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int grants_add(struct plugin *p, const char *path, unsigned access)
{
    const size_t size = strlen(path) + 1;
    struct grant *g = xmalloc(sizeof *g + size);
    g->fd = open(path, O_PATH | O_CLOEXEC);
    g->access = access;
    g->next = p->grants;
    memcpy(g->path, path, size);
    p->grants = g;
    return g->fd < 0 ? -1 : 0;
}

void grants_of_options(struct plugin *p)
{
    for (const struct sg_option *o = p->desc.options; o && o->name; o++) {
        const char *path = NULL;
        if (o->type == SG_PATH)
            memcpy(&path, (const char *)p->settings + o->offset, sizeof path);
        if (path)
            grants_add(p, path, SG_GRANT_READ);
    }
}

void grants_close(struct plugin *p)
{
    for (struct grant *g = p->grants; g; g = g->next) {
        if (g->fd >= 0)
            close(g->fd);
        g->fd = -1;
    }
}

void grants_free(struct plugin *p)
{
    grants_close(p);
    while (p->grants) {
        struct grant *g = p->grants;
        p->grants = g->next;
        free(g);
    }
}
