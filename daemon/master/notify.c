/* The NOTIFY_SOCKET protocol in plain C: a datagram of VARIABLE=value lines. */
#include "notify.h"
#include "../base/clock.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct {
    int fd;
    struct sockaddr_un to;
    socklen_t length; /* 0: nobody listens */
    uint64_t interval;
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

static void say(const char *text)
{
    if (manager.fd >= 0)
        sendto(manager.fd, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&manager.to,
               manager.length);
}

static void say_with_status(const char *what, const char *fmt, va_list ap)
{
    char status[200], text[300];
    vsnprintf(status, sizeof status, fmt, ap);
    snprintf(text, sizeof text, "%s\nSTATUS=%s\n", what, status);
    say(text);
}

void notify_ready(const char *fmt, ...)
{
    char what[64];
    va_list ap;
    snprintf(what, sizeof what, "READY=1\nMAINPID=%d", getpid());
    va_start(ap, fmt);
    say_with_status(what, fmt, ap);
    va_end(ap);
}

void notify_alive(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    say_with_status("WATCHDOG=1", fmt, ap);
    va_end(ap);
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
