/* Starting a keeper and talking with it. */
#include "generation.h"
#include "../base/check.h"
#include "../base/clock.h"
#include "../base/orders.h"
#include "background.h"
#include "paths.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Reasons longer than this are cut; a packet must fit the socket's buffer. */
enum { REASON_MAX = 32768 };

/* The signals the master waits for are blocked; the keeper starts clean. */
static void default_signals(void)
{
    sigset_t none;
    sigemptyset(&none);
    signal(SIGPIPE, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

_Noreturn static void become_keeper(char *const *argv, int control, int board_fd,
                                    const struct listeners *listeners)
{
    fcntl(control, F_SETFD, 0);
    fcntl(board_fd, F_SETFD, 0);
    listeners_inherit(listeners);
    default_signals();
    execv(argv[0], argv);
    char *reason = xasprintf("%c%s: %s", REPORT_FAILED, argv[0], strerror(errno));
    send(control, reason, strlen(reason), MSG_NOSIGNAL);
    _exit(127);
}

/* The arguments are made before the fork; both sides free or exec them away. */
static pid_t launch(unsigned number, const struct core *core, int keepers_end,
                    const struct listeners *listeners, int board_fd, bool foreground)
{
    char *argv[] = {path_of_session(),
                    xstrdup("--keep"),
                    xstrdup(core->file),
                    xasprintf("%u", number),
                    xasprintf("%d", board_fd),
                    xasprintf("%d", keepers_end),
                    listeners_argument(listeners, (unsigned)core->workers),
                    NULL};
    pid_t pid = fork();
    if (pid == 0) {
        if (!foreground) /* reasons come over the socket, the user is not to wait for us */
            background_let_go(core->log_target == LOG_TO_STDERR);
        become_keeper(argv, keepers_end, board_fd, listeners);
    }
    for (char **a = argv; *a; a++)
        free(*a);
    return pid;
}

struct generation *generation_start(unsigned number, const struct core *core,
                                    const struct listeners *listeners, int board_fd,
                                    bool foreground)
{
    struct generation *g = xcalloc(1, sizeof *g);
    int ends[2] = {-1, -1};
    *g = (struct generation){.number = number, .control = -1, .born = clock_ms()};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0) {
        g->control = ends[0];
        g->keeper = launch(number, core, ends[1], listeners, board_fd, foreground);
        close(ends[1]);
        if (g->keeper > 0)
            return g;
    }
    int saved = errno;
    generation_destroy(g);
    errno = saved;
    return NULL;
}

void generation_destroy(struct generation *g)
{
    if (g->control >= 0)
        close(g->control);
    free(g->reason);
    free(g);
}

void generation_tell(struct generation *g, char order)
{
    g->stage = STAGE_DRAINING;
    send(g->control, &order, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

bool generation_hear(struct generation *g)
{
    char packet[REASON_MAX + 1];
    ssize_t n;
    while ((n = recv(g->control, packet, sizeof packet - 1, MSG_DONTWAIT)) > 0) {
        packet[n] = '\0';
        if (packet[0] == REPORT_READY && g->stage == STAGE_STARTING)
            g->stage = STAGE_READY;
        if (packet[0] == REPORT_CLOSED)
            g->stage = STAGE_CLOSED;
        g->wishes = g->wishes || packet[0] == REPORT_WISH;
        if (packet[0] == REPORT_FAILED && !g->reason)
            g->reason = xstrdup(packet + 1);
    }
    return n < 0 && (errno == EAGAIN || errno == EINTR);
}
