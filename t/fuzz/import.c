/* --import of a file of any bytes: either it is complained of, in printable words, and
 * nothing is written; or the core file that is written is one that the daemon takes,
 * but for what the machine lacks (a user, a locale) and 1.4 did not ask. */
#include "files.h"

#include "../../daemon/conf/core.h"
#include "../../daemon/conf/import.h"

#include <dirent.h>
#include <stdlib.h>

static char dir[64];

static void make_dir(void)
{
    snprintf(dir, sizeof dir, "/dev/shm/fuzz-import-XXXXXX");
    check(mkdtemp(dir));
}

static void remove_all(const char *folder)
{
    char *path;
    DIR *d = opendir(folder);
    struct dirent *entry;
    while (d && (entry = readdir(d)) != NULL) {
        path = xasprintf("%s/%s", folder, entry->d_name);
        if (entry->d_type == DT_REG)
            check(unlink(path) == 0);
        free(path);
    }
    if (d)
        closedir(d);
    rmdir(folder);
}

/* Each line is one the grammar takes: what is complained of is a value. */
static void core_is_taken(void)
{
    struct complaints c = {0};
    char *path = xasprintf("%s/smtp-gated.conf", dir);
    struct core *core = core_read(path, &c);
    check(core || strstr(buffer_cstr(&c.text), "expected"));
    core_destroy(core);
    complaints_finish(&c);
    free(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct complaints c = {0};
    struct memory_file f = memory_file(data, size);
    make_dir();
    if (import_tree(f.path, dir, NULL, &c) == 0)
        core_is_taken();
    else
        said_in_words(&c);
    complaints_finish(&c);
    close(f.fd);
    char *conf_d = xasprintf("%s/conf.d", dir);
    remove_all(conf_d);
    remove_all(dir);
    free(conf_d);
    return 0;
}
