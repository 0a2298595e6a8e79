/* For net_calls.t, which counts its system calls: answers each line of a peer
 * by a line, through one connection.  "net_exchange N": a child asks N times,
 * each time waiting for the answer. */
#include "../../daemon/base/check.h"
#include "../../daemon/net/conn.h"
#include "../../daemon/net/loop.h"
#include "../../daemon/net/timer.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static size_t answer(struct conn *c, const char *bytes, size_t n)
{
    conn_write(c, "250 ", 4);
    conn_write(c, bytes, n);
    return n;
}

static void end(struct conn *c)
{
    conn_close(c);
    loop_stop();
}

static void error(struct conn *c, int number)
{
    (void)c, (void)number;
    exit(1);
}

static const struct conn_ops ops = {.data = answer, .end = end, .error = error};

static int ask(int fd, int times)
{
    char reply[16];
    while (times-- > 0)
        if (write(fd, "NOOP\r\n", 6) != 6 || read(fd, reply, sizeof reply) != 10)
            return 1;
    return 0;
}

static void never(struct timer *t)
{
    (void)t;
}

int main(int argc, char **argv)
{
    int fds[2], status = 1;
    struct conn c;
    struct timer idle = {.fire = never};
    if (argc != 2 || socketpair(AF_UNIX, SOCK_STREAM, 0, fds) != 0)
        return 2;
    check(fcntl(fds[0], F_SETFL, O_NONBLOCK) == 0 && loop_open() == 0);
    check(conn_open(&c, fds[0], &ops, 4096) == 0);
    loop_run(loop_stop); /* what libuv does once is done */
    pid_t child = fork();
    if (child == 0) {
        close(fds[0]);
        _exit(ask(fds[1], atoi(argv[1])));
    }
    close(fds[1]);
    timer_arm(&idle, loop_now() + 300000);
    loop_run(NULL);
    loop_close();
    return waitpid(child, &status, 0) == child ? status : 1;
}
