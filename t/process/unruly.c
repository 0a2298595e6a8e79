/* unruly - a plugin that spoils the start, in the way that `how` names; those of its
 * workers from the `after`th on. */
#include <smtp-gated/plugin.h>

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum how { NOT, REFUSE, DIE, THREAD, VANISH, HANG, CRASH, LEAVE };
static const char *const ways[] = {"not",  "refuse", "die",   "thread", "vanish",
                                   "hang", "crash",  "leave", NULL};

struct unruly {
    int how;
    long after;
    _Atomic long *starts; /* shared by all workers */
};

static const struct sg_option options[] = {
    SG_OPT_ENUM(struct unruly, how, "not", ways, "How to spoil it"),
    SG_OPT_INT(struct unruly, after, "0", 0, 1000, "Starts that are not spoiled"), SG_OPT_END};

static void *linger(void *arg)
{
    for (;;)
        pause();
    return arg;
}

static int unruly_configure(void *self)
{
    struct unruly *u = self;
    pthread_t thread;

    u->starts =
        mmap(NULL, sizeof *u->starts, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (u->starts == MAP_FAILED)
        return -1;
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

static int unruly_start(void *self)
{
    const struct unruly *u = self;

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
          .start = unruly_start)
