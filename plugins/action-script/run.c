/* See run.h.
 *
 * A worker has threads, and with a signature database shared by all workers a
 * gigabyte of memory: fork(2) would copy its page tables while everybody waits.
 * So it is vfork(2): the child borrows our memory until it calls execve(2), and
 * does nothing between but system calls.  posix_spawn(3) does the same, but can
 * lift no limits.
 *
 * vfork(2) stops the calling thread meanwhile, and yet it is the loop's.  Until
 * it execs, the child holds all descriptors open that we had: a socket the loop
 * closes in that time would stay in its epoll set and bring events for what is
 * no longer there.  For a thread of the pool that is a crash (it was tried);
 * while the loop stands still nothing is closed.  That it does not stand for
 * long, a thread of the pool sees to beforehand: it reads the script, so that a
 * slow disk keeps the thread waiting and not the loop.
 *
 * A child that ends is found by SIGCHLD, and only ours are waited for: other
 * plugins may have children, too. */
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

struct script {
    struct script *next;
    struct runner *runner;
    struct call call;
    pid_t pid;
    volatile int error; /* of the vfork or the exec, which the child writes */
};

/* ------------------------------------------------------------- the child -- */

/* What the core's limit_* options lowered. */
static void lift_limits(void)
{
    static const int lowered[] = {RLIMIT_CORE, RLIMIT_AS, RLIMIT_DATA, RLIMIT_FSIZE};
    struct rlimit limit;

    for (size_t i = 0; i < sizeof lowered / sizeof *lowered; i++)
        if (getrlimit((__rlimit_resource_t)lowered[i], &limit) == 0) {
            limit.rlim_cur = limit.rlim_max;
            setrlimit((__rlimit_resource_t)lowered[i], &limit);
        }
}

static void default_signals(void)
{
    const struct sigaction normal = {.sa_handler = SIG_DFL};
    sigset_t none;

    for (int i = 1; i < NSIG; i++)
        sigaction(i, &normal, NULL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Our memory is not a copy: nothing may be changed that is not the script's. */
_Noreturn static void become(struct script *script)
{
    setsid();
    lift_limits();
    for (int fd = 0; fd <= 2; fd++)
        dup2(script->runner->null, fd);
    closefrom(3);
    default_signals();
    execve(script->call.argv[0], script->call.argv, script->call.env);
    script->error = errno;
    _exit(127);
}

/* ------------------------------------------------------------ the thread -- */

#define ENOUGH (1024 * 1024) /* bytes; of larger programs the rest is read as it is used */

/* If this cannot, execve(2) will say why. */
static void read_ahead(void *arg)
{
    const struct script *script = arg;
    char bytes[16384];
    int fd = open(script->call.argv[0], O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

    for (size_t read_so_far = 0; fd >= 0 && read_so_far < ENOUGH;) {
        ssize_t n = read(fd, bytes, sizeof bytes);
        if (n <= 0)
            break;
        read_so_far += (size_t)n;
    }
    if (fd >= 0)
        close(fd);
}

/* -------------------------------------------------------------- the loop -- */

static void discard(struct script *script)
{
    script->runner->running--;
    call_finish(&script->call);
    free(script);
}

static void say_how(const struct script *script, int status)
{
    const char *command = script->call.argv[0];

    if (WIFSIGNALED(status))
        sg_log(NULL, SG_WARNING, "ACTION:ENDED", "command=%s, pid=%d, signal=%d", command,
               (int)script->pid, WTERMSIG(status));
    else
        sg_log(NULL, WEXITSTATUS(status) ? SG_WARNING : SG_DEBUG, "ACTION:ENDED",
               "command=%s, pid=%d, exit=%d", command, (int)script->pid, WEXITSTATUS(status));
}

static void bury(struct runner *r)
{
    struct script **at = &r->scripts;

    while (*at) {
        struct script *script = *at;
        int status;
        if (waitpid(script->pid, &status, WNOHANG) == script->pid) {
            *at = script->next;
            say_how(script, status);
            discard(script);
        } else {
            at = &script->next;
        }
    }
}

/* No handler of ours may run in the child. */
static void launch(struct script *script)
{
    sigset_t all, before;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t pid = vfork();
    if (pid == 0)
        become(script);
    if (pid < 0)
        script->error = errno;
    else if (script->error)
        waitpid(pid, NULL, 0);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    script->pid = pid;
}

static void begin(void *arg)
{
    struct script *script = arg;
    struct runner *r = script->runner;

    launch(script);
    if (script->error) {
        sg_log(NULL, SG_ERR, "ACTION:FAILED", "command=%s, error=%s", script->call.argv[0],
               strerror(script->error));
        discard(script);
        return;
    }
    sg_log(NULL, SG_INFO, "ACTION:STARTED", "command=%s, pid=%d, found=%s", script->call.argv[0],
           (int)script->pid, script->call.argv[1]);
    script->next = r->scripts;
    r->scripts = script;
}

static void on_child(uv_signal_t *child, int number)
{
    (void)number;
    bury(child->data);
}

int runner_run(struct runner *r, struct call *call)
{
    struct script *script = sg_alloc(sizeof *script);

    script->runner = r;
    script->call = *call;
    r->running++;
    if (sg_offload(read_ahead, begin, script) == 0)
        return 0;
    discard(script);
    errno = EAGAIN;
    return -1;
}

/* ------------------------------------------------------------------ life -- */

int runner_start(struct runner *r)
{
    r->child = sg_alloc(sizeof *r->child);
    if (uv_signal_init(sg_loop(), r->child) != 0) {
        free(r->child);
        return -1;
    }
    r->child->data = r;
    uv_unref((uv_handle_t *)r->child);
    return uv_signal_start(r->child, on_child, SIGCHLD) == 0 ? 0 : -1;
}

static void freed(uv_handle_t *handle)
{
    free(handle);
}

void runner_stop(struct runner *r)
{
    struct script *next;

    bury(r);
    for (struct script *script = r->scripts; script; script = next) {
        next = script->next;
        discard(script);
    }
    r->scripts = NULL;
    uv_close((uv_handle_t *)r->child, freed);
}
