/* A shell, a script, cron or a container may hand on ignored signals, a mask, open
 * files and more; with SIGCHLD ignored, for one, no dead worker would be noticed.
 *
 * Of the environment goes what makes libraries and shells do something else than
 * their configuration says, and what was meant for a login session.  The rest is
 * the administrator's, for programs that a plugin runs. */
#define _GNU_SOURCE 1
#include "inherited.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#define USUAL_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

extern char **environ;

/* A socket of ours would get the number of a standard descriptor that is closed,
 * and whoever prints there would write to it. */
static void fill_standard_descriptors(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd > STDERR_FILENO)
        close(fd);
}

/* Timers live through exec as well. */
static void reset_signals(void)
{
    const struct itimerval never = {{0, 0}, {0, 0}};
    sigset_t none;
    for (int number = 1; number <= SIGRTMAX; number++) {
        struct sigaction now;
        if (sigaction(number, NULL, &now) == 0 && now.sa_handler == SIG_IGN)
            signal(number, SIG_DFL);
    }
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int which = ITIMER_REAL; which <= ITIMER_PROF; which++)
        setitimer((__itimer_which_t)which, &never, NULL);
}

/* Names that end with '*' stand for all that begin so. */
static const char *const unwanted[] = {
    /* the resolver */
    "HOSTALIASES", "LOCALDOMAIN", "RES_OPTIONS", "RESOLV_*", "CARES_HOSTS",
    /* the C library */
    "GCONV_PATH", "GETCONF_DIR", "GLIBC_TUNABLES", "LOCPATH", "MALLOC_*", "NLSPATH",
    "POSIXLY_CORRECT", "TZDIR",
    /* shells that a script starts */
    "BASH_*", "CDPATH", "ENV", "GLOBIGNORE", "IFS", "PS4", "SHELLOPTS",
    /* directories of a login session */
    "TEMP", "TEMPDIR", "TMP", "TMPDIR", "XDG_*"};

static int is_unwanted(const char *entry)
{
    const size_t n = strcspn(entry, "=");
    for (unsigned i = 0; i < sizeof unwanted / sizeof *unwanted; i++) {
        const size_t length = strcspn(unwanted[i], "*");
        if (strncmp(entry, unwanted[i], length) == 0 && (unwanted[i][length] || n == length))
            return 1;
    }
    return 0;
}

/* Every directory is named from the root. */
static int is_sound(const char *path)
{
    while (path && *path == '/') {
        path = strchr(path, ':');
        if (!path)
            return 1;
        path++;
    }
    return 0;
}

static void reset_environment(void)
{
    char **kept = environ;
    for (char **entry = environ; entry && *entry; entry++)
        if (!is_unwanted(*entry))
            *kept++ = *entry;
    if (environ)
        *kept = NULL;
    if (!is_sound(getenv("PATH")))
        setenv("PATH", USUAL_PATH, 1);
}

void inherited_reset(void)
{
    fill_standard_descriptors();
    reset_signals();
    reset_environment();
}

static unsigned passed_descriptors(void)
{
    const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
    return pid && count && strtol(pid, NULL, 10) == getpid() ? (unsigned)strtoul(count, NULL, 10)
                                                             : 0;
}

/* A pipe or terminal is opened anew: those who have it in common with us keep their
 * way.  That is not possible with a socket, which is ours alone, as service managers
 * make them. */
static void unblock_standard_error(void)
{
    struct stat st;
    int fd = -1;
    if (fstat(STDERR_FILENO, &st) < 0)
        return;
    if (S_ISFIFO(st.st_mode) || S_ISCHR(st.st_mode))
        fd = open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (S_ISSOCK(st.st_mode))
        fcntl(STDERR_FILENO, F_SETFL, fcntl(STDERR_FILENO, F_GETFL) | O_NONBLOCK);
    if (fd >= 0) {
        dup2(fd, STDERR_FILENO);
        close(fd);
    }
}

void inherited_reset_more(void)
{
    unblock_standard_error();
    umask(022);
    syscall(SYS_close_range, STDERR_FILENO + 1 + passed_descriptors(), ~0u, 0);
}
