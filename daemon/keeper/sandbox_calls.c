/* See sandbox_calls.h.
 *
 * The list (sandbox_calls.def) is what programs of this kind ordinarily use, rather
 * than what ours was seen to: an update of libc must not end workers.  What is not
 * on it: to run programs, to look into or signal other processes, namespaces,
 * mounts, modules, keys, BPF, io_uring, identities.  Libraries that try something
 * newer first and have another way are told that it does not exist (ENOSYS). */
#include "sandbox_calls.h"

#ifdef HAVE_SECCOMP

#include "smtp-gated/plugin.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *const listed[] = {
#define CALL(name) #name,
#include "sandbox_calls.def"
#undef CALL
    NULL};

/* Also with CALLS_LISTED: an error, as these are tried by libraries on the chance. */
static const char *const missing[] = {
    "clone3", "io_uring_setup", "io_uring_enter", "io_uring_register", "io_setup", NULL};

/* The same: what is done to a file by its path, and Landlock does not look at (at
 * truncate(2) not before its third version).  A file that was opened is another matter. */
static const char *const unseen[] = {"chmod",      "chown",     "fchmodat", "fchmodat2",
                                     "fchownat",   "futimesat", "lchown",   "truncate",
                                     "truncate64", "utime",     "utimes",   NULL};

/* With CALLS_MOST. */
static const char *const refused[] = {
    /* other processes */
    "kcmp", "perf_event_open", "pidfd_getfd", "process_madvise", "process_vm_readv",
    "process_vm_writev", "ptrace",
    /* the kernel */
    "bpf", "delete_module", "finit_module", "init_module", "io_uring_enter", "io_uring_register",
    "io_uring_setup", "kexec_file_load", "kexec_load", "reboot", "syslog", "userfaultfd",
    /* keys */
    "add_key", "keyctl", "request_key",
    /* mounts and namespaces */
    "fsconfig", "fsmount", "fsopen", "fspick", "mount", "mount_setattr", "move_mount",
    "open_by_handle_at", "open_tree", "pivot_root", "setns", "swapoff", "swapon", "umount",
    "umount2", "unshare",
    /* the machine */
    "acct", "adjtimex", "clock_adjtime", "clock_settime", "ioperm", "iopl", "quotactl",
    "settimeofday", NULL};

bool calls_available(void)
{
    const uint32_t action = SECCOMP_RET_TRAP;
    return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

/* The calls by these names, one that is unknown aside.  0, or the first error. */
static int name_all(scmp_filter_ctx f, uint32_t action, const char *const *names)
{
    int rc = 0;
    for (; *names && rc == 0; names++) {
        const int number = seccomp_syscall_resolve_name(*names);
        if (number != __NR_SCMP_ERROR)
            rc = seccomp_rule_add(f, action, number, 0);
    }
    return rc;
}

/* ---------------------------------------------------------- by argument -- */

struct exact {
    int call;
    unsigned argument;
    enum scmp_compare how;
    uint64_t mask, value; /* SCMP_CMP_EQ: the value is in mask */
};

static int allow_exact(scmp_filter_ctx f, const struct exact *rules, unsigned count)
{
    int rc = 0;
    for (unsigned i = 0; i < count && rc == 0; i++) {
        const struct exact *r = &rules[i];
        rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, r->call, 1,
                              SCMP_CMP(r->argument, r->how, r->mask, r->value));
    }
    return rc;
}

/* Threads but no processes; signals to ourselves; limits of our own. */
static int allow_own(scmp_filter_ctx f)
{
    const uint64_t self = (uint64_t)getpid();
    const struct exact rules[] = {
        {SCMP_SYS(clone), 0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD},
        {SCMP_SYS(kill), 0, SCMP_CMP_EQ, self, 0},
        {SCMP_SYS(tgkill), 0, SCMP_CMP_EQ, self, 0},
        {SCMP_SYS(rt_tgsigqueueinfo), 0, SCMP_CMP_EQ, self, 0},
        {SCMP_SYS(prlimit64), 0, SCMP_CMP_EQ, 0, 0},
        {SCMP_SYS(prctl), 0, SCMP_CMP_EQ, PR_SET_NAME, 0},
        {SCMP_SYS(prctl), 0, SCMP_CMP_EQ, PR_GET_NAME, 0},
        {SCMP_SYS(prctl), 0, SCMP_CMP_EQ, PR_GET_DUMPABLE, 0},
        {SCMP_SYS(prctl), 0, SCMP_CMP_EQ, PR_CAPBSET_READ, 0},
        {SCMP_SYS(prctl), 0, SCMP_CMP_EQ, PR_SET_VMA, 0},
    };
    return allow_exact(f, rules, sizeof rules / sizeof *rules);
}

