/* unruly - a plugin that spoils the start, in the way that `how` names; those of its
 * workers from the `after`th on. */
#include <smtp-gated/plugin.h>

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum how { NOT, REFUSE, DIE, THREAD, VANISH, HANG, CRASH, LEAVE, SULK, OBJECT, FALL, STRAY };
static const char *const ways[] = {"not",   "refuse", "die",    "thread", "vanish", "hang", "crash",
                                   "leave", "sulk",   "object", "fall",   "stray",  NULL};

struct unruly {
    int how;
    long after;
    const char *trail;    /* a directory; who did what is written there */
    _Atomic long *starts; /* shared by all workers */
};

static const struct sg_option options[] = {
    SG_OPT_ENUM(struct unruly, how, "not", ways, "How to spoil it"),
    SG_OPT_INT(struct unruly, after, "0", 0, 1000, "Starts that are not spoiled"),
    SG_OPT_STRING(struct unruly, trail, NULL, "A directory to write to"), SG_OPT_END};

static void *linger(void *arg)
{
    for (;;)
        pause();
    return arg;
}

/* What is done here, by which user and process. */
static void leave_trail(const struct unruly *u, const char *what)
{
    char path[256], line[100];
    if (!u->trail)
        return;
    snprintf(path, sizeof path, "%s/trail", u->trail);
    const int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const int n = snprintf(line, sizeof line, "%s %d %d\n", what, (int)geteuid(), (int)getpid());
    if (fd < 0 || write(fd, line, (size_t)n) != n)
        sg_log(NULL, SG_ERR, "UNRULY", "reason=no trail");
    if (fd >= 0)
        close(fd);
}

static int unruly_configure(void *self)
{
    struct unruly *u = self;
    pthread_t thread;

    u->starts =
        mmap(NULL, sizeof *u->starts, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (u->starts == MAP_FAILED)
        return -1;
    if (u->trail)
        sg_grant(u->trail, SG_GRANT_WRITE);
    if (u->how == HANG)
        linger(NULL);
    if (u->how == VANISH)
        _exit(7);
    if (u->how == CRASH)
        raise(SIGSEGV);
    if (u->how == LEAVE)
        exit(7);
    if (u->how == THREAD)
        return pthread_create(&thread, NULL, linger, NULL) ? -1 : 0;
    return 0;
}

static int unruly_prepare(void *self)
{
    const struct unruly *u = self;
    pthread_t thread;

    leave_trail(u, "prepare");
    if (u->how == FALL)
        raise(SIGSEGV);
    if (u->how == STRAY)
        return pthread_create(&thread, NULL, linger, NULL) ? -1 : 0;
    if (u->how == OBJECT)
        sg_config_error("trail", "it is full");
    return u->how == OBJECT || u->how == SULK ? -1 : 0;
}

static int unruly_start(void *self)
{
    const struct unruly *u = self;

    leave_trail(u, "start");
    if (atomic_fetch_add(u->starts, 1) < u->after)
        return 0;
    if (u->how == DIE)
        raise(SIGSEGV);
    if (u->how == REFUSE)
        sg_log(NULL, SG_ERR, "UNRULY", "reason=it does not want to");
    return u->how == REFUSE ? -1 : 0;
}

SG_PLUGIN(unruly, .summary = "spoils the start", .options = options,
          .settings_size = sizeof(struct unruly), .configure = unruly_configure,
          .prepare = unruly_prepare, .start = unruly_start)
