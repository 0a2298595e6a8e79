/* Order: what needs root comes before the user is changed; names are looked up
 * before chroot hides /etc.  Capabilities outlive the change of user by
 * PR_SET_KEEPCAPS and are then cut to what was asked; the bounding and ambient
 * sets are emptied, so that nothing a plugin might exec gets more.
 *
 * Core dumps: a worker's memory holds passwords on their way to the server.  So
 * the process is made undumpable, whatever limits and core_pattern say, unless
 * limit_core_size asks for dumps by a number above 0.
 *
 * Only soft limits are set: an action script gets them lifted to the hard ones. */
#include "privileges.h"
#include "../base/log.h"
#include "../worker/reserve.h"
#include "sanitized.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FILES_BESIDE = 128 };

/* Who to be. */
struct identity {
    uid_t uid;
    gid_t gid;
    const char *name; /* of the user, for its groups; NULL: it has none in /etc/passwd */
    bool user, group; /* asked for */
};

static bool as_number(const char *text, unsigned *number)
{
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    *number = (unsigned)value;
    return *text >= '0' && *text <= '9' && !*end && !errno && value < UINT32_MAX;
}

static bool find_user(const struct core *core, struct identity *who, struct complaints *c)
{
    if (!core->set_user || !*core->set_user)
        return true;
    unsigned number = 0;
    const bool numeric = as_number(core->set_user, &number);
    const struct passwd *p = numeric ? getpwuid(number) : getpwnam(core->set_user);
    if (!p && !numeric) {
        complain(c, core->file, 0, "set_user", core->set_user, "there is no such user");
        return false;
    }
    if (!p && !core->set_group) {
        complain(c, core->file, 0, "set_user", core->set_user,
                 "this number has no entry in /etc/passwd; set_group is needed with it");
        return false;
    }
    who->user = who->group = true;
    who->uid = p ? p->pw_uid : number;
    who->gid = p ? p->pw_gid : 0;
    who->name = p ? core->set_user : NULL;
    return true;
}

static bool find_group(const struct core *core, struct identity *who, struct complaints *c)
{
    if (!core->set_group || !*core->set_group)
        return true;
    unsigned number = 0;
    const struct group *g = getgrnam(core->set_group);
    if (!g && !as_number(core->set_group, &number)) {
        complain(c, core->file, 0, "set_group", core->set_group, "there is no such group");
        return false;
    }
    who->group = true;
    who->gid = g ? g->gr_gid : number;
    return true;
}

static bool fail(const struct core *core, const char *option, const char *value,
                 struct complaints *c)
{
    complain(c, core->file, 0, option, value, "%s%s", strerror(errno),
             geteuid() == 0 ? "" : "; this needs a start as root");
    return false;
}

static bool set_limits(const struct core *core, struct complaints *c)
{
    static const struct {
        int resource;
        const char *option;
    } rows[] = {{RLIMIT_CORE, "limit_core_size"},
                {RLIMIT_AS, "limit_virt_size"},
                {RLIMIT_DATA, "limit_data_size"},
                {RLIMIT_FSIZE, "limit_fsize"}};
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rlimit limit;
        if (core->limits[i] < 0)
            continue;
        getrlimit((__rlimit_resource_t)rows[i].resource, &limit);
        limit.rlim_cur = (rlim_t)core->limits[i];
        if (limit.rlim_max < limit.rlim_cur)
            limit.rlim_max = limit.rlim_cur;
        if (setrlimit((__rlimit_resource_t)rows[i].resource, &limit) < 0)
            return fail(core, rows[i].option, NULL, c);
    }
    return true;
}

static void allow_files(const struct core *core, struct complaints *c)
{
    const rlim_t need = (rlim_t)core->max_connections * FILES_PER_SESSION + FILES_BESIDE;
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur >= need)
        return;
    limit.rlim_cur = limit.rlim_max < need ? limit.rlim_max : need;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < need)
        remark(c, core->file, 0, "max_connections", NULL,
               "%ld connections may need %llu open files, this process may have %llu; raise its "
               "limit (LimitNOFILE=, ulimit -n)",
               core->max_connections, (unsigned long long)need, (unsigned long long)limit.rlim_cur);
}

static bool set_groups(const struct core *core, const struct identity *who, struct complaints *c)
{
    if (!who->group || (geteuid() != 0 && who->gid == getegid()))
        return true;
    const int done = who->name ? initgroups(who->name, who->gid) : setgroups(1, &who->gid);
    if (done < 0 || setresgid(who->gid, who->gid, who->gid) < 0)
        return fail(core, core->set_group ? "set_group" : "set_user",
                    core->set_group ? core->set_group : core->set_user, c);
    return true;
}

static bool change_root(const struct core *core, struct complaints *c)
{
    if (!core->chroot_path || !*core->chroot_path)
        return true;
    log_keep_path();
    if (chroot(core->chroot_path) < 0 || chdir("/") < 0)
        return fail(core, "chroot_path", core->chroot_path, c);
    return true;
}

static bool set_user(const struct core *core, const struct identity *who, struct complaints *c)
{
    if (!who->user || (geteuid() != 0 && who->uid == geteuid()))
        return true;
    prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
    if (setresuid(who->uid, who->uid, who->uid) < 0)
        return fail(core, "set_user", core->set_user, c);
    prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0);
    return true;
}

/* Before the user is changed, while CAP_SETPCAP is there; without it there is
 * nothing in the set that we could use. */
static void empty_bounding_set(uint64_t keep)
{
    for (unsigned cap = 0; cap <= 63; cap++)
        if (!(keep & (uint64_t)1 << cap))
            prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}

static uint64_t kernel_set(const struct core *core, unsigned capabilities)
{
    uint64_t set = 0;
    if ((capabilities & SG_CAP_NET_ADMIN) || core->upstream_mark)
        set |= (uint64_t)1 << CAP_NET_ADMIN;
    if (capabilities & SG_CAP_NET_RAW)
        set |= (uint64_t)1 << CAP_NET_RAW;
    return set;
}

static bool set_capabilities(const struct core *core, uint64_t keep, struct complaints *c)
{
    struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct set[2] = {{0}};
    syscall(SYS_capget, &head, set);
    const uint64_t have = set[0].permitted | (uint64_t)set[1].permitted << 32;
    if (keep & ~have) {
        complain(c, core->file, 0, NULL, NULL,
                 "upstream_mark or a plugin needs CAP_NET_ADMIN or CAP_NET_RAW; start as root");
        return false;
    }
    for (unsigned i = 0; i < 2; i++) {
        set[i].permitted = set[i].effective = (uint32_t)(keep >> 32 * i);
        set[i].inheritable = 0;
    }
    return syscall(SYS_capset, &head, set) == 0 || fail(core, "set_user", core->set_user, c);
}

bool privileges_drop(const struct core *core, unsigned capabilities, struct complaints *c)
{
    struct identity who = {0};
    const uint64_t keep = kernel_set(core, capabilities);
    if (!find_user(core, &who, c) || !find_group(core, &who, c))
        return false;
    if (core->priority && setpriority(PRIO_PROCESS, 0, (int)core->priority) < 0)
        return fail(core, "priority", NULL, c);
    allow_files(core, c);
    if (!set_limits(core, c) || !set_groups(core, &who, c) || !change_root(core, c))
        return false;
    empty_bounding_set(keep);
    if (!set_user(core, &who, c) || !set_capabilities(core, keep, c))
        return false;
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    /* The leak checker traces its own process. */
    prctl(PR_SET_DUMPABLE, core->limits[0] > 0 || SANITIZED, 0, 0, 0);
    return true;
}
