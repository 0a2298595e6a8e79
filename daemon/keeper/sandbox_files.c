/* See sandbox_files.h.
 *
 * Everything that the kernel's version of Landlock can refuse is refused, but for
 * rules that name a file, or a directory and all below it.  A rule is bound to the
 * file that has the name when the worker starts; if another is put in its place
 * (/etc/resolv.conf, for one), the next worker has that.  So directories stand here
 * where they hold nothing secret. */
#include "sandbox_files.h"
#include "../plugin/grants.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Headers may be older than kernels. */
#define TRUNCATE (1ull << 14)  /* since version 3 */
#define IOCTL_DEV (1ull << 15) /* since version 5 */

#define READ_FILE LANDLOCK_ACCESS_FS_READ_FILE
#define WRITE_FILE (LANDLOCK_ACCESS_FS_WRITE_FILE | TRUNCATE | IOCTL_DEV)
#define FILE_RIGHTS (LANDLOCK_ACCESS_FS_EXECUTE | READ_FILE | WRITE_FILE)
#define READ (READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define WRITE                                                                                      \
    (READ | WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |          \
     LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |    \
     LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_SYM | LANDLOCK_ACCESS_FS_REFER)

/* What libc, its modules and the libraries of plugins read. */
static const char *const readable[] = {
    "/usr", "/lib", "/lib64", "/etc/ld.so.cache",
    /* names and addresses */
    "/etc/gai.conf", "/etc/host.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/protocols",
    "/etc/resolv.conf", "/etc/services", "/run/resolvconf", "/run/systemd/resolve",
    /* users, time, language, certificates */
    "/etc/group", "/etc/passwd", "/etc/localtime", "/etc/timezone", "/etc/locale.alias",
    "/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/etc/ca-certificates",
    /* the machine */
    "/dev/random", "/dev/urandom", "/dev/zero", "/proc/cpuinfo", "/proc/loadavg", "/proc/meminfo",
    "/proc/self", "/proc/stat", "/proc/sys", "/proc/uptime", "/sys/devices/system",
    "/sys/fs/cgroup", NULL};

/* All rights that are known to version `abi`, the last of which is known here. */
static uint64_t rights_of(int abi)
{
    static const uint64_t known[] = {0,
                                     (1ull << 13) - 1,
                                     (1ull << 14) - 1,
                                     (1ull << 15) - 1,
                                     (1ull << 15) - 1,
                                     (1ull << 16) - 1};
    const int last = (int)(sizeof known / sizeof *known) - 1;
    return known[abi < 0 ? 0 : abi > last ? last : abi];
}

static int version(void)
{
    return (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

bool files_available(void)
{
    return version() > 0;
}

struct ruleset {
    int fd;
    uint64_t handled;
};

/* Rights that make sense for directories only are refused in a rule for a file. */
static bool allow_fd(const struct ruleset *set, int file, uint64_t rights)
{
    struct stat st;
    if (fstat(file, &st) == 0 && !S_ISDIR(st.st_mode))
        rights &= FILE_RIGHTS;
    const struct landlock_path_beneath_attr rule = {.allowed_access = rights & set->handled,
                                                    .parent_fd = file};
    return syscall(SYS_landlock_add_rule, set->fd, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
}

/* What is not there, need not be granted. */
static bool allow(const struct ruleset *set, const char *path, uint64_t rights)
{
    const int file = open(path, O_PATH | O_CLOEXEC);
    if (file < 0)
        return true;
    const bool allowed = allow_fd(set, file, rights);
    close(file);
    return allowed;
}

static bool allow_core(const struct ruleset *set, const struct core *core)
{
    for (const char *const *path = readable; *path; path++)
        if (!allow(set, *path, READ))
            return false;
    return allow(set, core->plugin_path, READ) && allow(set, core->spool_path, WRITE) &&
           allow(set, "/dev/null", READ | WRITE_FILE);
}

/* By the descriptor, and inside a chroot by the path, too, as it may mean that. */
static bool allow_grant(const struct ruleset *set, const struct grant *g, bool inside)
{
    const uint64_t rights = g->access == SG_GRANT_READ ? READ : WRITE;
    return (!inside || allow(set, g->path, rights)) && (g->fd < 0 || allow_fd(set, g->fd, rights));
}

static bool allow_plugins(const struct ruleset *set, const struct core *core,
                          const struct plugins *plugins)
{
    const bool inside = core->chroot_path && *core->chroot_path;
    for (unsigned i = 0; i < plugins->count; i++)
        for (const struct grant *g = plugins->all[i]->grants; g; g = g->next)
            if (!allow_grant(set, g, inside))
                return false;
    return true;
}

bool files_confine(const struct core *core, const struct plugins *plugins)
{
    struct ruleset set = {-1, rights_of(version())};
    const struct landlock_ruleset_attr attr = {.handled_access_fs = set.handled};
    set.fd = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
    if (set.fd < 0)
        return false;
    const bool confined = allow_core(&set, core) && allow_plugins(&set, core, plugins) &&
                          syscall(SYS_landlock_restrict_self, set.fd, 0) == 0;
    const int error = errno;
    close(set.fd);
    errno = error;
    return confined;
}
