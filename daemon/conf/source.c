/* The text of a configuration file, before libconfuse sees it.  libconfuse has
 * no switch against environment variables, drops characters it does not know,
 * and counts a comment's line more than once, so one pass over the text settles
 * these three.  It knows of the syntax only what it takes to tell comments,
 * strings and the rest apart. */
#include "source.h"
#include "../base/check.h"
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool check_bytes(const char *file, const char *text, size_t length, struct complaints *c)
{
    const char *nul = memchr(text, '\0', length);
    if (length > SOURCE_MAX) {
        complain(c, file, 0, NULL, NULL, "is larger than %u bytes, so it is not a configuration",
                 SOURCE_MAX);
        return false;
    }
    if (nul) {
        int line = 1;
        for (const char *p = text; p < nul; p++)
            line += *p == '\n';
        complain(c, file, line, NULL, NULL, "holds a NUL byte, so it is not a text");
        return false;
    }
    return true;
}

/* A pipe would keep us waiting, a reload with us; a device such as /dev/null is
 * an empty file. */
static FILE *open_file(const char *file, struct complaints *c)
{
    int fd = open(file, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0) {
        complain(c, file, 0, NULL, NULL, "cannot be opened: %s", strerror(errno));
    } else if (!S_ISREG(st.st_mode) && !S_ISCHR(st.st_mode)) {
        complain(c, file, 0, NULL, NULL, "is not a regular file");
    } else {
        FILE *in = fdopen(fd, "r");
        check(in);
        return in;
    }
    if (fd >= 0)
        close(fd);
    return NULL;
}

char *source_read(const char *file, struct complaints *c)
{
    FILE *in = open_file(file, c);
    if (!in)
        return NULL;
    char *text = xmalloc(SOURCE_MAX + 3);
    size_t length = fread(text, 1, SOURCE_MAX + 1, in);
    bool ok = !ferror(in);
    if (!ok)
        complain(c, file, 0, NULL, NULL, "cannot be read: %s", strerror(errno));
    fclose(in);
    if (!ok || !check_bytes(file, text, length, c)) {
        free(text);
        return NULL;
    }
    text[length] = '\n';
    text[length + 1] = '\0';
    return text;
}

/* Where the pass is. */
struct scan {
    const char *file;
    char *p;
    int line;
    struct complaints *c;
    unsigned wrong;
};

static void wrong(struct scan *s, int line, const char *value, const char *what)
{
    if (s->wrong++ < SHOWN_MAX)
        complain(s->c, s->file, line, NULL, value, "%s", what);
}

static void blank(struct scan *s)
{
    if (*s->p == '\n')
        s->line++;
    else
        *s->p = ' ';
    s->p++;
}

static void blank_line(struct scan *s)
{
    while (*s->p && *s->p != '\n')
        blank(s);
}

static void blank_block(struct scan *s)
{
    int begun = s->line;
    while (*s->p && !(s->p[0] == '*' && s->p[1] == '/'))
        blank(s);
    if (!*s->p) {
        wrong(s, begun, NULL, "the comment that begins here is never closed by */");
        return;
    }
    blank(s);
    blank(s);
}

/* libconfuse takes other backslashes away, or makes control characters of what is
 * after them: a pattern would be in force as another one.  At the end of
 * a line it joins the next one to it. */
static bool stays(const char *backslash)
{
    const char next = backslash[1];
    return next == '"' || next == '\\' || (next == '$' && backslash[2] == '{') || next == '\n';
}

static void check_in_double_quotes(struct scan *s)
{
    const char found[3] = {s->p[0], s->p[1], '\0'};
    if (s->p[0] == '$' && s->p[1] == '{')
        wrong(s, s->line, "${", "environment variables are not expanded here; write \\${");
    if (s->p[0] == '\\' && !stays(s->p))
        wrong(s, s->line, found,
              "between double quotes this backslash would be lost; write '...' around the value, "
              "where patterns stand as they are, or \\\\ for a backslash");
}

static void skip_string(struct scan *s)
{
    char quote = *s->p++;
    const char *first = s->p;
    int begun = s->line;
    for (; *s->p && *s->p != quote; s->p++) {
        if (quote == '"')
            check_in_double_quotes(s);
        if (*s->p == '\\' && s->p[1])
            s->p++;
        if (*s->p == '\n')
            s->line++;
    }
    if (s->p - first > (ptrdiff_t)QUOTED_MAX)
        wrong(s, begun, NULL, "the quoted text that begins here is too long");
    if (*s->p)
        s->p++;
    else
        wrong(s, begun, NULL, "the quoted text that begins here is never closed");
}

static bool begins_line_comment(const struct scan *s, bool in_word)
{
    return s->p[0] == '#' || (!in_word && s->p[0] == '/' && s->p[1] == '/');
}

/* A character that is neither blank nor word nor part of the syntax.  Those
 * with a reason to stand in a value are named in quotes. */
static void check_plain(struct scan *s)
{
    char found[2] = {*s->p, '\0'};
    if (s->p[0] == '$' && s->p[1] == '{')
        wrong(s, s->line, "${", "environment variables are not expanded here");
    else if (strchr("*()", *s->p) || (s->p[0] == '+' && s->p[1] != '='))
        wrong(s, s->line, found, "a value with this character stands in quotes");
    else if (iscntrl((unsigned char)*s->p) && !isspace((unsigned char)*s->p))
        wrong(s, s->line, NULL, "a control character stands here");
}

bool source_prepare(const char *file, char *text, struct complaints *c)
{
    struct scan s = {file, text, 1, c, 0};
    bool in_word = false;
    while (*s.p) {
        bool was_in_word = in_word;
        in_word = false;
        if (*s.p == '"' || *s.p == '\'') {
            skip_string(&s);
        } else if (begins_line_comment(&s, was_in_word)) {
            blank_line(&s);
        } else if (s.p[0] == '/' && s.p[1] == '*') {
            blank_block(&s);
        } else {
            check_plain(&s);
            in_word = !isspace((unsigned char)*s.p) && !strchr("={}(),+", *s.p);
            s.line += *s.p++ == '\n';
        }
    }
    return s.wrong == 0;
}
