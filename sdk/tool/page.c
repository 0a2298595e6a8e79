/* The manual of a plugin: what the object says of itself, its summary, options
 * and hooks; and with a file of prose, the whole page, smtp-gated-NAME(8).  The
 * options come after the first section of the prose, the references before its
 * last. */
#include "tool.h"
#include "../../daemon/base/check.h"
#include "../../daemon/plugin/module.h"
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct page {
    const char *name, *date;
    const char *options; /* still to be put in; "" when they are */
    unsigned sections;
    bool references; /* are there */
};

/* The object's own lines: the first is its summary. */
static char *ask_object(const char *object, struct complaints *c)
{
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    check(out);
    bool ok = plugin_document(object, out, c);
    fclose(out);
    if (ok)
        return text;
    free(text);
    return NULL;
}

static void put_head(struct page *p, const char *own)
{
    size_t first = strcspn(own, "\n");
    fputs(".Dd ", stdout);
    /* The title stands twice in the page's head line; with the whole name it would not fit. */
    printf("%s\n.Dt ", p->date);
    for (const char *c = p->name; *c; c++)
        putchar(toupper((unsigned char)*c));
    printf(" 8\n.Os\n.Sh NAME\n.Nm smtp-gated-%s\n%.*s\n", p->name, (int)first, own);
    printf(".Sh SYNOPSIS\n.Pa conf.d/NN-%s.conf\n", p->name);
    p->options = own + first + (own[first] == '\n');
}

static void put_references(struct page *p)
{
    if (!p->references)
        fputs(".Sh SEE ALSO\n.Xr smtp-gated.conf 5 ,\n.Xr smtp-gated 8\n", stdout);
    p->references = true;
}

static bool begins(const char *line, const char *with)
{
    return strncmp(line, with, strlen(with)) == 0;
}

/* In the prose `.Nm` alone is the plugin's own name. */
static void put_line(struct page *p, const char *line)
{
    if (begins(line, ".Sh ") && ++p->sections == 2) {
        fputs(p->options, stdout);
        p->options = "";
    }
    if (begins(line, ".Sh SECURITY CONSIDERATIONS"))
        put_references(p);
    if (begins(line, ".Nm") && !islower((unsigned char)line[3 + strspn(line + 3, " ")]))
        printf(".Nm %s%s", p->name, line + 3);
    else
        fputs(line, stdout);
}

static bool put_page(struct page *p, const char *own, const char *prose)
{
    char *line = NULL;
    size_t room = 0;
    FILE *in = fopen(prose, "r");
    if (!in) {
        fprintf(stderr, "%s: cannot be opened: %s\n", prose, strerror(errno));
        return false;
    }
    put_head(p, own);
    while (getline(&line, &room, in) > 0)
        put_line(p, line);
    free(line);
    fclose(in);
    fputs(p->options, stdout);
    put_references(p);
    return true;
}

/* words: FILE.so [PROSE.mdoc [DATE]] */
int tool_doc(char **words)
{
    struct complaints c = {0};
    if (!words[0] || (words[1] && words[2] && words[3]))
        return tool_usage();
    char *own = ask_object(words[0], &c), *name = plugin_name_in_path(words[0]);
    struct page p = {.name = name, .date = words[1] && words[2] ? words[2] : "$Mdocdate$"};
    bool ok = own != NULL;
    if (ok && words[1])
        ok = put_page(&p, own, words[1]);
    else if (ok)
        fputs(own, stdout);
    tool_complaints(&c);
    free(own);
    free(name);
    return ok ? EXIT_FINE : EXIT_WRONG;
}
