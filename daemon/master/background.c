/* fork, setsid, fork: the daemon can never get a terminal.  A pipe brings one
 * byte, the exit status, to the process that waits; its end without one means
 * that the daemon died. */
#include "background.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int answer_to = -1;

static void must(bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "smtp-gated: %s: %s\n", what, strerror(errno));
    _exit(1);
}

_Noreturn static void wait_for_answer(int from)
{
    unsigned char status;
    ssize_t n;
    do
        n = read(from, &status, 1);
    while (n < 0 && errno == EINTR);
    if (n != 1)
        fputs("smtp-gated: the daemon died before it served\n", stderr);
    _exit(n == 1 ? status : 1);
}

void background_enter(void)
{
    int ends[2];
    must(pipe2(ends, O_CLOEXEC) == 0, "pipe");
    pid_t pid = fork();
    must(pid >= 0, "fork");
    if (pid > 0) {
        close(ends[1]);
        wait_for_answer(ends[0]);
    }
    close(ends[0]);
    setsid();
    pid = fork();
    must(pid >= 0, "fork");
    if (pid > 0)
        _exit(0);
    answer_to = ends[1];
    must(chdir("/") == 0, "chdir");
}

void background_let_go(bool keep_stderr)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0)
        return;
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    if (!keep_stderr)
        dup2(null, STDERR_FILENO);
    if (null > STDERR_FILENO)
        close(null);
}

void background_answer(int status, bool keep_stderr)
{
    if (answer_to < 0)
        return;
    const unsigned char byte = (unsigned char)status;
    if (status == 0)
        background_let_go(keep_stderr);
    if (write(answer_to, &byte, 1) != 1 && status == 0)
        fputs("smtp-gated: nobody waits for the start any more\n", stderr);
    close(answer_to);
    answer_to = -1;
}
