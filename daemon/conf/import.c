/* Writing the new tree from what the old file said.  Everything is made ready
 * in memory first, so that a fault found on the way leaves no half a tree. */
#include "import.h"
#include "core.h"
#include "import_old.h"
#include "quote.h"
#include "../base/check.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef PLUGINDIR
#define PLUGINDIR "/usr/local/lib/smtp-gated"
#endif

/* ------------------------------------------------------------- contents -- */

/* Whether an earlier row has given this option already: two spellings of 1.4
 * may stand for one option. */
static bool given_before(const struct old_conf *old, const struct old_row *row)
{
    for (const struct old_row *r = old_rows; r->name; r++) {
        bool same = r != row && r->place && strcmp(r->place, row->place) == 0 &&
                    strcmp(r->option, row->option) == 0;
        if (same && old->values[r - old_rows].text)
            return r < row || !old->values[row - old_rows].text;
    }
    return false;
}

static void write_row(const struct old_conf *old, const struct old_row *row, struct buffer *out)
{
    const char *value = old->values[row - old_rows].text, *expected;
    struct buffer now = {0};
    if (!value)
        value = row->initial;
    if (value && !given_before(old, row) && row->rewrite(value, &now, &expected) == WRITTEN)
        buffer_printf(out, "%s = %s\n", row->option, buffer_cstr(&now));
    buffer_finish(&now);
}

static void write_rows(const struct old_conf *old, const char *place, struct buffer *out)
{
    buffer_printf(out, "# Made by smtp-gated --import of %s\n", old->file);
    for (const struct old_row *row = old_rows; row->name; row++)
        if (row->place && strcmp(row->place, place) == 0)
            write_row(old, row, out);
}

/* ---------------------------------------------------------------- files -- */

/* A new file, never an old one; the secret of a helper may be in it. */
static bool write_file(const char *path, const struct buffer *content, struct complaints *c)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    size_t n = buffer_len(content);
    bool ok = fd >= 0 && write(fd, buffer_head(content), n) == (ssize_t)n && fsync(fd) == 0;
    if (!ok)
        complain(c, path, 0, NULL, NULL, "cannot be written: %s", strerror(errno));
    if (fd >= 0)
        close(fd);
    return ok;
}

static bool write_core(const struct old_conf *old, const char *dir, struct complaints *c)
{
    struct buffer content = {0};
    char *path = xasprintf("%s/smtp-gated.conf", dir);
    write_rows(old, CORE, &content);
    buffer_printf(&content, "reply_reference = no\n"); /* as 1.4's replies are */
    bool ok = write_file(path, &content, c);
    free(path);
    buffer_finish(&content);
    return ok;
}

static void remark_missing(const struct old_plugin *plugin, const char *path, struct complaints *c)
{
    char *object = xasprintf("%s/%s.so", PLUGINDIR, plugin->name);
    if (access(object, F_OK) != 0)
        remark(c, path, 0, NULL, NULL,
               "the plugin %s is not there (%s); until it is, smtp-gated will not start with "
               "this file",
               plugin->name, object);
    free(object);
}

static bool write_plugin(const struct old_conf *old, const struct old_plugin *plugin,
                         const char *dir, struct complaints *c)
{
    struct buffer content = {0};
    char *path = xasprintf("%s/conf.d/%s-%s.conf", dir, plugin->number, plugin->name);
    write_rows(old, plugin->name, &content);
    if (plugin->more)
        plugin->more(old, &content);
    bool ok = write_file(path, &content, c);
    remark_missing(plugin, path, c);
    free(path);
    buffer_finish(&content);
    return ok;
}

static bool make_dir(const char *path, bool must_be_new, struct complaints *c)
{
    if (mkdir(path, 0755) == 0 || (errno == EEXIST && !must_be_new))
        return true;
    complain(c, path, 0, NULL, NULL,
             errno == EEXIST ? "is there already and stays as it is%s" : "cannot be made: %s",
             errno == EEXIST ? "" : strerror(errno));
    return false;
}

static bool make_dirs(const char *dir, struct complaints *c)
{
    char *conf_d = xasprintf("%s/conf.d", dir), *file = xasprintf("%s/smtp-gated.conf", dir);
    bool there = access(file, F_OK) == 0;
    if (there)
        complain(c, file, 0, NULL, NULL, "is there already and stays as it is");
    bool ok = !there && make_dir(dir, false, c) && make_dir(conf_d, true, c);
    free(conf_d);
    free(file);
    return ok;
}

static bool write_tree(const struct old_conf *old, const char *dir, struct complaints *c)
{
    bool ok = make_dirs(dir, c) && write_core(old, dir, c);
    for (const struct old_plugin *plugin = old_plugins; ok && plugin->name; plugin++)
        if (plugin->wanted(old))
            ok = write_plugin(old, plugin, dir, c);
    return ok;
}

/* -------------------------------------------------------------- remarks -- */

static bool place_is_used(const struct old_conf *old, const char *place)
{
    if (strcmp(place, CORE) == 0)
        return true;
    for (const struct old_plugin *plugin = old_plugins; plugin->name; plugin++)
        if (strcmp(plugin->name, place) == 0)
            return plugin->wanted(old);
    return false;
}

/* An option with several rows is lost only if all their places are. */
static bool name_is_used(const struct old_conf *old, const char *name)
{
    for (const struct old_row *row = old_rows; row->name; row++)
        if (strcmp(row->name, name) == 0 && (!row->place || place_is_used(old, row->place)))
            return true;
    return false;
}

