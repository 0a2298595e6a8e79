/* prisoner - a plugin that tries what a sandbox is against, where `at` says, and
 * tells the client how it went. */
#include <pthread.h>
#include <stdio.h>
#include <spawn.h>
#include <smtp-gated/plugin.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

struct prisoner {
    int act, at;
    const char *path;   /* of the act; a string, so that the host thinks nothing of it */
    const char *named;  /* a path, so that it may be read */
    const char *grant;  /* in configure, for writing */
    const char *look;   /* in configure, for reading */
    const char *inside; /* a directory that configure opens */
    int dir;
};

/* What it tries, an index into acts; 0, or -1 and errno. */
static int do_nothing(const struct prisoner *p)
{
    (void)p;
    return 0;
}

static int opened(int fd)
{
    return fd < 0 ? -1 : close(fd);
}

static int do_read(const struct prisoner *p)
{
    return opened(open(p->path, O_RDONLY | O_CLOEXEC));
}

static int do_write(const struct prisoner *p)
{
    return opened(open(p->path, O_WRONLY | O_CLOEXEC));
}

static int do_make(const struct prisoner *p)
{
    return opened(open(p->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
}

static int do_remove(const struct prisoner *p)
{
    return unlink(p->path);
}

static int do_exec(const struct prisoner *p)
{
    char *const words[] = {(char *)p->path, NULL};
    return execv(p->path, words);
}

static int do_fork(const struct prisoner *p)
{
    (void)p;
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    return child < 0 ? -1 : (int)waitpid(child, NULL, 0);
}

static int do_system(const struct prisoner *p)
{
    return system(p->path);
}

static int do_popen(const struct prisoner *p)
{
    FILE *out = popen(p->path, "r");
    return out ? pclose(out) : -1;
}

static int do_spawn(const struct prisoner *p)
{
    char *const words[] = {(char *)p->path, NULL};
    pid_t child;
    errno = posix_spawn(&child, p->path, NULL, NULL, words, NULL);
    return errno ? -1 : (int)waitpid(child, NULL, 0);
}

/* As newer C libraries fork. */
static int do_quiet(const struct prisoner *p)
{
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    return do_fork(p);
}

/* The same, past everything that the C library does before. */
static int do_hush(const struct prisoner *p)
{
    sigset_t all;
    (void)p;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    long child = syscall(SYS_clone, (unsigned long)SIGCHLD, 0ul, 0ul, 0ul, 0ul);
    if (child == 0)
        _exit(0);
    return child < 0 ? -1 : (int)waitpid((pid_t)child, NULL, 0);
}

static int do_ptrace(const struct prisoner *p)
{
    (void)p;
    return (int)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static int do_signal(const struct prisoner *p)
{
    (void)p;
    return kill(getppid(), SIGTERM);
}

static int do_packet(const struct prisoner *p)
{
    (void)p;
    return opened(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
}

/* SCTP is a stream, too. */
static int do_sctp(const struct prisoner *p)
{
    (void)p;
    return opened(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_SCTP));
}

static int do_seqpacket(const struct prisoner *p)
{
    (void)p;
    return opened(socket(AF_INET6, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
}

static int do_datagram(const struct prisoner *p)
{
    (void)p;
    return opened(socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_UDP));
}

static int do_netlink(const struct prisoner *p)
{
    (void)p;
    return opened(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0));
}

/* ---- what Landlock does not look at, or a descriptor may get around ---- */

static int do_beside(const struct prisoner *p)
{
    return opened(openat(p->dir, p->path, O_RDONLY | O_CLOEXEC));
}

static int do_chmod(const struct prisoner *p)
{
    return chmod(p->path, 0600);
}

static int do_chown(const struct prisoner *p)
{
    return chown(p->path, getuid(), getgid());
}

static int do_truncate(const struct prisoner *p)
{
    return truncate(p->path, 0);
}

static int do_touch(const struct prisoner *p)
{
    return utimensat(AT_FDCWD, p->path, NULL, 0);
}

/* A signal by the kernel's hand: to whom data on a socket is told. */
static int do_deputy(const struct prisoner *p)
{
    int ends[2];
    (void)p;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return -1;
    return fcntl(ends[0], F_SETOWN, getppid());
}

/* ---- other processes' memory, and the newer ways to do things ---- */

static int do_peek(const struct prisoner *p)
{
    char byte;
    struct iovec here = {&byte, 1}, there = {(void *)&do_peek, 1};
    (void)p;
    return (int)process_vm_readv(getppid(), &here, 1, &there, 1, 0);
}

static int do_ring(const struct prisoner *p)
{
    char parameters[120] = "";
    (void)p;
    return opened((int)syscall(SYS_io_uring_setup, 4, parameters));
}

/* Fork by another name, with no argument that a filter could look at. */
static int do_clone3(const struct prisoner *p)
{
    unsigned long arguments[8] = {[4] = SIGCHLD};
    (void)p;
    long child = syscall(SYS_clone3, arguments, sizeof arguments);
    if (child == 0)
        _exit(0);
    return child < 0 ? -1 : (int)waitpid((pid_t)child, NULL, 0);
}

/* ---- netlink, for who declares it ---- */

/* Asks the kernel for the interface that `path` names. */
static int do_interface(const struct prisoner *p)
{
    struct {
        struct nlmsghdr head;
        struct ifinfomsg info;
    } question = {{sizeof question, RTM_GETLINK, NLM_F_REQUEST, 1, 0}, {.ifi_family = AF_UNSPEC}};
    struct nlmsghdr answer[512];
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    question.info.ifi_index = (int)if_nametoindex(p->path);
    if (fd < 0 || question.info.ifi_index == 0 || send(fd, &question, sizeof question, 0) < 0 ||
        recv(fd, answer, sizeof answer, 0) < 0)
        return -1;
    close(fd);
    errno = EPROTO;
    return answer[0].nlmsg_type == RTM_NEWLINK ? 0 : -1;
}

static const char *const acts[] = {
    "nothing", "read",   "write",   "make",   "remove",    "exec",  "fork",      "ptrace",
    "signal",  "packet", "netlink", "beside", "chmod",     "chown", "truncate",  "touch",
    "deputy",  "peek",   "ring",    "clone3", "interface", "sctp",  "seqpacket", "datagram",
    "system",  "popen",  "spawn",   "quiet",  "hush",      NULL};
static int (*const tries[])(const struct prisoner *) = {
    do_nothing, do_read,   do_write,   do_make,   do_remove,    do_exec,  do_fork,      do_ptrace,
    do_signal,  do_packet, do_netlink, do_beside, do_chmod,     do_chown, do_truncate,  do_touch,
    do_deputy,  do_peek,   do_ring,    do_clone3, do_interface, do_sctp,  do_seqpacket, do_datagram,
    do_system,  do_popen,  do_spawn,   do_quiet,  do_hush};

enum place { MAIL, START, WORK };
static const char *const places[] = {"mail", "start", "work", NULL};

static const struct sg_option options[] = {
    {"do", SG_ENUM, offsetof(struct prisoner, act), "nothing", "What to try", acts, 0, 0},
    SG_OPT_ENUM(struct prisoner, at, "mail", places, "Where"),
    SG_OPT_STRING(struct prisoner, path, NULL, "With which file"),
    SG_OPT_PATH(struct prisoner, named, NULL, "A file that is named"),
    SG_OPT_STRING(struct prisoner, grant, NULL, "A file to ask for"),
    SG_OPT_STRING(struct prisoner, look, NULL, "A file to ask for, to read only"),
    SG_OPT_STRING(struct prisoner, inside, NULL, "A directory to open"),
    SG_OPT_END};

static int prisoner_configure(void *self)
{
    struct prisoner *p = self;

    if (p->inside)
        p->dir = open(p->inside, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (p->grant)
        sg_grant(p->grant, SG_GRANT_WRITE);
    if (p->look)
        sg_grant(p->look, SG_GRANT_READ);
    return 0;
}

static int prisoner_start(void *self)
{
    const struct prisoner *p = self;

    return p->at == START ? tries[p->act](p) : 0;
}

static struct sg_verdict report(int failed)
{
    return sg_answer(SG_REJECT, failed < 0 ? strerror(errno) : "done");
}

struct errand {
    const struct prisoner *prisoner;
    sg_ticket ticket;
    struct sg_verdict verdict;
};

static void work(void *arg)
{
    struct errand *e = arg;
    e->verdict = report(tries[e->prisoner->act](e->prisoner));
}

static void done(void *arg)
{
    struct errand *e = arg;
    sg_resume(e->ticket, e->verdict);
    free(e);
}

static struct sg_verdict prisoner_mail(struct sg_session *s, struct sg_mail *m, const char *path,
                                       const char *parameters, void *self)
{
    const struct prisoner *p = self;
    struct errand *e;

    (void)m, (void)path, (void)parameters;
    if (p->at != WORK)
        return report(tries[p->act](p));
    e = calloc(1, sizeof *e);
    if (!e)
        return sg_failed("no memory");
    e->prisoner = p;
    e->ticket = sg_defer(s);
    sg_offload(work, done, e);
    return sg_pending();
}

#define PRISONER                                                                                   \
    .summary = "tries to get out", .options = options, .settings_size = sizeof(struct prisoner),   \
    .configure = prisoner_configure, .start = prisoner_start, .mail = prisoner_mail

/* Two plugins: one declares nothing, one that it needs netlink. */
#ifdef ENVOY
SG_PLUGIN(envoy, PRISONER, .needs = SG_NEEDS_NETLINK)
#else
SG_PLUGIN(prisoner, PRISONER)
#endif
