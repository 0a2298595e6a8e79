/* The text log, against a socket of our own instead of /dev/log, or as stderr. */
#include "log_reader.h"
#include "unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

/* ---------------------------------------------------------------- syslog -- */

static void syslog_line(void **state)
{
    int fd = log_opened(LOG_TO_SYSLOG, LOG_AS_TEXT, LOG_INFO);

    (void)state;
    log_event(LOG_NOTICE, 42, "CLOSE", "by=%s, trns=%d", "client", 1);
    log_event(LOG_WARNING, 0, "PLAIN", "%s", "");
    assert_string_equal(log_next(fd), "");
    log_flush();
    assert_matches(log_next(fd), "^<21>[A-Z][a-z]{2} [ 1-3][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2} "
                                 "smtp-gated\\[42\\]: CLOSE by=client, trns=1$");
    assert_matches(log_next(fd), "^<20>.* smtp-gated\\[[0-9]+\\]: PLAIN$");
    log_done(fd);
}

static void pid_without_session(void **state)
{
    int fd = log_opened(LOG_TO_SYSLOG, LOG_AS_TEXT, LOG_INFO);
    char wanted[64];

    (void)state;
    log_note(LOG_INFO, "worker %d ready", 3);
    log_flush();
    snprintf(wanted, sizeof wanted, " smtp-gated[%d]: worker 3 ready", getpid());
    assert_contains(log_next(fd), wanted);
    log_done(fd);
}

static void levels(void **state)
{
    int fd = log_opened(LOG_TO_SYSLOG, LOG_AS_TEXT, LOG_NOTICE);

    (void)state;
    assert_true(log_wants(LOG_NOTICE));
    assert_false(log_wants(LOG_INFO));
    log_event(LOG_INFO, 1, "HIDDEN", "%s", "");
    log_note(LOG_DEBUG, "hidden");
    log_event_as(LOG_INFO, 1, "hidden", "HIDDEN", "%s", "");
    log_event(LOG_NOTICE, 1, "SHOWN", "%s", "");
    log_flush();
    assert_matches(log_next(fd), "^<21>.*SHOWN$");
    assert_string_equal(log_next(fd), "");
    log_done(fd);
}

static void control_bytes(void **state)
{
    int fd = log_opened(LOG_TO_SYSLOG, LOG_AS_TEXT, LOG_INFO);

    (void)state;
    log_event(LOG_INFO, 1, "E", "k=%s", "a\r\nb\x1b[1m\x7f\tc");
    log_event_as(LOG_INFO, 1, "MAIL FROM <a\nb>", "MAIL", "from=%s", "a\nb");
    log_flush();
    assert_contains(log_next(fd), ": E k=a??b?[1m??c");
    assert_contains(log_next(fd), ": MAIL FROM <a?b>");
    log_done(fd);
}

static void text_limit(void **state)
{
    int fd = log_opened(LOG_TO_SYSLOG, LOG_AS_TEXT, LOG_INFO);
    char *big = malloc(20001);

    (void)state;
    memset(big, 'x', 20000);
    big[20000] = '\0';
    log_event(LOG_INFO, 1, "E", "k=%s", big);
    log_event(LOG_INFO, 1, "NEXT", "%s", "");
    log_flush();
    assert_int_equal(strlen(log_next(fd)), 1024);
    assert_matches(log_next(fd), "NEXT$");
    free(big);
    log_done(fd);
}

/* More than a socket's queue holds: what waits comes with later flushes. */
static void slow_listener(void **state)
{
    int fd = log_opened(LOG_TO_SYSLOG, LOG_AS_TEXT, LOG_INFO);
    const char *line;
    char wanted[32];
    int got = 0;

    (void)state;
    for (int i = 0; i < 120; i++)
        log_event(LOG_INFO, 1, "E", "i=%d", i);
    for (log_flush(); *(line = log_next(fd)) != '\0'; got++) {
        snprintf(wanted, sizeof wanted, ": E i=%d", got);
        assert_string_equal(strstr(line, ": E"), wanted);
        log_flush();
    }
    assert_int_equal(got, 120);
    assert_int_equal(log_lost(), 0);
    log_done(fd);
}

static void restarted_listener(void **state)
{
    int fd = log_opened(LOG_TO_SYSLOG, LOG_AS_TEXT, LOG_INFO);

    (void)state;
    close(fd);
    fd = log_listener();
    log_event(LOG_INFO, 1, "AFTER", "%s", "");
    log_flush();
    assert_contains(log_next(fd), "AFTER");
    assert_int_equal(log_lost(), 0);
    log_done(fd);
}

static void no_listener(void **state)
{
    int fd = log_opened(LOG_TO_SYSLOG, LOG_AS_TEXT, LOG_INFO);

    (void)state;
    close(fd);
    unlink(log_path);
    log_event(LOG_INFO, 1, "LOST", "%s", "");
    log_event(LOG_INFO, 1, "LOST", "%s", "");
    log_flush();
    assert_int_equal(log_lost(), 2);
    fd = log_listener();
    log_event(LOG_INFO, 1, "FOUND", "%s", "");
    log_flush();
    assert_contains(log_next(fd), "FOUND");
    log_done(fd);
}

