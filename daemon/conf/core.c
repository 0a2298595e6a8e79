/* The core file, from its path to a struct core and back to text. */
#include "core.h"
#include "core_options.h"
#include "import.h"
#include "options.h"
#include "../base/check.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static struct option_target target_of(const struct core *core)
{
    return (struct option_target){core_options, (void *)core};
}

struct core *core_read(const char *file, struct complaints *c)
{
    struct core *core = xcalloc(1, sizeof *core);
    struct option_target target = target_of(core);
    unsigned errors_before = c->errors;
    core->file = xstrdup(file);
    if (!options_read(file, &target, 1, core_obsolete, c) && import_looks_old(file))
        remark(c, file, 0, NULL, NULL,
               "looks like a file of version 1.4; smtp-gated --import %s DIR makes the new tree "
               "of it",
               file);
    core_check(core, c);
    if (c->errors == errors_before)
        return core;
    core_destroy(core);
    return NULL;
}

/* options_read() reads files. */
static char *as_file(const char *line, int *fd)
{
    *fd = memfd_create("line", MFD_CLOEXEC);
    const size_t n = strlen(line);
    check(*fd >= 0 && write(*fd, line, n) == (ssize_t)n);
    return xasprintf("/proc/self/fd/%d", *fd);
}

bool core_takes(const char *line, struct buffer *why)
{
    struct complaints c = {0};
    struct core *core = xcalloc(1, sizeof *core);
    struct option_target target = target_of(core);
    int fd;
    char *path = as_file(line, &fd);
    core->file = path;
    if (options_read(path, &target, 1, core_obsolete, &c) && strncmp(line, "set_", 4) != 0)
        core_check(core, &c);
    close(fd);
    const bool taken = c.errors == 0;
    const char *right = strstr(buffer_cstr(&c.text), "expected ");
    if (!taken && right)
        buffer_append(why, right + strlen("expected "), strcspn(right + strlen("expected "), "\n"));
    complaints_finish(&c);
    core_destroy(core);
    return taken;
}

void core_destroy(struct core *core)
{
    struct option_target target = target_of(core);
    if (!core)
        return;
    options_free(&target, 1);
    free((char *)core->file);
    free(core);
}

void core_print(const struct core *core, FILE *out)
{
    struct option_target target = target_of(core);
    options_print(&target, out);
}

bool core_print_option(const struct core *core, const char *name, FILE *out)
{
    struct option_target target = target_of(core);
    return options_print_one(&target, name, out);
}

void core_document(FILE *out)
{
    options_document(core_options, out);
}

struct log_setup core_log_setup(const struct core *core)
{
    return (struct log_setup){
        .target = (enum log_target)core->log_target,
        .format = (enum log_format)core->log_format,
        .level = core->log_level,
        .facility = core->log_facility << 3,
    };
}