/* All of mmap(2), except what posix_spawn(3) asks for: see on_refused().  A thread's
 * stack begins without any access. */
static int allow_memory(scmp_filter_ctx f)
{
#ifdef CALLS_SEE_STACKS
    const struct exact plain = {SCMP_SYS(mmap), 3, SCMP_CMP_MASKED_EQ, MAP_STACK, 0};
    const int rc = allow_exact(f, &plain, 1);
    return rc ? rc
              : seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
                                 SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_STACK, MAP_STACK),
                                 SCMP_A2(SCMP_CMP_EQ, PROT_NONE, 0));
#else
    return seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 0);
#endif
}

/* utimensat(2) without a path is futimens(3). */
static int allow_times(scmp_filter_ctx f)
{
    const struct exact own = {SCMP_SYS(utimensat), 1, SCMP_CMP_EQ, 0, 0};
    const int rc = allow_exact(f, &own, 1);
    return rc ? rc
              : seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(utimensat), 1,
                                 SCMP_A1(SCMP_CMP_NE, 0, 0));
}

/* TCP and UDP.  SCTP, DCCP and their like are less trodden, and come as modules for
 * whoever asks; a raw socket is for who declared it. */
static int allow_internet(scmp_filter_ctx f, uint64_t family, bool raw)
{
    static const uint64_t types[] = {SOCK_STREAM, SOCK_DGRAM},
                          protocols[] = {0, IPPROTO_TCP, IPPROTO_UDP};
    const struct exact any = {SCMP_SYS(socket), 0, SCMP_CMP_EQ, family, 0};
    const uint64_t flags = SOCK_CLOEXEC | SOCK_NONBLOCK;
    int rc = raw ? allow_exact(f, &any, 1) : 0;
    for (unsigned t = 0; t < 2 && rc == 0; t++)
        for (unsigned p = 0; p < 3 && rc == 0; p++)
            rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(socket), 3,
                                  SCMP_A0(SCMP_CMP_EQ, family, 0),
                                  SCMP_A1(SCMP_CMP_MASKED_EQ, ~flags, types[t]),
                                  SCMP_A2(SCMP_CMP_EQ, protocols[p], 0));
    return rc;
}

static int allow_sockets(scmp_filter_ctx f, unsigned needs, unsigned capabilities)
{
    const bool raw = capabilities & SG_CAP_NET_RAW;
    const struct exact local = {SCMP_SYS(socket), 0, SCMP_CMP_EQ, AF_UNIX, 0};
    const struct exact netlink = {SCMP_SYS(socket), 0, SCMP_CMP_EQ, AF_NETLINK, 0};
    const struct exact packet = {SCMP_SYS(socket), 0, SCMP_CMP_EQ, AF_PACKET, 0};
    int rc = allow_exact(f, &local, 1);
    if (rc == 0)
        rc = allow_internet(f, AF_INET, raw);
    if (rc == 0)
        rc = allow_internet(f, AF_INET6, raw);
    if (rc == 0 && raw)
        rc = allow_exact(f, &packet, 1);
    if (rc == 0 && (needs & SG_NEEDS_NETLINK))
        rc = allow_exact(f, &netlink, 1);
    else if (rc == 0) /* getaddrinfo(3) does without */
        rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket), 1,
                              SCMP_A0(SCMP_CMP_EQ, AF_NETLINK, 0));
    return rc;
}

/* A call with one of these as its second argument. */
static int allow_commands(scmp_filter_ctx f, int call, const unsigned *commands, unsigned count)
{
    int rc = 0;
    for (unsigned i = 0; i < count && rc == 0; i++) {
        const struct exact rule = {call, 1, SCMP_CMP_EQ, commands[i], 0};
        rc = allow_exact(f, &rule, 1);
    }
    return rc;
}