/* A listener that does not read: were the socket to block, the test would hang. */
static void full_socket(void **state)
{
    int fd = log_opened(LOG_TO_SYSLOG, LOG_AS_TEXT, LOG_INFO);
    unsigned got = 0;

    (void)state;
    for (int i = 0; i < 5000; i++)
        log_event(LOG_INFO, 1, "E", "i=%d", i);
    for (log_flush(); *log_next(fd) != '\0'; got++)
        log_flush();
    assert_in_range(got, 1, 4999);
    assert_int_equal(log_lost(), 5000 - got);
    log_done(fd);
}

/* ---------------------------------------------------------------- stderr -- */

/* Lets stderr be `replacement` while act() runs. */
static void with_stderr(int replacement, void (*act)(void))
{
    int saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10);

    dup2(replacement, STDERR_FILENO);
    act();
    dup2(saved, STDERR_FILENO);
    close(saved);
}

/* Every write to it is one packet. */
static void packets(int ends[2])
{
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends),
                     0);
}

static void unopened_lines(void)
{
    log_event(LOG_INFO, 1, "HIDDEN", "%s", "");
    log_note(LOG_NOTICE, "first");
    log_note(LOG_ERR, "second");
}

static void before_opening(void **state)
{
    int ends[2];

    (void)state;
    packets(ends);
    with_stderr(ends[0], unopened_lines);
    assert_matches(log_next(ends[1]),
                   "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-][0-9]{2}:"
                   "[0-9]{2} smtp-gated\\[[0-9]+\\]: first\n$");
    assert_matches(log_next(ends[1]), ": second\n$");
    assert_string_equal(log_next(ends[1]), "");
    close(ends[0]);
    close(ends[1]);
}

static void two_lines_one_flush(void)
{
    log_open(&(struct log_setup){LOG_TO_STDERR, LOG_AS_JSON, LOG_INFO, LOG_MAIL, NULL, false});
    log_event(LOG_INFO, 1, "ONE", "a=%d", 1);
    log_event(LOG_INFO, 2, "TWO", "a=%d", 2);
    log_flush();
    log_flush();
    log_close();
}

static void one_write(void **state)
{
    int ends[2];

    (void)state;
    packets(ends);
    with_stderr(ends[0], two_lines_one_flush);
    assert_matches(log_next(ends[1]), "^\\{[^\n]*\"ONE\"[^\n]*\\}\n\\{[^\n]*\"TWO\"[^\n]*\\}\n$");
    assert_string_equal(log_next(ends[1]), "");
    close(ends[0]);
    close(ends[1]);
}

static void fork_writes_once(void **state)
{
    int fd = log_opened(LOG_TO_SYSLOG, LOG_AS_TEXT, LOG_INFO), status;
    pid_t pid;

    (void)state;
    log_note(LOG_INFO, "of the parent");
    pid = fork();
    if (pid == 0) {
        log_open(
            &(struct log_setup){LOG_TO_SYSLOG, LOG_AS_TEXT, LOG_INFO, LOG_MAIL, log_path, false});
        log_note(LOG_INFO, "of the child");
        log_flush();
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    log_flush();
    assert_matches(log_next(fd), "of the child$");
    assert_matches(log_next(fd), "of the parent$");
    assert_string_equal(log_next(fd), "");
    log_done(fd);
}

static void reopening_keeps_lines(void **state)
{
    int fd = log_opened(LOG_TO_SYSLOG, LOG_AS_TEXT, LOG_INFO);

    (void)state;
    log_note(LOG_INFO, "before");
    log_open(&(struct log_setup){LOG_TO_SYSLOG, LOG_AS_TEXT, LOG_ERR, LOG_MAIL, log_path, false});
    assert_contains(log_next(fd), "before");
    assert_false(log_wants(LOG_INFO));
    log_done(fd);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("syslog gets RFC 3164 datagrams with the session's number", syslog_line),
        TEST("without a session the pid stands in its place", pid_without_session),
        TEST("lines above the level are dropped, but those that always come", levels),
        TEST("control bytes come out as question marks", control_bytes),
        TEST("a text line is cut at 1024 bytes", text_limit),
        TEST("a slow listener gets every line in order, over several flushes", slow_listener),
        TEST("a syslog daemon that was restarted gets the next line", restarted_listener),
        TEST("lines nobody takes are counted, and the next try finds a new listener", no_listener),
        TEST("a full socket blocks nobody, what is lost is counted", full_socket),
        TEST("before log_open lines go to stderr at once", before_opening),
        TEST("a flush to stderr is one write", one_write),
        TEST("a forked child does not write its parent's lines", fork_writes_once),
        TEST("opening the log again writes what is pending", reopening_keeps_lines),
    };

    return cmocka_run_group_tests_name("log", tests, log_make_dir, log_remove_dir);
}
