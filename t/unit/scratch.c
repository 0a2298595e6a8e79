/* A directory that lives as long as a test. */
#include "scratch.h"
#include "../../daemon/base/check.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char *dir;

const char *scratch_dir(void)
{
    const char *parent = getenv("TMPDIR");

    if (!dir) {
        dir = xasprintf("%s/sg-unit-XXXXXX", parent ? parent : "/tmp");
        check(mkdtemp(dir));
    }
    return dir;
}

const char *scratch_path(const char *name)
{
    static char path[4096];

    snprintf(path, sizeof path, "%s/%s", scratch_dir(), name);
    return path;
}

const char *scratch_bytes(const char *name, const void *bytes, size_t n)
{
    const char *path = scratch_path(name);
    FILE *out = fopen(path, "w");

    check(out && fwrite(bytes, 1, n, out) == n);
    check(fclose(out) == 0);
    return path;
}

const char *scratch_file(const char *name, const char *text)
{
    return scratch_bytes(name, text, strlen(text));
}

const char *scratch_subdir(const char *name)
{
    const char *path = scratch_path(name);

    check(mkdir(path, 0755) == 0);
    return path;
}

const char *scratch_read(const char *name)
{
    static char text[65536];
    FILE *in = fopen(scratch_path(name), "r");

    if (!in)
        return NULL;
    text[fread(text, 1, sizeof text - 1, in)] = '\0';
    fclose(in);
    return text;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

int scratch_remove(void **state)
{
    (void)state;
    if (dir)
        nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(dir);
    dir = NULL;
    return 0;
}

const char *without_dir(const char *text)
{
    static char shown[65536];
    size_t n = strlen(scratch_dir()) + 1, used = 0;

    while (*text && used < sizeof shown - 1)
        if (strncmp(text, dir, n - 1) == 0 && text[n - 1] == '/')
            text += n;
        else
            shown[used++] = *text++;
    shown[used] = '\0';
    return shown;
}
