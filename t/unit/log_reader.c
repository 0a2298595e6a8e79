/* Reading what the log sends. */
#include "log_reader.h"
#include "unit.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

static char dir[] = "/tmp/sg-unit-log-XXXXXX";
char log_path[sizeof dir + 8];

int log_listener(void)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    unlink(log_path);
    memcpy(addr.sun_path, log_path, strlen(log_path));
    assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof addr), 0);
    return fd;
}

int log_opened(enum log_target target, enum log_format format, int level)
{
    int fd = log_listener();

    log_open(&(struct log_setup){target, format, level, LOG_MAIL, log_path, false});
    return fd;
}

const char *log_next(int fd)
{
    static char line[70000];
    ssize_t n = recv(fd, line, sizeof line - 1, 0);

    line[n < 0 ? 0 : n] = '\0';
    return line;
}

void assert_matches(const char *text, const char *pattern)
{
    regex_t re;

    assert_int_equal(regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB), 0);
    if (regexec(&re, text, 0, NULL, 0) != 0)
        fail_msg("'%s' does not match %s", text, pattern);
    regfree(&re);
}

void assert_contains(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("'%s' does not hold '%s'", text, part);
}

void log_done(int fd)
{
    log_close();
    close(fd);
}

int log_make_dir(void **state)
{
    (void)state;
    if (mkdtemp(dir) == NULL)
        return -1;
    snprintf(log_path, sizeof log_path, "%s/log", dir);
    return 0;
}

int log_remove_dir(void **state)
{
    (void)state;
    unlink(log_path);
    return rmdir(dir);
}
