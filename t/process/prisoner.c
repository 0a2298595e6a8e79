/* prisoner - a plugin that tries what a sandbox is against, where `at` says, and
 * tells the client how it went. */
#include <smtp-gated/plugin.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

struct prisoner {
    int act, at;
    const char *path;  /* of the act; a string, so that the host thinks nothing of it */
    const char *named; /* a path, so that it may be read */
    const char *grant; /* in configure, for writing */
    const char *look;  /* in configure, for reading */
};

/* What it tries, an index into acts; 0, or -1 and errno. */
static int nothing(const struct prisoner *p)
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

static int do_netlink(const struct prisoner *p)
{
    (void)p;
    return opened(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0));
}

static const char *const acts[] = {"nothing", "read",   "write",  "make",   "remove",  "exec",
                                   "fork",    "ptrace", "signal", "packet", "netlink", NULL};
static int (*const tries[])(const struct prisoner *) = {nothing,   do_read,   do_write,  do_make,
                                                        do_remove, do_exec,   do_fork,   do_ptrace,
                                                        do_signal, do_packet, do_netlink};

enum place { MAIL, START, WORK };
static const char *const places[] = {"mail", "start", "work", NULL};

static const struct sg_option options[] = {
    {"do", SG_ENUM, offsetof(struct prisoner, act), "nothing", "What to try", acts, 0, 0},
    SG_OPT_ENUM(struct prisoner, at, "mail", places, "Where"),
    SG_OPT_STRING(struct prisoner, path, NULL, "With which file"),
    SG_OPT_PATH(struct prisoner, named, NULL, "A file that is named"),
    SG_OPT_STRING(struct prisoner, grant, NULL, "A file to ask for"),
    SG_OPT_STRING(struct prisoner, look, NULL, "A file to ask for, to read only"),
    SG_OPT_END};

static int prisoner_configure(void *self)
{
    const struct prisoner *p = self;

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

SG_PLUGIN(prisoner, .summary = "tries to get out", .options = options,
          .settings_size = sizeof(struct prisoner), .configure = prisoner_configure,
          .start = prisoner_start, .mail = prisoner_mail)
