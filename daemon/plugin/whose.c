/* See whose.h. */
#include "whose.h"
#include "guard.h"
#include "last_words.h"
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

static struct plugin *loaded;

void whose_add(struct plugin *p, const void *base)
{
    struct plugin **end = &loaded;
    while (*end)
        end = &(*end)->loaded_next;
    p->base = base;
    *end = p;
}

void whose_remove(struct plugin *p)
{
    for (struct plugin **at = &loaded; *at; at = &(*at)->loaded_next)
        if (*at == p) {
            *at = p->loaded_next;
            break;
        }
}

static const struct plugin *running(void)
{
    const struct guard *g = guard_current();
    return g ? g->plugin : last_words_subject();
}

/* A label has no %, which a format would mind: confd.h. */
static void add_label(const char *label, char *out, size_t size)
{
    const size_t n = strlen(out);
    snprintf(out + n, size - n, "%s%s", n ? "|" : "", label);
}

/* The words are literals.  (Where the line is written cannot be asked: a call that is the last
 * of its function leaves no return address.) */
static void add_labels_of(const char *words, char *out, size_t size)
{
    Dl_info object;
    if (!dladdr(words, &object))
        return;
    for (const struct plugin *p = loaded; p; p = p->loaded_next)
        if (p->base == object.dli_fbase)
            add_label(p->label, out, size);
}

const char *whose_fields(const char *event, const char *fields, char *out, size_t size)
{
    char labels[256] = "";
    const struct plugin *p = running();
    if (p)
        add_label(p->label, labels, sizeof labels);
    else
        add_labels_of(fields, labels, sizeof labels);
    if (!*labels)
        add_labels_of(event, labels, sizeof labels);
    if (!*labels)
        return fields;
    const int got = snprintf(out, size, "%s%splugin=%s", fields, *fields ? ", " : "", labels);
    return got > 0 && (size_t)got < size ? out : fields;
}
