/* The two ways a process ends by itself, each in a child. */
#include "unit.h"

#include "../../daemon/base/check.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

/* Under the address sanitizer malloc() fails as it does without. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

/* Runs act in a child; its status, and in said what it wrote to stderr. */
static int child(void (*act)(void), char *said, size_t room)
{
    size_t n = 0;
    ssize_t got;
    int ends[2], status;
    pid_t pid;

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    pid = fork();
    if (pid == 0) {
        const struct rlimit none = {0, 0};

        setrlimit(RLIMIT_CORE, &none);
        signal(SIGABRT, SIG_DFL);
        dup2(ends[1], STDERR_FILENO);
        act();
        _exit(0);
    }
    close(ends[1]);
    while ((got = read(ends[0], said + n, room - 1 - n)) > 0)
        n += (size_t)got;
    said[n] = '\0';
    close(ends[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void fail_check(void)
{
    check(1 + 1 == 3);
}

static void *volatile kept;

static void want_too_much(void)
{
    kept = xmalloc(SIZE_MAX / 2);
}

static void bug_aborts(void **state)
{
    char said[4096];
    int status = child(fail_check, said, sizeof said);

    (void)state;
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    assert_non_null(strstr(said, "BUG "));
    assert_non_null(strstr(said, "unit/check.c:"));
    assert_non_null(strstr(said, ": 1 + 1 == 3\n"));
}

static void no_memory_ends(void **state)
{
    char said[4096];
    int status = child(want_too_much, said, sizeof said);

    (void)state;
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), EX_OSERR);
    assert_non_null(strstr(said, "out of memory"));
}

static void memory_comes(void **state)
{
    char *text = xasprintf("%s-%d", "a", 5), *copy = xstrdup(text);
    unsigned char *zeros = xcalloc(3, 4), *none = xmalloc(0);

    (void)state;
    assert_string_equal(copy, "a-5");
    assert_null(xstrdup(NULL));
    for (unsigned i = 0; i < 12; i++)
        assert_int_equal(zeros[i], 0);
    assert_non_null(none);
    none = xrealloc(none, 0);
    assert_non_null(none);
    free(text);
    free(copy);
    free(zeros);
    free(none);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST("a condition that cannot be is logged and aborts", bug_aborts),
        TEST("a process without memory says so and ends", no_memory_ends),
        TEST("memory comes, also none of it", memory_comes),
    };

    return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
