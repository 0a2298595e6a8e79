/* See script.h. */
#include "script.h"
#include "../../daemon/base/check.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *read_all(const char *file)
{
    struct buffer text = {0};
    char bytes[4096];
    size_t n;
    FILE *in = fopen(file, "r");
    if (!in)
        return NULL;
    while ((n = fread(bytes, 1, sizeof bytes, in)) > 0)
        buffer_append(&text, bytes, n);
    fclose(in);
    char *copy = xstrdup(buffer_cstr(&text));
    buffer_finish(&text);
    return copy;
}

/* Cuts the line in place. */
static void add_line(struct script *s, int number, char *line)
{
    char *rest = line + strcspn(line, " \t");
    if (*line == '#' || *line == '\0')
        return;
    if (*rest)
        *rest++ = '\0';
    s->lines = xrealloc(s->lines, (s->count + 1) * sizeof *s->lines);
    s->lines[s->count++] = (struct script_line){number, line, rest};
}

bool script_read(const char *file, struct script *s, struct complaints *c)
{
    *s = (struct script){.file = file, .text = read_all(file)};
    if (!s->text) {
        complain(c, file, 0, NULL, NULL, "cannot be read: %s", strerror(errno));
        return false;
    }
    int number = 1;
    for (char *line = s->text, *end; line; line = end, number++) {
        end = strchr(line, '\n');
        if (end)
            *end++ = '\0';
        add_line(s, number, line);
    }
    if (s->count == 0)
        complain(c, file, 0, NULL, NULL, "is a script without a line");
    return s->count > 0;
}

void script_finish(struct script *s)
{
    free(s->text);
    free(s->lines);
}
