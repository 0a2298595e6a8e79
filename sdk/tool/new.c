/* A project to start from: a copy of the skeleton, which is a plugin called
 * my-plugin and works as it is, under another name.  In names of files and in
 * their contents "my-plugin" becomes the name, and "my_plugin" the name as C
 * writes it. */
#include "tool.h"
#include "../../daemon/base/check.h"
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* All files of the skeleton; folders come before what is in them. */
static const char *const files[] = {
    "configure.ac", "Makefile.am",      "my-plugin.c",   "my-plugin.conf",   "my-plugin.mdoc",
    "README.md",    "m4/smtp-gated.m4", "t/my-plugin.t", "t/my-plugin.conf",
};

struct project {
    const char *name, *directory;
    char *ident;    /* the name, '-' written '_' */
    char *skeleton; /* directory */
};

static bool name_fits(const char *name)
{
    return name[0] >= 'a' && name[0] <= 'z' && strlen(name) < 40 &&
           name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

/* Where make install puts it; if the whole tree was moved since, beside this
 * program all the same. */
static char *find_skeleton(void)
{
    char self[4096] = "";
    const char *told = getenv("SMTP_GATED_SKELETON");
    if (told)
        return xstrdup(told);
    if (access(SKELETONDIR, R_OK) == 0)
        return xstrdup(SKELETONDIR);
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    for (int up = 0; n > 0 && up < 2; up++)
        *strrchr(self, '/') = '\0';
    return xasprintf("%s/share/smtp-gated/skeleton", self);
}

static void renamed(const struct project *p, const char *text, struct buffer *out)
{
    const size_t word = strlen("my-plugin");
    while (*text) {
        if (strncmp(text, "my-plugin", word) == 0 || strncmp(text, "my_plugin", word) == 0) {
            const char *by = text[2] == '-' ? p->name : p->ident;
            buffer_append(out, by, strlen(by));
            text += word;
        } else {
            buffer_append(out, text++, 1);
        }
    }
}

static bool failed(const char *path)
{
    fprintf(stderr, "smtp-gated-plugin: %s: %s\n", path, strerror(errno));
    return false;
}

static bool read_file(const char *path, struct buffer *text)
{
    char bytes[4096];
    size_t n;
    FILE *in = fopen(path, "r");
    if (!in)
        return failed(path);
    while ((n = fread(bytes, 1, sizeof bytes, in)) > 0)
        buffer_append(text, bytes, n);
    fclose(in);
    return true;
}

static bool write_file(const char *path, struct buffer *text)
{
    FILE *out = fopen(path, "wx");
    if (!out)
        return failed(path);
    fputs(buffer_cstr(text), out);
    return fclose(out) == 0 || failed(path);
}

static bool copy_file(const struct project *p, const char *file)
{
    struct buffer from = {0}, to = {0}, text = {0};
    char *source = xasprintf("%s/%s", p->skeleton, file);
    buffer_printf(&to, "%s/", p->directory);
    renamed(p, file, &to);
    bool ok = read_file(source, &from);
    renamed(p, buffer_cstr(&from), &text);
    ok = ok && write_file(buffer_cstr(&to), &text);
    buffer_finish(&from);
    buffer_finish(&to);
    buffer_finish(&text);
    free(source);
    return ok;
}

static bool make_folders(const char *directory)
{
    static const char *const below[] = {"", "/m4", "/t"};
    for (size_t i = 0; i < sizeof below / sizeof *below; i++) {
        char *path = xasprintf("%s%s", directory, below[i]);
        bool ok = mkdir(path, 0777) == 0 || failed(path);
        free(path);
        if (!ok)
            return false;
    }
    return true;
}

static bool write_project(const struct project *p)
{
    if (!make_folders(p->directory))
        return false;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (!copy_file(p, files[i]))
            return false;
    return true;
}

/* words: NAME [DIRECTORY] */
int tool_new(char **words)
{
    if (!words[0] || (words[1] && words[2]))
        return tool_usage();
    if (!name_fits(words[0])) {
        fprintf(
            stderr,
            "smtp-gated-plugin: '%s' is not a name for a plugin; lower case letters, digits and "
            "'-' are, a letter first\n",
            words[0]);
        return EXIT_WRONG;
    }
    struct project p = {.name = words[0], .directory = words[1] ? words[1] : words[0]};
    p.ident = xstrdup(p.name);
    for (char *c = p.ident; *c; c++)
        *c = *c == '-' ? '_' : *c;
    p.skeleton = find_skeleton();
    bool ok = write_project(&p);
    if (ok)
        printf("%s: cd there, autoreconf -fi, ./configure, make check\n", p.directory);
    free(p.ident);
    free(p.skeleton);
    return ok ? EXIT_FINE : EXIT_WRONG;
}
