/* See notes.h.  A handful per session: a list. */
#include "notes.h"
#include "../../base/check.h"
#include <stdlib.h>
#include <string.h>

struct notes {
    struct notes *next;
    char *name, *value;
};

static struct notes **find(struct notes **list, const char *name)
{
    while (*list && strcmp((*list)->name, name) != 0)
        list = &(*list)->next;
    return list;
}

static void drop(struct notes **at)
{
    struct notes *n = *at;
    *at = n->next;
    free(n->name);
    free(n->value);
    free(n);
}

void notes_set(struct notes **notes, const char *name, const char *value)
{
    struct notes **at = find(notes, name);
    char *copy = xstrdup(value); /* first: value may be the very one that is replaced */
    if (*at)
        drop(at);
    if (!copy)
        return;
    struct notes *n = xmalloc(sizeof *n);
    *n = (struct notes){*notes, xstrdup(name), copy};
    *notes = n;
}

const char *notes_get(const struct notes *notes, const char *name)
{
    while (notes && strcmp(notes->name, name) != 0)
        notes = notes->next;
    return notes ? notes->value : NULL;
}

void notes_finish(struct notes **notes)
{
    while (*notes)
        drop(notes);
}