static bool first_of_name(const struct old_row *row)
{
    const struct old_row *first = old_rows;
    while (strcmp(first->name, row->name) != 0)
        first++;
    return first == row;
}

static void remark_row(const struct old_conf *old, const struct old_row *row, struct complaints *c)
{
    const struct old_value *value = &old->values[row - old_rows];
    if (!value->text || !first_of_name(row))
        return;
    if (row->why)
        remark(c, old->file, value->line, row->name, NULL, "is gone: %s", row->why);
    else if (!name_is_used(old, row->name))
        remark(c, old->file, value->line, row->name, NULL,
               "is left out: what it is for is switched off");
}

static void remark_all(const struct old_conf *old, struct complaints *c)
{
    for (const struct old_row *row = old_rows; row->name; row++)
        remark_row(old, row, c);
    for (const struct old_plugin *plugin = old_plugins; plugin->name; plugin++)
        if (plugin->comment && plugin->wanted(old))
            plugin->comment(old, c);
    if (strcmp(old_say(old, "mode"), "none") == 0)
        remark(c, old->file, 0, "mode", NULL,
               "is not set: a file such as conf.d/10-nat-netfilter.conf must say how the "
               "server is found");
}

/* Of the old file: the row that this line of the new one was made of.  NULL: of none. */
static const struct old_row *row_of_line(const struct old_conf *old, const char *place, int line)
{
    for (const struct old_row *row = old_rows; row->name; row++) {
        struct buffer now = {0};
        if (row->place && strcmp(row->place, place) == 0)
            write_row(old, row, &now);
        for (const char *c = buffer_cstr(&now); *c; c++)
            line -= *c == '\n';
        buffer_finish(&now);
        if (line <= 1) /* the first one is not of a row */
            return row;
    }
    return NULL;
}

/* "FILE:LINE: option 'NEW': found 'VALUE'; EXPECTED", said of the old file instead. */
static void complain_of_old(const struct old_conf *old, const char *place, const char *file,
                            const char *said, struct complaints *c)
{
    const size_t n = strlen(file);
    const bool has_line = strncmp(said, file, n) == 0 && said[n] == ':';
    const struct old_row *row =
        has_line ? row_of_line(old, place, (int)strtol(said + n + 1, NULL, 10)) : NULL;
    const struct old_value *value = row ? &old->values[row - old_rows] : NULL;
    const char *why = strstr(said, "'; ");
    if (value && value->text)
        complain(c, old->file, value->line, row->name, excerpt(value->text), "%.*s",
                 (int)strcspn(why ? why + 3 : said, "\n"), why ? why + 3 : said);
    else
        complain(c, old->file, 0, NULL, NULL, "plugin %s: %.*s", place, (int)strcspn(said, "\n"),
                 said);
}

static void ask_plugin(const struct old_conf *old, const struct old_plugin *plugin, import_ask *ask,
                       struct complaints *c)
{
    char path[] = "/tmp/smtp-gated-import-XXXXXX";
    char *said = NULL;
    struct buffer content = {0};
    const int fd = mkstemp(path);
    write_rows(old, plugin->name, &content);
    if (plugin->more)
        plugin->more(old, &content);
    if (fd >= 0 &&
        write(fd, buffer_head(&content), buffer_len(&content)) == (ssize_t)buffer_len(&content))
        said = ask(plugin->name, path);
    for (const char *line = said; line && *line; line += strcspn(line, "\n"), line += *line != 0)
        complain_of_old(old, plugin->name, path, line, c);
    if (fd >= 0) {
        unlink(path);
        close(fd);
    }
    buffer_finish(&content);
    free(said);
}

/* What a plugin takes, its object knows. */
static bool check_plugins(const struct old_conf *old, import_ask *ask, struct complaints *c)
{
    const unsigned errors_before = c->errors;
    for (const struct old_plugin *plugin = old_plugins; ask && plugin->name; plugin++)
        if (plugin->wanted(old))
            ask_plugin(old, plugin, ask, c);
    return c->errors == errors_before;
}

/* 1.4 took more than we do.  Nothing is written that would be refused when it is read. */
static bool check_values(const struct old_conf *old, struct complaints *c)
{
    const unsigned errors_before = c->errors;
    for (const struct old_row *row = old_rows; row->name; row++) {
        const struct old_value *value = &old->values[row - old_rows];
        struct buffer now = {0}, line = {0}, why = {0};
        const char *expected;
        const bool written = value->text && row->place && strcmp(row->place, CORE) == 0 &&
                             row->rewrite(value->text, &now, &expected) == WRITTEN;
        if (written)
            buffer_printf(&line, "%s = %s\n", row->option, buffer_cstr(&now));
        if (written && !core_takes(buffer_cstr(&line), &why))
            complain(c, old->file, value->line, row->name, excerpt(value->text), "expected %s",
                     buffer_cstr(&why));
        buffer_finish(&now);
        buffer_finish(&line);
        buffer_finish(&why);
    }
    return c->errors == errors_before;
}

int import_tree(const char *old_file, const char *dir, import_ask *ask, struct complaints *c)
{
    struct old_conf old;
    bool ok = old_read(old_file, &old, c) && check_values(&old, c) && check_plugins(&old, ask, c) &&
              write_tree(&old, dir, c);
    if (ok)
        remark_all(&old, c);
    old_finish(&old);
    return ok ? 0 : -1;
}