static int allow_controls(scmp_filter_ctx f)
{
    static const unsigned controls[] = {FIONBIO,     FIOASYNC,      FIOCLEX,      FIONCLEX,
                                        FIONREAD,    TIOCOUTQ,      TCGETS,       TIOCGWINSZ,
                                        SIOCGIFADDR, SIOCGIFCONF,   SIOCGIFFLAGS, SIOCGIFINDEX,
                                        SIOCGIFNAME, SIOCGIFNETMASK};
    return allow_commands(f, SCMP_SYS(ioctl), controls, sizeof controls / sizeof *controls);
}

/* All but what makes the kernel send signals in our name, to whom we like: F_SETOWN,
 * F_SETSIG and their like. */
static int allow_fcntl(scmp_filter_ctx f)
{
    static const unsigned commands[] = {
        F_DUPFD,      F_DUPFD_CLOEXEC, F_GETFD,      F_SETFD,    F_GETFL,     F_SETFL,
        F_GETLK,      F_SETLK,         F_SETLKW,     F_GETLK64,  F_SETLK64,   F_SETLKW64,
        F_OFD_GETLK,  F_OFD_SETLK,     F_OFD_SETLKW, F_GETOWN,   F_GETOWN_EX, F_GETSIG,
        F_GETPIPE_SZ, F_SETPIPE_SZ,    F_ADD_SEALS,  F_GET_SEALS};
    const unsigned count = sizeof commands / sizeof *commands;
    const int rc = allow_commands(f, SCMP_SYS(fcntl), commands, count);
    return rc ? rc : allow_commands(f, SCMP_SYS(fcntl64), commands, count);
}

/* --------------------------------------------------------------- filters -- */

static int fill_listed(scmp_filter_ctx f, unsigned needs, unsigned capabilities)
{
    int rc = name_all(f, SCMP_ACT_ALLOW, listed);
    if (rc == 0)
        rc = name_all(f, SCMP_ACT_ERRNO(ENOSYS), missing);
    if (rc == 0)
        rc = name_all(f, SCMP_ACT_ERRNO(EPERM), unseen);
    if (rc == 0)
        rc = allow_own(f);
    if (rc == 0)
        rc = allow_memory(f);
    if (rc == 0)
        rc = allow_times(f);
    if (rc == 0)
        rc = allow_fcntl(f);
    if (rc == 0)
        rc = allow_sockets(f, needs, capabilities);
    return rc ? rc : allow_controls(f);
}

/* Calls of another architecture than ours would pass by any list; a program may be
 * of the one that this machine still runs. */
static int set_up(scmp_filter_ctx f, bool programs)
{
    const uint32_t native = seccomp_arch_native();
    int rc = seccomp_attr_set(f, SCMP_FLTATR_CTL_OPTIMIZE, 2);
    if (rc == 0)
        rc = seccomp_attr_set(f, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    if (rc == 0 && programs && native == SCMP_ARCH_X86_64)
        rc = seccomp_arch_add(f, SCMP_ARCH_X86);
    if (rc == 0 && programs && native == SCMP_ARCH_AARCH64)
        rc = seccomp_arch_add(f, SCMP_ARCH_ARM);
    return rc;
}

bool calls_confine(enum calls_mode mode, unsigned needs, unsigned capabilities)
{
    const bool most = mode == CALLS_MOST;
    scmp_filter_ctx f = seccomp_init(most ? SCMP_ACT_ALLOW : SCMP_ACT_TRAP);
    if (!f) {
        errno = ENOMEM;
        return false;
    }
    int rc = set_up(f, most);
    if (rc == 0 && most)
        rc = name_all(f, SCMP_ACT_ERRNO(EPERM), refused);
    else if (rc == 0)
        rc = fill_listed(f, needs, capabilities);
    if (rc == 0)
        rc = seccomp_load(f);
    seccomp_release(f);
    errno = -rc;
    return rc == 0;
}

char *calls_name(int number)
{
    return seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, number);
}

#else

#include <stddef.h>

bool calls_available(void)
{
    return false;
}

bool calls_confine(enum calls_mode mode, unsigned needs, unsigned capabilities)
{
    (void)needs, (void)capabilities;
    return mode == CALLS_ANY;
}

char *calls_name(int number)
{
    (void)number;
    return NULL;
}

#endif
