/* The NOTIFY_SOCKET protocol in plain C: a datagram of VARIABLE=value lines.
 *
 * A manager that does not read must not stop the master, which has signals to
 * hear and children to bury.  What it would not take is kept, the last state
 * only, for that is what the manager should know; and said again later. */
#include "notify.h"
#include "../base/clock.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define AGAIN_MS 500u

static struct {
    int fd;
    struct sockaddr_un to;
    socklen_t length; /* 0: nobody listens */
    uint64_t interval;
    char unsaid[300]; /* "": nothing */
    uint64_t again_at;
} manager = {.fd = -1};

static void read_watchdog(void)
{
    const char *usec = getenv("WATCHDOG_USEC");
    const char *pid = getenv("WATCHDOG_PID");
    if (usec && (!pid || strtol(pid, NULL, 10) == getpid()))
        manager.interval = strtoull(usec, NULL, 10) / 2000;
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
}

void notify_open(void)
{
    const char *path = getenv("NOTIFY_SOCKET");
    size_t n = path ? strlen(path) : 0;
    read_watchdog();
    if (n > 1 && n < sizeof manager.to.sun_path && (path[0] == '/' || path[0] == '@')) {
        manager.to.sun_family = AF_UNIX;
        memcpy(manager.to.sun_path, path, n);
        if (path[0] == '@')
            manager.to.sun_path[0] = '\0'; /* the abstract name space */
        manager.length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
        manager.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    }
    unsetenv("NOTIFY_SOCKET");
}

uint64_t notify_interval(void)
{
    return manager.fd < 0 ? 0 : manager.interval;
}

/* False: its socket is full. */
static bool takes(const char *text)
{
    if (manager.fd < 0)
        return true;
    ssize_t n = sendto(manager.fd, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT,
                       (struct sockaddr *)&manager.to, manager.length);
    return n >= 0 || errno != EAGAIN;
}

static void say(const char *text)
{
    bool taken = takes(text);
    snprintf(manager.unsaid, sizeof manager.unsaid, "%s", taken ? "" : text);
    manager.again_at = taken ? 0 : clock_ms() + AGAIN_MS;
}

uint64_t notify_again(void)
{
    char text[sizeof manager.unsaid];
    if (manager.again_at && manager.again_at <= clock_ms()) {
        memcpy(text, manager.unsaid, sizeof text);
        say(text);
    }
    return manager.again_at;
}

static void with_status(char text[300], const char *what, const char *fmt, va_list ap)
{
    char status[200];
    vsnprintf(status, sizeof status, fmt, ap);
    snprintf(text, 300, "%s\nSTATUS=%s\n", what, status);
}

void notify_ready(const char *fmt, ...)
{
    char what[64], text[300];
    va_list ap;
    snprintf(what, sizeof what, "READY=1\nMAINPID=%d", getpid());
    va_start(ap, fmt);
    with_status(text, what, fmt, ap);
    va_end(ap);
    say(text);
}

/* The next one comes soon: it is not kept. */
void notify_alive(const char *fmt, ...)
{
    char text[300];
    va_list ap;
    va_start(ap, fmt);
    with_status(text, "WATCHDOG=1", fmt, ap);
    va_end(ap);
    (void)takes(text);
}

/* MONOTONIC_USEC lets the manager tell this reload from one before it. */
void notify_reloading(void)
{
    char text[80];
    snprintf(text, sizeof text, "RELOADING=1\nMONOTONIC_USEC=%llu\n",
             (unsigned long long)clock_ms() * 1000);
    say(text);
}

void notify_stopping(void)
{
    say("STOPPING=1\n");
}
